// Names of estates on a map that asks for them (data-landmarks), while one looks closely: dots with
// words that do not lie on each other. The map hears where they stand by its event `landmarks`.
(() => {
  const FROM_ZOOM = 14;
  const MOST = 40;
  const HIGH_PX = 24;
  const DOT_PX = 16;

  function icon(name) {
    const words = document.createElement("span");
    words.textContent = name;
    return L.divIcon({ className: "map-landmark", html: words, iconSize: null, iconAnchor: [6, 12] });
  }

  // As area_names.js wants it: around its middle, in pixels of the whole world.
  function inWorld(map, { x, y, w }) {
    const middle = map.containerPointToLatLng([x + w / 2, y]);
    const spot = map.project(middle);
    return { x: spot.x, y: spot.y, w: w / 2, h: HIGH_PX / 2 };
  }

  function draw(map, layer, places) {
    layer.clearLayers();
    if (map.getZoom() < FROM_ZOOM || !map.getSize().x) {
      map.fire("landmarks", { boxes: [] });
      return;
    }
    const letter = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const seen = places.filter(({ lat, lon }) => map.getBounds().contains([lat, lon]));
    const taken = [];
    for (const { name, lat, lon } of seen.slice(0, MOST)) {
      const { x, y } = map.latLngToContainerPoint([lat, lon]);
      const box = { x, y, w: DOT_PX + letter * name.length };
      const free = taken.every(
        (one) => Math.abs(one.y - y) > HIGH_PX || x > one.x + one.w || one.x > x + box.w,
      );
      if (!free) continue;
      taken.push(box);
      L.marker([lat, lon], { icon: icon(name), interactive: false, keyboard: false }).addTo(layer);
    }
    map.fire("landmarks", { boxes: taken.map((box) => inWorld(map, box)) });
  }

  async function prepare(map, address) {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const places = await answer.json();
    const layer = L.layerGroup().addTo(map);
    map.on("moveend zoomend resize", () => draw(map, layer, places));
    draw(map, layer, places);
  }

  L.Map.addInitHook(function () {
    const { landmarks } = this.getContainer().dataset;
    if (landmarks) this.whenReady(() => prepare(this, landmarks).catch(() => {}));
  });
})();
