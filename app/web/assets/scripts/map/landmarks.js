// Names of estates at close zoom: dots with names that do not overlap.
import { fetchJson } from "./fetch_json.js";

const MIN_ZOOM = 14;
const MAX_SHOWN = 40;
const HEIGHT_PX = 24;
const DOT_PX = 16;

function landmarkIcon(name) {
  const text = document.createElement("span");
  text.textContent = name;
  const size = { iconSize: null, iconAnchor: [6, 12] };
  return L.divIcon({ className: "map-landmark", html: text, ...size });
}

/** `x` is the left end, `y` the middle, in pixels of the map's element. */
function isFree({ x, y, w }, taken) {
  return taken.every(
    (other) => Math.abs(other.y - y) > HEIGHT_PX || x > other.x + other.w || other.x > x + w,
  );
}

export class LandmarkLayer {
  constructor(map) {
    this.map = map;
    this.layer = L.layerGroup().addTo(map);
    this.places = [];
    this.worldBoxes = [];
  }

  /** Loads {name, lat, lon} from `url`; calls `onDrawn` when other names must move away. */
  async load(url, onDrawn) {
    this.places = await fetchJson(url);
    const draw = () => {
      this.draw();
      onDrawn();
    };
    this.map.on("moveend zoomend resize", draw);
    draw();
  }

  draw() {
    const letter = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const taken = [];
    this.layer.clearLayers();
    for (const place of this.placesInView()) {
      const { x, y } = this.map.latLngToContainerPoint([place.lat, place.lon]);
      const box = { x, y, w: DOT_PX + letter * place.name.length };
      if (!isFree(box, taken)) continue;
      taken.push(box);
      this.addMarker(place);
    }
    this.worldBoxes = taken.map((box) => this.inWorld(box));
  }

  placesInView() {
    if (this.map.getZoom() < MIN_ZOOM || !this.map.getSize().x) return [];
    const view = this.map.getBounds();
    return this.places.filter(({ lat, lon }) => view.contains([lat, lon])).slice(0, MAX_SHOWN);
  }

  addMarker({ name, lat, lon }) {
    const options = { icon: landmarkIcon(name), interactive: false, keyboard: false };
    L.marker([lat, lon], options).addTo(this.layer);
  }

  inWorld({ x, y, w }) {
    const middle = this.map.containerPointToLatLng([x + w / 2, y]);
    const point = this.map.project(middle);
    return { x: point.x, y: point.y, w: w / 2, h: HEIGHT_PX / 2 };
  }

  /** The boxes of the names, which names of areas must avoid (see label_position.js). */
  boxes() {
    return this.worldBoxes;
  }
}
