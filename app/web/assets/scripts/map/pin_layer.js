// The pins of a map: {lat, lon, title, text, href, kind, mark, chosen, id}.
import { boundsOf, groupPins, isSpreadOut, spreadPositions } from "./clusters.js";
import { isUrgent, pinBox, pinIcon } from "./pin_icon.js";
import { popupContent } from "./pin_popup.js";
import { CLOSE_ZOOM } from "./viewport.js";

// A small group is spread around its middle; a larger one is a mark with its number.
const MAX_SPREAD = 6;
const URGENT_OFFSET = 500;
const CHOSEN_OFFSET = 1000;
const POPUP_HEIGHT_PX = 260;

export class PinLayer {
  constructor(map, linkText) {
    this.map = map;
    this.linkText = linkText;
    this.layer = L.layerGroup().addTo(map);
    this.pins = [];
    this.drawn = [];
    this.markers = new Map();
    this.chosenId = null;
    this.openId = null;
    this.isDrawing = false;
  }

  draw(pins) {
    const { openId } = this;
    this.pins = pins;
    this.drawn = [];
    this.isDrawing = true;
    this.layer.clearLayers();
    this.markers = new Map();
    for (const group of groupPins(this.map, pins)) {
      if (group.pins.length > MAX_SPREAD) this.drawCluster(group);
      else this.drawGroup(group);
    }
    if (openId) this.markers.get(openId)?.openPopup();
    this.isDrawing = false;
  }

  drawGroup(group) {
    const positions = spreadPositions(this.map, group);
    group.pins.forEach((pin, index) => this.drawPin(pin, positions[index]));
  }

  drawPin(pin, position) {
    const isChosen = pin.chosen || (pin.id && pin.id === this.chosenId);
    const marker = L.marker(position, {
      icon: pinIcon({ ...pin, chosen: isChosen }),
      title: pin.title,
      alt: pin.title,
      zIndexOffset: isUrgent(pin) ? URGENT_OFFSET : 0,
    });
    marker.bindPopup(() => popupContent([pin], this.linkText));
    marker.on("popupopen", () => this.onPopupOpen(pin));
    marker.on("popupclose", () => {
      if (!this.isDrawing) this.openId = null;
    });
    this.add(marker, pin, [pin]);
  }

  /** Notifies the page of an opened pin with the event diandan:pin. */
  onPopupOpen({ id }) {
    this.openId = id;
    if (!id || this.isDrawing) return;
    this.choose(id);
    const event = new CustomEvent("diandan:pin", { detail: { id } });
    this.map.getContainer().dispatchEvent(event);
  }

  drawCluster({ point, pins }) {
    const kind = pins.some(isUrgent) ? "many-late" : "many";
    const pin = { kind, mark: String(pins.length) };
    const title = pins.map((one) => one.title).join(" ");
    const marker = L.marker(this.map.unproject(point), { icon: pinIcon(pin), title, alt: title });
    const bounds = boundsOf(pins);
    if (isSpreadOut(bounds) && this.map.getZoom() < CLOSE_ZOOM) this.zoomOnTap(marker, bounds);
    else {
      const options = { maxHeight: POPUP_HEIGHT_PX };
      marker.bindPopup(() => popupContent(pins, this.linkText), options);
    }
    this.add(marker, pin, pins);
  }

  zoomOnTap(marker, bounds) {
    const fitting = this.map.getBoundsZoom(bounds.pad(0.1));
    const closer = Math.min(CLOSE_ZOOM, Math.max(fitting, this.map.getZoom() + 1));
    const zoomIn = () => this.map.setView(bounds.getCenter(), closer);
    marker.on("click", zoomIn);
    marker.on("keypress", ({ originalEvent }) => {
      if (originalEvent.key === "Enter") zoomIn();
    });
  }

  add(marker, shape, pins) {
    marker.addTo(this.layer);
    this.drawn.push({ position: marker.getLatLng(), shape });
    for (const { id } of pins) if (id) this.markers.set(id, marker);
  }

  /** Marks the pin or the cluster that holds `id`, and no other. */
  choose(id) {
    const chosen = this.markers.get(id);
    this.chosenId = id;
    for (const marker of new Set(this.markers.values())) {
      const shape = marker.getElement()?.firstElementChild;
      shape?.classList.toggle("pin-chosen", marker === chosen);
    }
    chosen?.setZIndexOffset(CHOSEN_OFFSET);
  }

  boxes() {
    return this.drawn.map(({ position, shape }) => pinBox(this.map, position, shape));
  }
}
