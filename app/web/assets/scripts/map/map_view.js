// A map and its content: areas, pins, landmarks, a picked place.
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

  /** Draws area names away from everything else that is drawn now. */
  drawNames() {
    const layers = [this.pins, this.place, this.landmarks];
    this.areas.drawNames(layers.flatMap((layer) => layer.boxes()));
  }

  /** Moves the map to its subject; does nothing in a closed fold or once a place is shown. */
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
      // The list beside the map already says that the page cannot be refreshed.
    }
  }
}
