// The name of a day becomes a button that marks or clears the whole day.
function dayButton(head) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = head.textContent;
  button.setAttribute("aria-label", head.dataset.text);
  return button;
}

/** A box's value is the hour of the week, 0 to 167. */
export function addDayButtons(grid, boxes, onChange) {
  for (const head of grid.querySelectorAll("[data-day]")) {
    const day = Number(head.dataset.day);
    const ofDay = boxes.filter((box) => Math.floor(box.value / 24) === day);
    const button = dayButton(head);
    button.addEventListener("click", () => {
      const isChecked = !ofDay.every((box) => box.checked);
      for (const box of ofDay) box.checked = isChecked;
      onChange();
    });
    head.textContent = "";
    head.append(button);
  }
}
