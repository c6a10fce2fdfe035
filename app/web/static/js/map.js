// Maps: outlines and pins, with tiles only where the operator has some. WGS-84 throughout.
// Everything that a map shows also stands in a list or a field of its page.
(() => {
  const START = [22.62, 114.03];
  const NEAR_ZOOM = 16;
  const LABEL_GRID = 12;
  const PIN_PX = 32;
  // Room for the buttons at the right, so that they hide no name at first.
  const BUTTONS_PX = 64;

  // Whose middle is the place; the others stand on their tip.
  const round = (pin) => ["volunteer", "point", "here"].includes(pin.kind);
  const input = (id) => (id ? document.getElementById(id) : null);

  // ── names of areas: inside their outline or not at all ──────────────────────────────────────
  const rings = (geometry) =>
    geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;

  function inside([x, y], polygon) {
    let odd = false;
    for (const ring of polygon) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [xi, yi] = ring[i];
        const [xj, yj] = ring[j];
        if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
      }
    }
    return odd;
  }

  // Pixels of the whole world at this zoom, so that panning moves nothing.
  function projected(map, polygon) {
    return polygon.map((ring) =>
      ring.map(([lon, lat]) => {
        const point = map.project([lat, lon]);
        return [point.x, point.y];
      }),
    );
  }

  function fits([x, y], half, polygon) {
    const [w, h] = half;
    const spots = [-1, -0.5, 0, 0.5, 1].flatMap((step) => [
      [x + step * w, y - h],
      [x + step * w, y + h],
    ]);
    return [[x - w, y], [x + w, y], ...spots].every((spot) => inside(spot, polygon));
  }

  const apart = (a, b) =>
    Math.abs(a.x - b.x) > a.w + b.w + 2 || Math.abs(a.y - b.y) > a.h + b.h + 2;

  function spotFor(polygon, half, taken) {
    const xs = polygon[0].map((p) => p[0]);
    const ys = polygon[0].map((p) => p[1]);
    const box = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    if (box[1] - box[0] < 2 * half[0] || box[3] - box[2] < 2 * half[1]) return null;
    const middle = [(box[0] + box[1]) / 2, (box[2] + box[3]) / 2];
    const spots = [];
    for (let i = 1; i < LABEL_GRID; i++) {
      for (let j = 1; j < LABEL_GRID; j++) {
        spots.push([
          box[0] + ((box[1] - box[0]) * i) / LABEL_GRID,
          box[2] + ((box[3] - box[2]) * j) / LABEL_GRID,
        ]);
      }
    }
    const far = ([x, y]) => (x - middle[0]) ** 2 + (y - middle[1]) ** 2;
    spots.sort((a, b) => far(a) - far(b));
    return spots.find(([x, y]) => {
      const label = { x, y, w: half[0], h: half[1] };
      return taken.every((other) => apart(label, other)) && fits([x, y], half, polygon);
    });
  }

  function measure(text) {
    const pen = document.createElement("canvas").getContext("2d");
    const size = 0.9375 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    pen.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
    return [pen.measureText(text).width / 2 + 3, size * 0.65 + 2];
  }

  // The smallest areas are named, or while these are too small for their names those above them;
  // a name for each level would stand on the others.
  function namedAreas(map, areas) {
    const window = map.getBounds();
    const shown = ({ geometry }) =>
      rings(geometry).some((polygon) =>
        window.intersects(L.latLngBounds(polygon[0].map(([lon, lat]) => [lat, lon]))),
      );
    const wide = ({ properties, geometry }) => {
      const xs = rings(geometry).flatMap((p) => projected(map, p)[0].map((spot) => spot[0]));
      return Math.max(...xs) - Math.min(...xs) > 2 * measure(properties.name)[0];
    };
    const near = areas.filter(shown);
    for (const level of ["grid", "block", "community", "subdistrict", "district"]) {
      const found = near.filter((feature) => feature.properties.level === level);
      if (found.length && found.filter(wide).length * 2 >= found.length) return found;
    }
    return [];
  }

  function nameAreas(state) {
    const { map, names, areas, pins } = state;
    const features = namedAreas(map, areas);
    names.clearLayers();
    const taken = pins.map((pin) => {
      const point = map.project([pin.lat, pin.lon]);
      const half = PIN_PX / 2;
      return { x: point.x, y: point.y - (round(pin) ? 0 : half), w: half, h: half };
    });
    for (const feature of features) {
      const half = measure(feature.properties.name);
      const polygons = rings(feature.geometry).map((polygon) => projected(map, polygon));
      polygons.sort((a, b) => b[0].length - a[0].length);
      const spot = polygons.map((polygon) => spotFor(polygon, half, taken)).find(Boolean);
      if (!spot) continue;
      taken.push({ x: spot[0], y: spot[1], w: half[0], h: half[1] });
      const text = document.createElement("span");
      text.textContent = feature.properties.name;
      const size = [half[0] * 2, half[1] * 2];
      const icon = L.divIcon({ className: "map-area-name", html: text, iconSize: size });
      const options = { icon, interactive: false, keyboard: false, pane: "names" };
      L.marker(map.unproject(spot), options).addTo(names);
    }
  }

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

  function drawPins(state, pins) {
    state.layer.clearLayers();
    state.pins = pins;
    for (const pin of pins) {
      const marker = L.marker([pin.lat, pin.lon], {
        icon: pinIcon(pin),
        title: pin.title,
        alt: pin.title,
        zIndexOffset: pin.kind === "urgent" || pin.kind === "late" ? 500 : 0,
      });
      marker.bindPopup(() => about(pin, state.data.textOpen));
      marker.addTo(state.layer);
    }
    nameAreas(state);
  }

  // ── picking a place ─────────────────────────────────────────────────────────────────────────
  // Before the outlines are there nobody can say, and the server looks again anyway.
  function served(state, { lat, lng }) {
    const polygons = state.areas.flatMap((feature) => rings(feature.geometry));
    return !polygons.length || polygons.some((polygon) => inside([lng, lat], polygon));
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
      state.map.setView([lat, lon], NEAR_ZOOM);
      state.placed = true;
    }
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

  function look(state, bounds) {
    const { map, data } = state;
    if (state.placed) return;
    if (data.lat && data.lon) {
      map.setView([Number(data.lat), Number(data.lon)], Number(data.zoom) || NEAR_ZOOM);
    } else if (state.pins.length) {
      map.fitBounds(L.latLngBounds(state.pins.map((pin) => [pin.lat, pin.lon])).pad(0.2), { maxZoom: NEAR_ZOOM });
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
    const state = { map, data, areas: [], pins: [] };
    state.names = L.layerGroup().addTo(map);
    state.layer = L.layerGroup().addTo(map);
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    map.on("zoomend", () => nameAreas(state));
    listen(state, element);
    unfold(state, element);
    if (data.pickLat) preparePicking(state, element);
    drawPins(state, JSON.parse(data.pins || "[]"));
    look(state, null);
    state.bounds = await drawOutlines(state).catch(() => null);
    look(state, state.bounds);
    nameAreas(state);
    if (data.pinsUrl) await refreshPins(state);
  }

  // In a fold that is closed a map has no size: it looks again when the fold opens.
  function unfold(state, element) {
    const fold = element.closest("details");
    if (!fold) return;
    fold.hidden = false;
    if ("mapFold" in fold.dataset && matchMedia("(min-width: 62.5em)").matches) fold.open = true;
    fold.addEventListener("toggle", () => {
      state.map.invalidateSize();
      if (fold.open) look(state, state.bounds);
      nameAreas(state);
    });
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
      state.map.setView([detail.lat, detail.lon], NEAR_ZOOM);
      state.placed = true;
    };
    element.addEventListener("diandan:place", show(true));
    element.addEventListener("diandan:here", show(false));
    element.addEventListener("diandan:here", () => {
      // Where a phone believes to be is worth a look.
      const fold = element.closest("details");
      if (fold) fold.open = true;
    });
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
