// Dragging a shift to another person or day, with a mouse only. A dialog asks first, because people
// are notified at once; it sends the same form as the shift's own page.
const MOUSE = "(hover: hover) and (pointer: fine)";

function fillDialog(calendar, dialog, shift, target) {
  const form = dialog.querySelector("form");
  const toPerson = Boolean(target.dataset.person);
  form.action = shift.dataset.action;
  form.elements.person.value = target.dataset.person ?? "";
  form.elements.day.value = target.dataset.day ?? "";
  form.elements.cannot.checked = false;
  form.querySelector("[data-for-person]").hidden = !toPerson;
  const values = { who: shift.dataset.name, when: shift.dataset.when, to: target.dataset.name };
  const text = toPerson ? calendar.dataset.textPerson : calendar.dataset.textDay;
  document.getElementById("duty-ask-what").textContent = text.replace(
    /\{(\w+)\}/g,
    (_, name) => values[name],
  );
}

// What speaks against it is shown as soon as it is known; the server refuses what must not be.
async function showAgainst(dialog, shift, target) {
  const said = dialog.querySelector("[data-against]");
  said.hidden = true;
  if (!target.dataset.person) return;
  const url = `${shift.dataset.against}?person=${target.dataset.person}`;
  const form = dialog.querySelector("form");
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    const { against } = response.ok ? await response.json() : {};
    const asked = form.action === new URL(shift.dataset.action, location.href).href;
    if (!against || !asked || form.elements.person.value !== target.dataset.person) return;
    said.textContent = said.dataset.text.replace("{why}", () => against);
    said.hidden = false;
  } catch {
    // The question is asked all the same.
  }
}

function markTarget(calendar, target) {
  for (const element of calendar.querySelectorAll(".drop-here")) {
    if (element !== target) element.classList.remove("drop-here");
  }
  target?.classList.add("drop-here");
}

function listenToDragging(calendar, onDrop) {
  let dragged = null;

  function dropTarget(event) {
    const found = event.target.closest?.("[data-person], [data-day]");
    if (!dragged || !found || found.contains(dragged)) return null;
    return found.dataset.person === dragged.dataset.of ? null : found;
  }

  calendar.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-shift]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    dragged.classList.add("chip-dragged");
  });
  calendar.addEventListener("dragover", (event) => {
    const target = dropTarget(event);
    markTarget(calendar, target);
    if (target) event.preventDefault();
  });
  calendar.addEventListener("drop", (event) => {
    const target = dropTarget(event);
    if (!target) return;
    event.preventDefault();
    onDrop(dragged, target);
  });
  calendar.addEventListener("dragend", () => {
    dragged?.classList.remove("chip-dragged");
    markTarget(calendar, null);
    dragged = null;
  });
}

function start(calendar, dialog) {
  for (const shift of calendar.querySelectorAll("[data-shift]")) shift.draggable = true;
  for (const hint of calendar.querySelectorAll("[data-drag-hint]")) hint.hidden = false;
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  listenToDragging(calendar, (shift, target) => {
    fillDialog(calendar, dialog, shift, target);
    showAgainst(dialog, shift, target);
    dialog.showModal();
  });
}

const calendar = document.querySelector("[data-duty]");
const dialog = document.getElementById("duty-ask");
if (calendar && dialog?.showModal && matchMedia(MOUSE).matches) start(calendar, dialog);
