// A map inside a fold (details).
const WIDE = "(min-width: 62.5em)";

/** Shows the fold around a map, opens it if there is room, and returns it; null without one. */
export function openFold(element) {
  const fold = element.closest("details");
  if (!fold) return null;
  fold.hidden = false;
  if ("mapFold" in fold.dataset && matchMedia(WIDE).matches) fold.open = true;
  return fold;
}
