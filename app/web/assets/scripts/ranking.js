// The order in which to ask: buttons and dragging replace typed numbers. The form still sends the
// numbers.
function stepButton(label, sign) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "rank-step";
  button.textContent = sign;
  button.setAttribute("aria-label", label);
  return button;
}

function rowsOf(form) {
  return [...form.querySelectorAll("[data-rank]")];
}

function numberField(row) {
  return row.querySelector("[type=number]");
}

function renumber(form) {
  rowsOf(form).forEach((row, index) => {
    numberField(row).value = index + 1;
  });
}

/** A row may move from one list into the next, which is in the fold below. */
function moveRow(form, row, step) {
  const rows = rowsOf(form);
  const other = rows[rows.indexOf(row) + step];
  if (!other) return;
  other.closest("details:not(.rank-why)")?.setAttribute("open", "");
  if (step < 0) other.before(row);
  else other.after(row);
  renumber(form);
}

function addButtons(form, row) {
  const name = row.querySelector("label").textContent.trim();
  const up = stepButton(`${name} ${form.dataset.textUp}`, "↑");
  const down = stepButton(`${name} ${form.dataset.textDown}`, "↓");
  for (const [button, step] of [
    [up, -1],
    [down, 1],
  ]) {
    button.addEventListener("click", () => {
      moveRow(form, row, step);
      button.focus();
    });
  }
  numberField(row).after(up, down);
  numberField(row).classList.add("rank-number");
}

function dragOver(form, row, event) {
  const dragged = form.querySelector(".rank-dragged");
  if (!dragged || dragged === row) return;
  event.preventDefault();
  const { top, height } = row.getBoundingClientRect();
  if (event.clientY < top + height / 2) row.before(dragged);
  else row.after(dragged);
}

function makeDraggable(form, row) {
  row.draggable = true;
  row.addEventListener("dragstart", (event) => {
    event.dataTransfer.effectAllowed = "move";
    row.classList.add("rank-dragged");
  });
  row.addEventListener("dragend", () => {
    row.classList.remove("rank-dragged");
    renumber(form);
  });
  row.addEventListener("dragover", (event) => dragOver(form, row, event));
}

for (const form of document.querySelectorAll("[data-ranking]")) {
  for (const row of rowsOf(form)) {
    addButtons(form, row);
    makeDraggable(form, row);
  }
}
document.getElementById("contact")?.focus();
