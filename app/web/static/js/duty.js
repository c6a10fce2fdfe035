// Dragging a shift to another person or day on a desk. It asks before it sends the same form that
// the shift's own page has: somebody is told at once.
(() => {
  const sheet = document.querySelector("[data-duty]");
  const ask = document.getElementById("duty-ask");
  if (!sheet || !ask?.showModal || !matchMedia("(hover: hover) and (pointer: fine)").matches) return;
  const form = ask.querySelector("form");
  let dragged = null;

  function place(target) {
    const found = target.closest?.("[data-person], [data-day]");
    const same = found && dragged && found.contains(dragged);
    return dragged && found && !same ? found : null;
  }

  function open(shift, onto) {
    const by = onto.dataset.person ? "person" : "day";
    form.action = shift.dataset.action;
    form.elements.person.value = onto.dataset.person ?? "";
    form.elements.day.value = onto.dataset.day ?? "";
    const cannot = form.querySelector("[data-for-person]");
    cannot.hidden = by !== "person";
    form.elements.cannot.checked = false;
    const text = sheet.dataset[by === "person" ? "textPerson" : "textDay"];
    const said = { who: shift.dataset.name, when: shift.dataset.when, to: onto.dataset.name };
    document.getElementById("duty-ask-what").textContent = text.replace(/\{(\w+)\}/g, (_, key) => said[key]);
    ask.showModal();
  }

  for (const shift of sheet.querySelectorAll("[data-shift]")) shift.draggable = true;
  for (const hint of sheet.querySelectorAll("[data-drag-hint]")) hint.hidden = false;
  ask.querySelector("[data-close]").addEventListener("click", () => ask.close());

  sheet.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-shift]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    dragged.classList.add("chip-dragged");
  });
  sheet.addEventListener("dragover", (event) => {
    const onto = place(event.target);
    for (const one of sheet.querySelectorAll(".drop-here")) if (one !== onto) one.classList.remove("drop-here");
    if (!onto) return;
    event.preventDefault();
    onto.classList.add("drop-here");
  });
  sheet.addEventListener("drop", (event) => {
    const onto = place(event.target);
    if (!onto) return;
    event.preventDefault();
    open(dragged, onto);
  });
  sheet.addEventListener("dragend", () => {
    dragged?.classList.remove("chip-dragged");
    for (const one of sheet.querySelectorAll(".drop-here")) one.classList.remove("drop-here");
    dragged = null;
  });
})();
