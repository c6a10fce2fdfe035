// The hours of a week as checkboxes: by tap, by stroke, by keyboard, by whole days. The form sends
// the checkboxes themselves.
import { addDayButtons } from "./hours/day_buttons.js";
import { moveByArrowKeys } from "./hours/arrow_keys.js";
import { paintByStroke } from "./hours/painting.js";

function start(grid) {
  const boxes = [...grid.querySelectorAll("input")];
  const total = document.querySelector("[data-hours-sum]");
  const showTotal = () => {
    const count = boxes.filter((box) => box.checked).length;
    total.textContent = total.dataset.text.replace("{n}", count);
  };
  paintByStroke(grid, showTotal);
  moveByArrowKeys(grid, boxes);
  addDayButtons(grid, boxes, showTotal);
  grid.addEventListener("change", showTotal);
}

const grid = document.querySelector("[data-hours]");
if (grid) start(grid);
