// Names of areas on a map: inside their outline or not at all. Adds to Leaflet
// `L.inAreas(areas, [lon, lat])` and `L.nameAreas(map, layer, areas, taken)`:
// `taken` are boxes in pixels of the whole world that a name must not touch, {x, y, w, h} with half
// the width and height.
(() => {
  const LABEL_GRID = 12;

  const rings = (geometry) =>
    geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;

  function inside([x, y], polygon) {
    let odd = false;
    for (const ring of polygon) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [xi, yi] = ring[i];
        const [xj, yj] = ring[j];
        if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
      }
    }
    return odd;
  }

  L.inAreas = (areas, spot) =>
    areas.some(({ geometry }) => rings(geometry).some((polygon) => inside(spot, polygon)));

  // Pixels of the whole world at this zoom.
  function projected(map, polygon) {
    return polygon.map((ring) =>
      ring.map(([lon, lat]) => {
        const point = map.project([lat, lon]);
        return [point.x, point.y];
      }),
    );
  }

  function fits([x, y], half, polygon) {
    const [w, h] = half;
    const spots = [-1, -0.5, 0, 0.5, 1].flatMap((step) => [
      [x + step * w, y - h],
      [x + step * w, y + h],
    ]);
    return [[x - w, y], [x + w, y], ...spots].every((spot) => inside(spot, polygon));
  }

  const apart = (a, b) =>
    Math.abs(a.x - b.x) > a.w + b.w + 2 || Math.abs(a.y - b.y) > a.h + b.h + 2;

  // Within the part that is in sight, else a large area would have no name while one looks closely.
  function spotFor(polygon, half, taken, sight) {
    const xs = polygon[0].map((p) => p[0]);
    const ys = polygon[0].map((p) => p[1]);
    const box = [
      Math.max(Math.min(...xs), sight.min.x),
      Math.min(Math.max(...xs), sight.max.x),
      Math.max(Math.min(...ys), sight.min.y),
      Math.min(Math.max(...ys), sight.max.y),
    ];
    if (box[1] - box[0] < 2 * half[0] || box[3] - box[2] < 2 * half[1]) return null;
    const middle = [(box[0] + box[1]) / 2, (box[2] + box[3]) / 2];
    const spots = [];
    for (let i = 1; i < LABEL_GRID; i++) {
      for (let j = 1; j < LABEL_GRID; j++) {
        spots.push([
          box[0] + ((box[1] - box[0]) * i) / LABEL_GRID,
          box[2] + ((box[3] - box[2]) * j) / LABEL_GRID,
        ]);
      }
    }
    const far = ([x, y]) => (x - middle[0]) ** 2 + (y - middle[1]) ** 2;
    spots.sort((a, b) => far(a) - far(b));
    return spots.find(([x, y]) => {
      const label = { x, y, w: half[0], h: half[1] };
      return taken.every((other) => apart(label, other)) && fits([x, y], half, polygon);
    });
  }

  function measure(text) {
    const pen = document.createElement("canvas").getContext("2d");
    const size = 0.9375 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    pen.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
    return [pen.measureText(text).width / 2 + 3, size * 0.65 + 2];
  }

  // The smallest areas are named, or while these are too small for their names those above them;
  // a name for each level would stand on the others.
  function namedAreas(map, areas) {
    const window = map.getBounds();
    const shown = ({ geometry }) =>
      rings(geometry).some((polygon) =>
        window.intersects(L.latLngBounds(polygon[0].map(([lon, lat]) => [lat, lon]))),
      );
    const wide = ({ properties, geometry }) => {
      const xs = rings(geometry).flatMap((p) => projected(map, p)[0].map((spot) => spot[0]));
      return Math.max(...xs) - Math.min(...xs) > 2 * measure(properties.name)[0];
    };
    const near = areas.filter(shown);
    for (const level of ["grid", "block", "community", "subdistrict", "district"]) {
      const found = near.filter((feature) => feature.properties.level === level);
      if (found.length && found.filter(wide).length * 2 >= found.length) return found;
    }
    return [];
  }

  L.nameAreas = (map, layer, areas, taken) => {
    const features = namedAreas(map, areas);
    const sight = map.getPixelBounds();
    layer.clearLayers();
    for (const feature of features) {
      const half = measure(feature.properties.name);
      const polygons = rings(feature.geometry).map((polygon) => projected(map, polygon));
      polygons.sort((a, b) => b[0].length - a[0].length);
      const spot = polygons.map((polygon) => spotFor(polygon, half, taken, sight)).find(Boolean);
      if (!spot) continue;
      taken.push({ x: spot[0], y: spot[1], w: half[0], h: half[1] });
      const text = document.createElement("span");
      text.textContent = feature.properties.name;
      const size = [half[0] * 2, half[1] * 2];
      const icon = L.divIcon({ className: "map-area-name", html: text, iconSize: size });
      const options = { icon, interactive: false, keyboard: false, pane: "names" };
      L.marker(map.unproject(spot), options).addTo(layer);
    }
  };
})();
