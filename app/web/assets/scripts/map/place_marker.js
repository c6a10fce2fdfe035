// The place where help is needed: picked by a tap, by dragging, or by the cross in the middle.
import { addCross } from "./cross.js";
import { pinBox, pinIcon } from "./pin_icon.js";
import { CLOSE_ZOOM } from "./viewport.js";

function fieldOf(id) {
  return id ? document.getElementById(id) : null;
}

export class PlaceMarker {
  constructor(map, element, areas) {
    this.map = map;
    this.element = element;
    this.areas = areas;
    this.settings = element.dataset;
    this.latField = fieldOf(this.settings.pickLat);
    this.lonField = fieldOf(this.settings.pickLon);
    this.message = null;
    this.marker = null;
    this.pin = { title: this.settings.textPin, kind: "urgent", mark: "" };
  }

  get isShown() {
    return this.marker !== null;
  }

  /** Lets the user of a map with pickLat and pickLon pick a place; shows an earlier choice. */
  prepare() {
    if (!this.settings.pickLat) return;
    addCross(this.element);
    this.prepareButton();
    this.map.on("click", ({ latlng }) => this.pick(latlng));
    const lat = Number(this.latField?.value || this.settings.shownLat);
    const lon = Number(this.lonField?.value || this.settings.shownLon);
    if (lat && lon) this.show(lat, lon);
  }

  /** The button beside the map that takes what is under the cross. */
  prepareButton() {
    const box = document.querySelector(`[data-map-pick="${this.element.id}"]`);
    if (!box) return;
    box.hidden = false;
    this.message = box.querySelector("[role=status]");
    const button = box.querySelector("button");
    button.addEventListener("click", () => this.pick(this.map.getCenter()));
  }

  /** Puts the marker at a place and moves the map there. */
  show(lat, lon) {
    this.put([lat, lon]);
    // Without tiles only area names help orientation, and close up there are none.
    this.map.setView([lat, lon], this.settings.tiles ? CLOSE_ZOOM : CLOSE_ZOOM - 1);
  }

  put(position) {
    if (!this.marker) this.marker = this.createMarker(position);
    this.marker.setLatLng(position);
  }

  createMarker(position) {
    const marker = L.marker(position, {
      icon: pinIcon(this.pin),
      title: this.pin.title,
      alt: this.pin.title,
      draggable: Boolean(this.settings.pickLat),
    }).addTo(this.map);
    marker.on("dragend", () => this.pick(marker.getLatLng()));
    return marker;
  }

  /** Fills the form's fields with a position. */
  pick(position) {
    if (!this.latField || !this.lonField) return;
    this.latField.value = position.lat.toFixed(6);
    this.lonField.value = position.lng.toFixed(6);
    this.put(position);
    this.tellWhetherServed();
    this.latField.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Passes while the areas are not loaded; the server checks again anyway. */
  get isOutside() {
    return this.areas.isLoaded && !this.areas.contains(this.marker.getLatLng());
  }

  tellWhetherServed() {
    if (!this.message) return;
    const { textOutside, textPicked } = this.settings;
    this.message.textContent = this.isOutside ? textOutside : textPicked;
    this.message.classList.toggle("said-wrong", this.isOutside);
  }

  /** After a refused place: shows the area of the service, not the place outside of it. */
  showReach() {
    if (!this.isShown || !this.areas.bounds || !this.isOutside) return;
    this.tellWhetherServed();
    const southWest = this.areas.bounds.getSouthWest();
    const northEast = this.areas.bounds.getNorthEast();
    this.map.fitBounds(L.latLngBounds(southWest, northEast).extend(this.marker.getLatLng()));
  }

  boxes() {
    return this.isShown ? [pinBox(this.map, this.marker.getLatLng(), this.pin)] : [];
  }
}
