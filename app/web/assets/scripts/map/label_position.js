// Where a name fits. Boxes are {x, y, w, h}: the middle and half the width and height, in pixels of
// the whole world.
import { extentOf, isInside } from "./polygons.js";

const GRID = 12;
const GAP_PX = 2;
const EDGE_SAMPLES = [-1, -0.5, 0, 0.5, 1];

function isApart(a, b) {
  return Math.abs(a.x - b.x) > a.w + b.w + GAP_PX || Math.abs(a.y - b.y) > a.h + b.h + GAP_PX;
}

/** Whether the box lies in the polygon, by points along its edges. */
function isBoxInside({ x, y, w, h }, polygon) {
  const edges = EDGE_SAMPLES.flatMap((step) => [
    [x + step * w, y - h],
    [x + step * w, y + h],
  ]);
  return [[x - w, y], [x + w, y], ...edges].every((point) => isInside(point, polygon));
}

/** The visible part of the polygon's box, so that a large area is named at close zoom too. */
function visibleExtent(polygon, view) {
  const { left, right, top, bottom } = extentOf(polygon);
  return {
    left: Math.max(left, view.min.x),
    right: Math.min(right, view.max.x),
    top: Math.max(top, view.min.y),
    bottom: Math.min(bottom, view.max.y),
  };
}

/** Points of a grid over the extent, the nearest to its middle first. */
function candidates({ left, right, top, bottom }) {
  const points = [];
  for (let i = 1; i < GRID; i += 1) {
    for (let j = 1; j < GRID; j += 1) {
      points.push([left + ((right - left) * i) / GRID, top + ((bottom - top) * j) / GRID]);
    }
  }
  const [midX, midY] = [(left + right) / 2, (top + bottom) / 2];
  const distance = ([x, y]) => (x - midX) ** 2 + (y - midY) ** 2;
  return points.sort((a, b) => distance(a) - distance(b));
}

/** A box of half the size [w, h] inside of the polygon that touches no other; undefined if none. */
export function findLabelBox(polygon, [w, h], taken, view) {
  const extent = visibleExtent(polygon, view);
  if (extent.right - extent.left < 2 * w || extent.bottom - extent.top < 2 * h) return undefined;
  return candidates(extent)
    .map(([x, y]) => ({ x, y, w, h }))
    .find((box) => taken.every((other) => isApart(box, other)) && isBoxInside(box, polygon));
}
