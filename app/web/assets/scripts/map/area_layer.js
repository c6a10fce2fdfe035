// Outlines of areas, with their names.
import { drawAreaLabels } from "./area_labels.js";
import { fetchJson } from "./fetch_json.js";
import { isInAreas } from "./polygons.js";

export class AreaLayer {
  constructor(map) {
    this.map = map;
    this.names = L.layerGroup().addTo(map);
    this.features = [];
    this.bounds = null;
  }

  /** Draws the FeatureCollection at `url`; its features have the properties name and level. */
  async load(url) {
    const collection = await fetchJson(url);
    const style = { className: "map-area" };
    const outlines = L.geoJSON(collection, { interactive: false, style }).addTo(this.map);
    this.features = collection.features;
    this.bounds = outlines.getBounds();
  }

  get isLoaded() {
    return this.features.length > 0;
  }

  contains({ lat, lng }) {
    return isInAreas(this.features, [lng, lat]);
  }

  drawNames(taken) {
    drawAreaLabels(this.map, this.names, this.features, taken);
  }
}
