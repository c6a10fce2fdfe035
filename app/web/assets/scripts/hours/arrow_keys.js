// By keyboard the grid is one tab stop: arrows go to the next hour or day, space marks.
const HOURS = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -24, ArrowRight: 24 };
const FIRST_STOP = 8;

/** The box that an arrow key leads to; none beyond the ends of a day or of the week. */
function neighbour(byHour, hour, step) {
  const isSameDay = Math.floor(hour / 24) === Math.floor((hour + step) / 24);
  return Math.abs(step) === 1 && !isSameDay ? undefined : byHour.get(hour + step);
}

export function moveByArrowKeys(grid, boxes) {
  const byHour = new Map(boxes.map((box) => [Number(box.value), box]));
  const makeTabStop = (stop) => {
    for (const box of boxes) box.tabIndex = box === stop ? 0 : -1;
  };

  makeTabStop(byHour.get(FIRST_STOP));
  grid.addEventListener("focusin", ({ target }) => {
    if (boxes.includes(target)) makeTabStop(target);
  });
  grid.addEventListener("keydown", (event) => {
    const step = HOURS[event.key];
    if (!step || !boxes.includes(event.target)) return;
    const next = neighbour(byHour, Number(event.target.value), step);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}
