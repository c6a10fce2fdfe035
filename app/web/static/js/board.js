// The board by keyboard, and the queue and the map pointing at each other.
(() => {
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const map = document.getElementById("board-map");
  const lines = () => [...board.querySelectorAll("[data-line]")];
  let chosen = "";

  function mark(id, where) {
    chosen = id;
    for (const line of lines()) line.classList.toggle("line-chosen", line.id === id);
    const line = document.getElementById(id);
    if (where === "line") line?.scrollIntoView({ block: "nearest" });
    if (where === "map") map?.dispatchEvent(new CustomEvent("diandan:choose", { detail: { id } }));
  }

  function step(by) {
    const all = lines();
    if (!all.length) return;
    const at = all.findIndex((line) => line.contains(document.activeElement));
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
    all[Math.max(0, Math.min(all.length - 1, next))].querySelector("a").focus();
  }

  document.addEventListener("keydown", (event) => {
    const writing = event.target.closest?.("input, select, textarea, [contenteditable]");
    if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (by) step(by);
  });
  board.addEventListener("focusin", ({ target }) => {
    const line = target.closest("[data-line]");
    if (line && line.id !== chosen) mark(line.id, "map");
  });
  board.addEventListener("pointerover", ({ target, pointerType }) => {
    const line = pointerType === "mouse" && target.closest("[data-line]");
    if (line && line.id !== chosen) mark(line.id, "map");
  });
  map?.addEventListener("diandan:pin", ({ detail }) => mark(detail.id, "line"));
  // The list was drawn again.
  document.addEventListener("htmx:afterSettle", () => chosen && mark(chosen));
  for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;
})();
