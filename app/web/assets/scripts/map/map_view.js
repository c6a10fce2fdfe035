// A map and what lies on it: areas, pins, landmarks, a place that is picked.
import { AreaLayer } from "./area_layer.js";
import { fetchJson } from "./fetch_json.js";
import { LandmarkLayer } from "./landmarks.js";
import { createMap } from "./leaflet_map.js";
import { PinLayer } from "./pin_layer.js";
import { PlaceMarker } from "./place_marker.js";
import { fitView } from "./viewport.js";

export class MapView {
  constructor(element) {
    this.element = element;
    this.settings = element.dataset;
    this.map = createMap(element);
    this.areas = new AreaLayer(this.map);
    this.pins = new PinLayer(this.map, this.settings.textOpen);
    this.landmarks = new LandmarkLayer(this.map);
    this.place = new PlaceMarker(this.map, element, this.areas);
  }

  drawPins(pins) {
    this.pins.draw(pins);
    this.drawNames();
  }

  redrawPins() {
    this.drawPins(this.pins.pins);
  }

  /** Names of areas keep clear of everything else as it is drawn now. */
  drawNames() {
    const layers = [this.pins, this.place, this.landmarks];
    this.areas.drawNames(layers.flatMap((layer) => layer.boxes()));
  }

  /** Moves the map to what it is about; does nothing in a closed fold or once a place is shown. */
  fit() {
    if (this.place.isShown || !this.map.getSize().x) return;
    fitView(this.map, this.settings, this.pins.pins, this.areas.bounds);
  }

  showLandmarks() {
    const { landmarks } = this.settings;
    if (landmarks) this.landmarks.load(landmarks, () => this.drawNames()).catch(() => {});
  }

  async showAreas() {
    const { outlines } = this.settings;
    if (outlines) await this.areas.load(outlines).catch(() => {});
    this.fit();
    this.place.showReach();
    this.drawNames();
  }

  async refreshPins() {
    if (!this.settings.pinsUrl) return;
    try {
      this.drawPins(await fetchJson(this.settings.pinsUrl));
    } catch {
      // The list beside the map says that the page cannot be refreshed.
    }
  }
}
