// Events of the page that a map reacts to.
function showPlace(view, { lat, lon }) {
  view.place.show(lat, lon);
}

/** The phone's reported position may be wrong, so show it for checking. */
function showPosition(view, position) {
  showPlace(view, position);
  view.place.tellWhetherServed();
  const fold = view.element.closest("details");
  if (fold) fold.open = true;
}

/** A swapped part of the page may carry the map's pins as data-pins. */
function carrierOfPins(view, swapped) {
  const selector = `[data-pins-for="${view.element.id}"]`;
  return swapped.closest?.(selector) || swapped.querySelector?.(selector);
}

function onSwap(view, swapped) {
  const carrier = carrierOfPins(view, swapped);
  if (carrier) view.drawPins(JSON.parse(carrier.dataset.pins));
  else if (!view.element.contains(swapped)) view.refreshPins();
}

/** A place found by its name, the phone's position, a chosen line of a list, a refreshed list. */
export function listenToPage(view) {
  const { element } = view;
  element.addEventListener("diandan:place", ({ detail }) => showPlace(view, detail));
  element.addEventListener("diandan:here", ({ detail }) => showPosition(view, detail));
  element.addEventListener("diandan:choose", ({ detail }) => view.pins.choose(detail.id));
  document.addEventListener("htmx:afterSettle", ({ target }) => onSwap(view, target));
}
