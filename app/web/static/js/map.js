// Maps: outlines and pins, with tiles only where the operator has some. WGS-84 throughout.
// Everything that a map shows also stands in a list or a field of its page.
(() => {
  const START = [22.62, 114.03];
  const NEAR_ZOOM = 16;
  const PIN_PX = 32;
  const MOST_AROUND = 6;
  const SAME_PLACE_M = 60;
  const MOST_SHARE = 0.9;
  // Room for the buttons at the right, so that they hide no name at first.
  const BUTTONS_PX = 64;

  // Whose middle is the place; the others stand on their tip.
  const ROUND = ["volunteer", "point", "here", "many", "many-late"];
  const round = (pin) => ROUND.includes(pin.kind);
  const input = (id) => (id ? document.getElementById(id) : null);
  // Without tiles only names tell where one is, and closely there are none.
  const nearZoom = ({ data }) => (data.tiles ? NEAR_ZOOM : NEAR_ZOOM - 1);

  // ── pins ────────────────────────────────────────────────────────────────────────────────────
  function pinIcon(pin) {
    const shape = document.createElement("div");
    shape.className = `pin pin-${pin.kind || "waiting"}${pin.chosen ? " pin-chosen" : ""}`;
    const mark = document.createElement("span");
    mark.textContent = pin.mark || "";
    shape.append(mark);
    const tip = round(pin) ? PIN_PX / 2 : PIN_PX;
    return L.divIcon({
      className: "pin-box",
      html: shape,
      iconSize: [PIN_PX, PIN_PX],
      iconAnchor: [PIN_PX / 2, tip],
      popupAnchor: [0, -tip],
    });
  }

  function about(pin, words) {
    const box = document.createElement("div");
    const title = document.createElement("strong");
    title.textContent = pin.title;
    box.append(title);
    if (pin.text) box.append(document.createElement("br"), pin.text);
    if (pin.href) {
      const link = document.createElement("a");
      link.href = pin.href;
      link.textContent = words;
      box.append(document.createElement("br"), link);
    }
    return box;
  }

  // Pins that would lie on each other, by where they stand at this zoom.
  function piles(state) {
    const found = [];
    for (const pin of state.pins) {
      const point = state.map.project([pin.lat, pin.lon]);
      const pile = found.find((one) => one.point.distanceTo(point) < PIN_PX * 0.75);
      if (pile) pile.pins.push(pin);
      else found.push({ point, pins: [pin] });
    }
    return found;
  }

  // A few stand around their middle; more are one mark with their number.
  function around(state, { point, pins }) {
    if (pins.length === 1) return [[pins[0].lat, pins[0].lon]];
    const far = PIN_PX * (0.4 + 0.14 * pins.length);
    return pins.map((_, at) => {
      const turn = (2 * Math.PI * at) / pins.length - Math.PI / 2;
      const step = L.point(Math.cos(turn), Math.sin(turn)).multiplyBy(far);
      return state.map.unproject(point.add(step));
    });
  }

  function drawPin(state, pin, at) {
    const urgent = pin.kind === "urgent" || pin.kind === "late";
    const marker = L.marker(at, {
      icon: pinIcon({ ...pin, chosen: pin.chosen || (pin.id && pin.id === state.chosen) }),
      title: pin.title,
      alt: pin.title,
      zIndexOffset: urgent ? 500 : 0,
    });
    marker.bindPopup(() => about(pin, state.data.textOpen));
    marker.on("popupopen", () => {
      state.open = pin.id;
      if (!pin.id || state.drawing) return;
      choose(state, pin.id);
      const detail = { id: pin.id };
      state.map.getContainer().dispatchEvent(new CustomEvent("diandan:pin", { detail }));
    });
    marker.on("popupclose", () => {
      if (!state.drawing) state.open = null;
    });
    marker.addTo(state.layer);
    state.spots.push([marker.getLatLng(), pin]);
    if (pin.id) state.markers.set(pin.id, { marker, pin });
    return marker;
  }

  function drawPile(state, { point, pins }) {
    const late = pins.some((pin) => pin.kind === "late" || pin.kind === "urgent");
    const pin = { kind: late ? "many-late" : "many", mark: String(pins.length) };
    const title = pins.map((one) => one.title).join(" ");
    const icon = pinIcon(pin);
    const marker = L.marker(state.map.unproject(point), { icon, title, alt: title });
    const around = L.latLngBounds(pins.map((one) => [one.lat, one.lon]));
    const apart = around.getNorthEast().distanceTo(around.getSouthWest()) > SAME_PLACE_M;
    if (apart && state.map.getZoom() < NEAR_ZOOM) {
      // Nearer they come apart.
      const nearer = Math.min(NEAR_ZOOM, Math.max(state.map.getBoundsZoom(around.pad(0.1)), state.map.getZoom() + 1));
      marker.on("click", () => state.map.setView(around.getCenter(), nearer));
      marker.on("keypress", ({ originalEvent }) => {
        if (originalEvent.key === "Enter") state.map.setView(around.getCenter(), nearer);
      });
    } else {
      marker.bindPopup(() => {
        const box = document.createElement("div");
        box.append(...pins.map((one) => about(one, state.data.textOpen)));
        return box;
      }, { maxHeight: 260 });
    }
    marker.addTo(state.layer);
    state.spots.push([marker.getLatLng(), pin]);
    for (const one of pins) if (one.id) state.markers.set(one.id, { marker, pin });
  }

  function choose(state, id) {
    state.chosen = id;
    for (const [key, { marker }] of state.markers) {
      const shape = marker.getElement()?.firstElementChild;
      if (key === id || !state.markers.get(id) || state.markers.get(id).marker !== marker) {
        shape?.classList.toggle("pin-chosen", key === id);
      }
      if (key === id) marker.setZIndexOffset(1000);
    }
  }

  // Names keep clear of the pins as they are drawn.
  function nameAreas(state) {
    const half = PIN_PX / 2;
    const picked = state.picked ? [[state.picked.getLatLng(), {}]] : [];
    const taken = [...state.spots, ...picked].map(([latlng, pin]) => {
      const { x, y } = state.map.project(latlng);
      return { x, y: y - (round(pin) ? 0 : half), w: half, h: half };
    });
    taken.push(...state.marks);
    L.nameAreas(state.map, state.names, state.areas, taken);
  }

  function drawPins(state, pins) {
    state.pins = pins;
    state.spots = [];
    const open = state.open;
    state.drawing = true;
    state.layer.clearLayers();
    state.markers = new Map();
    for (const pile of piles(state)) {
      if (pile.pins.length > MOST_AROUND) drawPile(state, pile);
      else {
        const spots = around(state, pile);
        pile.pins.forEach((pin, at) => drawPin(state, pin, spots[at]));
      }
    }
    if (open) state.markers.get(open)?.marker.openPopup();
    state.drawing = false;
    nameAreas(state);
  }

  // ── picking a place ─────────────────────────────────────────────────────────────────────────
  // Before the outlines are there nobody can say, and the server looks again anyway.
  function served(state, { lat, lng }) {
    return !state.areas.length || L.inAreas(state.areas, [lng, lat]);
  }

  function say(state, latlng) {
    if (!state.said) return;
    const good = served(state, L.latLng(latlng));
    state.said.textContent = good ? state.data.textPicked : state.data.textOutside;
    state.said.classList.toggle("said-wrong", !good);
  }

  function put(state, latlng, quiet) {
    const pin = { title: state.data.textPin, kind: "urgent", mark: "" };
    if (!state.picked) {
      state.picked = L.marker(latlng, {
        icon: pinIcon(pin),
        title: pin.title,
        alt: pin.title,
        draggable: Boolean(state.data.pickLat),
      }).addTo(state.map);
      state.picked.on("dragend", () => pick(state, state.picked.getLatLng()));
    }
    state.picked.setLatLng(latlng);
    if (!quiet) say(state, latlng);
  }

  function pick(state, latlng) {
    const lat = input(state.data.pickLat);
    const lon = input(state.data.pickLon);
    if (!lat || !lon) return;
    lat.value = latlng.lat.toFixed(6);
    lon.value = latlng.lng.toFixed(6);
    put(state, latlng);
    lat.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function preparePicking(state, element) {
    const box = document.querySelector(`[data-map-pick="${element.id}"]`);
    const cross = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    cross.setAttribute("class", "map-cross");
    cross.setAttribute("viewBox", "0 0 24 24");
    cross.setAttribute("aria-hidden", "true");
    const lines = document.createElementNS("http://www.w3.org/2000/svg", "path");
    lines.setAttribute("d", "M12 1v8M12 15v8M1 12h8M15 12h8");
    lines.setAttribute("stroke", "currentColor");
    lines.setAttribute("stroke-width", "2");
    cross.append(lines);
    element.append(cross);
    state.map.on("click", (event) => pick(state, event.latlng));
    if (box) {
      box.hidden = false;
      state.said = box.querySelector("[role=status]");
      box.querySelector("button").addEventListener("click", () =>
        pick(state, state.map.getCenter()),
      );
    }
    const lat = Number(input(state.data.pickLat)?.value || state.data.shownLat);
    const lon = Number(input(state.data.pickLon)?.value || state.data.shownLon);
    if (lat && lon) {
      put(state, [lat, lon], true);
      state.map.setView([lat, lon], nearZoom(state));
      state.placed = true;
    }
  }

  // A pin that was refused: show how far the service reaches, not the emptiness around the pin.
  function lookAtRefused(state) {
    const spot = state.picked?.getLatLng();
    if (!spot || !state.bounds || L.inAreas(state.areas, [spot.lng, spot.lat])) return;
    say(state, spot);
    state.map.fitBounds(L.latLngBounds(state.bounds.getSouthWest(), state.bounds.getNorthEast()).extend(spot));
  }

  // ── the map itself ──────────────────────────────────────────────────────────────────────────
  async function fetched(address) {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  async function drawOutlines(state) {
    if (!state.data.outlines) return null;
    const collection = await fetched(state.data.outlines);
    const drawn = L.geoJSON(collection, {
      interactive: false,
      style: { className: "map-area" },
    }).addTo(state.map);
    state.areas = collection.features;
    return drawn.getBounds();
  }

  // Where most pins are: one far away must not make the others too small to tell apart.
  function most(pins) {
    const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
    const centre = L.latLng(middle(pins.map((p) => p.lat)), middle(pins.map((p) => p.lon)));
    const spots = pins.map((pin) => L.latLng(pin.lat, pin.lon));
    spots.sort((a, b) => centre.distanceTo(a) - centre.distanceTo(b));
    return spots.slice(0, Math.ceil(spots.length * MOST_SHARE));
  }

  function look(state, bounds) {
    const { map, data } = state;
    // In a closed fold there is nothing to fit into.
    if (state.placed || !map.getSize().x) return;
    if (data.lat && data.lon) {
      map.setView([Number(data.lat), Number(data.lon)], Number(data.zoom) || NEAR_ZOOM);
    } else if (state.pins.length) {
      map.fitBounds(L.latLngBounds(most(state.pins)).pad(0.2), { maxZoom: NEAR_ZOOM });
    } else if (bounds && bounds.isValid()) {
      map.fitBounds(bounds, {
        paddingTopLeft: [8, 8],
        paddingBottomRight: [BUTTONS_PX, 8],
      });
    }
  }

  async function start(element) {
    const data = element.dataset;
    element.hidden = false;
    const fold = unfolded(element);
    element.classList.toggle("with-tiles", Boolean(data.tiles));
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const map = L.map(element, {
      zoomControl: false,
      zoomSnap: 0.5,
      zoomAnimation: !calm,
      fadeAnimation: !calm,
      // On a page that scrolls, one finger or the wheel moves the page, not the map.
      scrollWheelZoom: false,
    }).setView(START, 12);
    map.createPane("names").style.zIndex = 450;
    map.attributionControl.setPrefix(false);
    // Below, where no popup opens over it.
    const position = "bottomright";
    L.control.zoom({ position, zoomInTitle: data.textIn, zoomOutTitle: data.textOut }).addTo(map);
    if (data.tiles) L.tileLayer(data.tiles, { attribution: data.credit, maxZoom: 19 }).addTo(map);
    const state = { map, data, areas: [], pins: [], spots: [], marks: [], markers: new Map() };
    state.names = L.layerGroup().addTo(map);
    state.layer = L.layerGroup().addTo(map);
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    map.on("zoomend", () => drawPins(state, state.pins));
    map.on("moveend", () => nameAreas(state));
    listen(state, element);
    // In a fold that is closed a map has no size: it looks again when the fold opens.
    fold?.addEventListener("toggle", () => {
      map.invalidateSize();
      if (fold.open) look(state, state.bounds);
      nameAreas(state);
    });
    map.on("landmarks", ({ boxes }) => {
      state.marks = boxes;
      nameAreas(state);
    });
    if (data.pickLat) preparePicking(state, element);
    drawPins(state, JSON.parse(data.pins || "[]"));
    look(state, null);
    state.bounds = await drawOutlines(state).catch(() => null);
    look(state, state.bounds);
    lookAtRefused(state);
    nameAreas(state);
    if (data.pinsUrl) await refreshPins(state);
  }

  // The fold around a map, shown now that there is something in it, and open where there is room.
  function unfolded(element) {
    const fold = element.closest("details");
    if (!fold) return null;
    fold.hidden = false;
    if ("mapFold" in fold.dataset && matchMedia("(min-width: 62.5em)").matches) fold.open = true;
    return fold;
  }

  async function refreshPins(state) {
    try {
      drawPins(state, await fetched(state.data.pinsUrl));
    } catch {
      // The list beside the map says that the board cannot be refreshed.
    }
  }

  function listen(state, element) {
    // A place was found by its name: show it; the field keeps the truth.
    const show = (quiet) => ({ detail }) => {
      put(state, [detail.lat, detail.lon], quiet);
      state.map.setView([detail.lat, detail.lon], nearZoom(state));
      state.placed = true;
    };
    element.addEventListener("diandan:place", show(true));
    element.addEventListener("diandan:here", show(false));
    element.addEventListener("diandan:here", () => {
      // Where a phone believes to be is worth a look.
      const fold = element.closest("details");
      if (fold) fold.open = true;
    });
    // A line of the list was chosen.
    element.addEventListener("diandan:choose", ({ detail }) => choose(state, detail.id));
    // The list was refreshed: new pins, the same view. A list may carry its pins as data-pins.
    document.addEventListener("htmx:afterSettle", ({ target }) => {
      const bearer = target.closest?.(`[data-pins-for="${element.id}"]`)
        || target.querySelector?.(`[data-pins-for="${element.id}"]`);
      if (bearer) drawPins(state, JSON.parse(bearer.dataset.pins));
      else if (state.data.pinsUrl && !element.contains(target)) refreshPins(state);
    });
  }

  document.querySelectorAll("[data-map]").forEach(start);
})();
