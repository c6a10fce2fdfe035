// Names of areas on a map, drawn inside their outline or not at all.
import { findLabelBox } from "./label_position.js";
import { extentOf, polygonsOf, projectPolygon } from "./polygons.js";

// From the smallest to the largest.
const LEVELS = ["grid", "block", "community", "subdistrict", "district"];
const FONT_REM = 0.9375;

/** Half the width and height of a name, in pixels. */
function measure(text) {
  const pen = document.createElement("canvas").getContext("2d");
  const size = FONT_REM * parseFloat(getComputedStyle(document.documentElement).fontSize);
  pen.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  return [pen.measureText(text).width / 2 + 3, size * 0.65 + 2];
}

function isInView(map, { geometry }) {
  const view = map.getBounds();
  return polygonsOf(geometry).some((polygon) =>
    view.intersects(L.latLngBounds(polygon[0].map(([lon, lat]) => [lat, lon]))),
  );
}

function isWiderThanName(map, { properties, geometry }) {
  const extents = polygonsOf(geometry).map((polygon) => extentOf(projectPolygon(map, polygon)));
  const left = Math.min(...extents.map((extent) => extent.left));
  const right = Math.max(...extents.map((extent) => extent.right));
  return right - left > 2 * measure(properties.name)[0];
}

/** The smallest areas that have room for most of their names; names of several levels at once
 * would overlap. */
function areasToName(map, features) {
  const inView = features.filter((feature) => isInView(map, feature));
  for (const level of LEVELS) {
    const ofLevel = inView.filter((feature) => feature.properties.level === level);
    const wide = ofLevel.filter((feature) => isWiderThanName(map, feature));
    if (ofLevel.length && wide.length * 2 >= ofLevel.length) return ofLevel;
  }
  return [];
}

/** Where the name fits in one of the area's polygons, those with most corners first. */
function labelBox(map, feature, taken) {
  const half = measure(feature.properties.name);
  const view = map.getPixelBounds();
  const polygons = polygonsOf(feature.geometry).map((polygon) => projectPolygon(map, polygon));
  polygons.sort((a, b) => b[0].length - a[0].length);
  for (const polygon of polygons) {
    const box = findLabelBox(polygon, half, taken, view);
    if (box) return box;
  }
  return null;
}

function labelMarker(map, name, { x, y, w, h }) {
  const text = document.createElement("span");
  text.textContent = name;
  const icon = L.divIcon({ className: "map-area-name", html: text, iconSize: [w * 2, h * 2] });
  const options = { icon, interactive: false, keyboard: false, pane: "names" };
  return L.marker(map.unproject([x, y]), options);
}

/** Draws names into `layer`, away from the boxes `taken` (see label_position.js). */
export function drawAreaLabels(map, layer, features, taken) {
  layer.clearLayers();
  const occupied = [...taken];
  for (const feature of areasToName(map, features)) {
    const box = labelBox(map, feature, occupied);
    if (!box) continue;
    occupied.push(box);
    labelMarker(map, feature.properties.name, box).addTo(layer);
  }
}
