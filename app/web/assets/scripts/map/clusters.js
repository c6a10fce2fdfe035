// Pins that would overlap at the map's zoom.
import { PIN_PX } from "./pin_icon.js";

const OVERLAP_PX = PIN_PX * 0.75;
const SAME_PLACE_M = 60;

/** Groups of pins that overlap: `point` in pixels of the whole world, and the group's `pins`. */
export function groupPins(map, pins) {
  const groups = [];
  for (const pin of pins) {
    const point = map.project([pin.lat, pin.lon]);
    const near = groups.find((group) => group.point.distanceTo(point) < OVERLAP_PX);
    if (near) near.pins.push(pin);
    else groups.push({ point, pins: [pin] });
  }
  return groups;
}

/** Positions in a circle around the group's middle; a single pin stays where it is. */
export function spreadPositions(map, { point, pins }) {
  if (pins.length === 1) return [[pins[0].lat, pins[0].lon]];
  const radius = PIN_PX * (0.4 + 0.14 * pins.length);
  return pins.map((_, index) => {
    const angle = (2 * Math.PI * index) / pins.length - Math.PI / 2;
    const offset = L.point(Math.cos(angle), Math.sin(angle)).multiplyBy(radius);
    return map.unproject(point.add(offset));
  });
}

export function boundsOf(pins) {
  return L.latLngBounds(pins.map((pin) => [pin.lat, pin.lon]));
}

/** Whether zooming in separates a group with these bounds; else its pins are at one place. */
export function isSpreadOut(bounds) {
  return bounds.getNorthEast().distanceTo(bounds.getSouthWest()) > SAME_PLACE_M;
}
