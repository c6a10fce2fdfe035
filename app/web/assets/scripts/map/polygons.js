// Geometry of areas. A polygon is a list of rings of [x, y]; the first is the outline, the others
// are holes. In GeoJSON x is the longitude, y the latitude.

/** The polygons of a GeoJSON Polygon or MultiPolygon. */
export function polygonsOf({ type, coordinates }) {
  return type === "Polygon" ? [coordinates] : coordinates;
}

/** Whether a point lies in a polygon: a ray from it crosses the sides an odd number of times. */
export function isInside([x, y], polygon) {
  let isOdd = false;
  for (const ring of polygon) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [ax, ay] = ring[i];
      const [bx, by] = ring[j];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isOdd = !isOdd;
    }
  }
  return isOdd;
}

/** Whether a point [lon, lat] lies in one of the GeoJSON features. */
export function isInAreas(features, point) {
  return features.some(({ geometry }) =>
    polygonsOf(geometry).some((polygon) => isInside(point, polygon)),
  );
}

/** The polygon in pixels of the whole world at the map's zoom. */
export function projectPolygon(map, polygon) {
  return polygon.map((ring) =>
    ring.map(([lon, lat]) => {
      const { x, y } = map.project([lat, lon]);
      return [x, y];
    }),
  );
}

/** The sides of the smallest box around the polygon. */
export function extentOf(polygon) {
  const xs = polygon[0].map(([x]) => x);
  const ys = polygon[0].map(([, y]) => y);
  return {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
}
