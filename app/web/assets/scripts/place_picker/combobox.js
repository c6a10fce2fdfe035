// A field that suggests places while typing (ARIA combobox).
import { notifyMap, setField } from "./form_fields.js";
import { Suggestions } from "./suggestions.js";

const MIN_CHARACTERS = 2;
const PAUSE_MS = 200;

function statusElement() {
  const status = document.createElement("p");
  status.className = "said";
  status.setAttribute("role", "status");
  return status;
}

export class PlaceCombobox {
  constructor(field, id) {
    this.field = field;
    this.settings = field.dataset;
    this.suggestions = new Suggestions(field, id);
    this.status = statusElement();
    this.timer = 0;
    // Only the answer to the latest request is shown.
    this.request = 0;
    field.parentElement.after(this.status);
  }

  listen() {
    const { field, suggestions } = this;
    field.addEventListener("input", (event) => this.onInput(event));
    field.addEventListener("compositionend", () => this.searchSoon());
    field.addEventListener("keydown", (event) => this.onKey(event));
    field.addEventListener("blur", () => {
      this.request += 1;
      suggestions.close();
    });
    // Runs before the field loses the focus.
    suggestions.element.addEventListener("pointerdown", (event) => event.preventDefault());
    suggestions.element.addEventListener("click", ({ target }) => {
      const place = suggestions.placeOf(target);
      if (place) this.choose(place);
    });
  }

  onInput(event) {
    setField(this.settings.placeId, "");
    // Half-typed pinyin is not a name yet.
    if (event.isComposing) clearTimeout(this.timer);
    else this.searchSoon();
  }

  searchSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), PAUSE_MS);
  }

  onKey(event) {
    const { suggestions } = this;
    if (event.isComposing || !suggestions.isOpen) return;
    if (event.key === "ArrowDown") suggestions.markNext();
    else if (event.key === "ArrowUp") suggestions.markPrevious();
    else if (event.key === "Enter" && suggestions.marked) this.choose(suggestions.marked);
    else if (event.key === "Escape") suggestions.close();
    else return;
    event.preventDefault();
  }

  async search() {
    const text = this.field.value.trim();
    this.request += 1;
    const { request } = this;
    if ([...text].length < MIN_CHARACTERS) {
      this.status.textContent = "";
      this.suggestions.close();
      return;
    }
    try {
      const places = await this.fetchPlaces(text);
      if (request === this.request && document.activeElement === this.field) this.show(places);
    } catch {
      this.suggestions.close();
    }
  }

  async fetchPlaces(text) {
    const url = `${this.settings.placePicker}?q=${encodeURIComponent(text)}`;
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    return response.ok ? response.json() : [];
  }

  show(places) {
    this.suggestions.show(places);
    this.status.textContent = places.length ? this.settings.textFound : this.settings.textNone;
  }

  choose(place) {
    this.field.value = place.name;
    setField(this.settings.placeId, place.id);
    setField(this.settings.lat, "");
    setField(this.settings.lon, "");
    this.status.textContent = place.area;
    notifyMap(this.settings.mapId, "diandan:place", place);
    this.suggestions.close();
  }
}
