// The Leaflet map with its controls.
const START = [22.62, 114.03];
const START_ZOOM = 12;
const MAX_TILE_ZOOM = 19;
// At the bottom, where no popup covers it.
const CONTROL_POSITION = "bottomright";
// Above outlines (400), below pins (600).
const NAMES_Z_INDEX = 450;

function addControls(map, { textIn, textOut }) {
  const titles = { zoomInTitle: textIn, zoomOutTitle: textOut };
  map.attributionControl.setPrefix(false);
  L.control.zoom({ position: CONTROL_POSITION, ...titles }).addTo(map);
}

/** On a page that scrolls, one finger or the wheel moves the page until the map has the focus. */
function zoomByWheelWhileFocused(map) {
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
}

/** A map in `element` with zoom buttons, and with tiles if its settings name some. */
export function createMap(element) {
  const { tiles, credit } = element.dataset;
  const isAnimated = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.classList.toggle("with-tiles", Boolean(tiles));
  const map = L.map(element, {
    zoomControl: false,
    zoomSnap: 0.5,
    zoomAnimation: isAnimated,
    fadeAnimation: isAnimated,
    scrollWheelZoom: false,
  }).setView(START, START_ZOOM);
  map.createPane("names").style.zIndex = NAMES_Z_INDEX;
  addControls(map, element.dataset);
  zoomByWheelWhileFocused(map);
  if (tiles) L.tileLayer(tiles, { attribution: credit, maxZoom: MAX_TILE_ZOOM }).addTo(map);
  return map;
}
