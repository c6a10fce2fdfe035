// The part of the world that a map shows.
export const CLOSE_ZOOM = 16;
const SHARE_IN_VIEW = 0.9;
// Room for the buttons at the right, so that they hide no name at first.
const BUTTONS_PX = 64;

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The bounds of most pins: a distant one must not make the others too small to distinguish. */
function mainPositions(pins) {
  const centre = L.latLng(median(pins.map((pin) => pin.lat)), median(pins.map((pin) => pin.lon)));
  const positions = pins.map((pin) => L.latLng(pin.lat, pin.lon));
  positions.sort((a, b) => centre.distanceTo(a) - centre.distanceTo(b));
  return positions.slice(0, Math.ceil(positions.length * SHARE_IN_VIEW));
}

/** Shows the centre in the settings, else most pins, else all areas. */
export function fitView(map, { lat, lon, zoom }, pins, bounds) {
  if (lat && lon) {
    map.setView([Number(lat), Number(lon)], Number(zoom) || CLOSE_ZOOM);
  } else if (pins.length) {
    map.fitBounds(L.latLngBounds(mainPositions(pins)).pad(0.2), { maxZoom: CLOSE_ZOOM });
  } else if (bounds?.isValid()) {
    map.fitBounds(bounds, { paddingTopLeft: [8, 8], paddingBottomRight: [BUTTONS_PX, 8] });
  }
}
