// Keyboard use of the board, and marking the same help request in the queue and on the map.
function queueLines(board) {
  return [...board.querySelectorAll("[data-line]")];
}

function moveFocus(board, step) {
  const lines = queueLines(board);
  if (!lines.length) return;
  const at = lines.findIndex((line) => line.contains(document.activeElement));
  const first = step > 0 ? 0 : lines.length - 1;
  const next = at < 0 ? first : Math.max(0, Math.min(lines.length - 1, at + step));
  lines[next].querySelector("a").focus();
}

function listenToKeys(board) {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, select, textarea, [contenteditable]");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { j: 1, k: -1 }[event.key.toLowerCase()];
    if (step) moveFocus(board, step);
  });
  for (const hint of document.querySelectorAll("[data-keys]")) hint.hidden = false;
}

function linkQueueAndMap(board, map) {
  let chosenId = "";

  function markLine(id) {
    chosenId = id;
    for (const line of queueLines(board)) line.classList.toggle("line-chosen", line.id === id);
  }

  function chooseLine(line) {
    if (!line || line.id === chosenId) return;
    markLine(line.id);
    map?.dispatchEvent(new CustomEvent("diandan:choose", { detail: { id: line.id } }));
  }

  board.addEventListener("focusin", ({ target }) => chooseLine(target.closest("[data-line]")));
  board.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "mouse") chooseLine(target.closest("[data-line]"));
  });
  map?.addEventListener("diandan:pin", ({ detail }) => {
    markLine(detail.id);
    document.getElementById(detail.id)?.scrollIntoView({ block: "nearest" });
  });
  // A refreshed queue has lost the mark.
  document.addEventListener("htmx:afterSettle", () => {
    if (chosenId) markLine(chosenId);
  });
}

const board = document.querySelector("[data-board]");
if (board) {
  linkQueueAndMap(board, document.getElementById("board-map"));
  listenToKeys(board);
}
