// Suggestions of places while typing (ARIA combobox with a list), and 用我现在的位置.
// Without this script the field is a plain one and the server asks which place was meant.
(() => {
  const SHORTEST = 2;
  const PAUSE_MS = 200;
  const ROUGH_M = 300;
  let count = 0;

  const input = (id) => (id ? document.getElementById(id) : null);

  function fill(id, value) {
    const field = input(id);
    if (field) field.value = value;
  }

  function tellMap(id, kind, detail) {
    const map = input(id);
    if (map) map.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  function option(place, id) {
    const item = document.createElement("li");
    item.id = id;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const area = document.createElement("small");
    area.textContent = place.area;
    item.append(place.name, area);
    return item;
  }

  function picker(field) {
    const own = `places-${++count}`;
    const data = field.dataset;
    const list = document.createElement("ul");
    const said = document.createElement("p");
    let places = [];
    let active = -1;
    let timer = 0;
    let asked = 0;

    list.id = own;
    list.className = "picker-list";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", data.textList);
    said.className = "said";
    said.setAttribute("role", "status");
    field.parentElement.append(list);
    field.parentElement.after(said);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": own,
    })) field.setAttribute(name, value);

    function close() {
      list.hidden = true;
      active = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }

    function mark(index) {
      active = (index + places.length) % places.length;
      [...list.children].forEach((item, at) => item.setAttribute("aria-selected", at === active));
      list.children[active].scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", list.children[active].id);
    }

    function take(place) {
      field.value = place.name;
      fill(data.placeId, place.id);
      fill(data.lat, "");
      fill(data.lon, "");
      said.textContent = place.area;
      tellMap(data.mapId, "diandan:place", place);
      close();
    }

    function show(found) {
      places = found;
      list.replaceChildren(...found.map((place, at) => option(place, `${own}-${at}`)));
      active = -1;
      field.removeAttribute("aria-activedescendant");
      list.hidden = !found.length;
      field.setAttribute("aria-expanded", String(found.length > 0));
      said.textContent = found.length ? data.textFound : data.textNone;
    }

    async function ask() {
      const words = field.value.trim();
      const turn = ++asked;
      if ([...words].length < SHORTEST) {
        said.textContent = "";
        close();
        return;
      }
      try {
        const address = `${data.placePicker}?q=${encodeURIComponent(words)}`;
        const answer = await fetch(address, { headers: { Accept: "application/json" } });
        const found = answer.ok ? await answer.json() : [];
        if (turn === asked && document.activeElement === field) show(found);
      } catch {
        close();
      }
    }

    field.addEventListener("input", (event) => {
      fill(data.placeId, "");
      clearTimeout(timer);
      // Half-typed pinyin is no name yet.
      if (!event.isComposing) timer = setTimeout(ask, PAUSE_MS);
    });
    field.addEventListener("compositionend", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE_MS);
    });
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || list.hidden) return;
      if (event.key === "ArrowDown") mark(active + 1);
      else if (event.key === "ArrowUp") mark(active < 0 ? places.length - 1 : active - 1);
      else if (event.key === "Enter" && active >= 0) take(places[active]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
    // Before the field loses the focus.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const at = [...list.children].indexOf(event.target.closest("li"));
      if (at >= 0) take(places[at]);
    });
    field.addEventListener("blur", () => {
      asked += 1;
      close();
    });
  }

  function locator(box) {
    const data = box.dataset;
    const said = box.querySelector("[role=status]");
    const say = (words, wrong) => {
      said.textContent = words;
      said.classList.toggle("said-wrong", Boolean(wrong));
    };

    function found({ coords }) {
      const lat = coords.latitude.toFixed(6);
      const lon = coords.longitude.toFixed(6);
      fill(data.lat, lat);
      fill(data.lon, lon);
      fill(data.accuracy, Math.round(coords.accuracy));
      fill(data.datum, "wgs84");
      tellMap(data.mapId, "diandan:here", { lat: Number(lat), lon: Number(lon) });
      say(coords.accuracy > ROUGH_M ? data.textRough : data.textFound);
    }

    box.hidden = false;
    box.querySelector("button").addEventListener("click", () => {
      say(data.textAsking);
      navigator.geolocation.getCurrentPosition(
        found,
        (error) => say(error.code === 1 ? data.textDenied : data.textFailed, true),
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    });
  }

  document.querySelectorAll("[data-place-picker]").forEach(picker);
  if (navigator.geolocation && window.isSecureContext) {
    document.querySelectorAll("[data-locate]").forEach(locator);
  }
})();
