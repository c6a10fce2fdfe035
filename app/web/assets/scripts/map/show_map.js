// Sets up one map of a page.
import { openFold } from "./fold.js";
import { listenToPage } from "./page_events.js";
import { MapView } from "./map_view.js";

function redrawOnMove(view) {
  view.map.on("zoomend", () => view.redrawPins());
  view.map.on("moveend", () => view.drawNames());
}

/** Shows the map in `element`, whose data attributes are its settings (components/map.html). */
export async function showMap(element) {
  element.hidden = false;
  const fold = openFold(element);
  const view = new MapView(element);
  redrawOnMove(view);
  listenToPage(view);
  // In a closed fold a map has no size, so measure again when the fold opens.
  fold?.addEventListener("toggle", () => {
    view.map.invalidateSize();
    if (fold.open) view.fit();
    view.drawNames();
  });
  view.showLandmarks();
  view.place.prepare();
  view.drawPins(JSON.parse(element.dataset.pins || "[]"));
  view.fit();
  await view.showAreas();
  await view.refreshPins();
}
