// The hours of a week by one finger: a tap marks one, a stroke to the side or a held finger marks
// many. A stroke up or down scrolls the page as ever. What is sent are the boxes themselves.
(() => {
  const grid = document.querySelector("[data-hours]");
  if (!grid) return;
  const boxes = [...grid.querySelectorAll("input")];
  const sum = document.querySelector("[data-hours-sum]");
  const HOLD_MS = 250;
  const STROKE_PX = 10;
  let start = null;
  let painting = false;
  let painted = false;
  let timer = 0;

  function tell() {
    sum.textContent = sum.dataset.text.replace("{n}", boxes.filter((box) => box.checked).length);
  }

  function boxAt(x, y) {
    const label = document.elementFromPoint(x, y)?.closest("[data-hours] label");
    return label?.querySelector("input") ?? null;
  }

  function paint(box) {
    if (box) box.checked = start.value;
  }

  function begin() {
    painting = painted = true;
    grid.classList.add("hours-painting");
    paint(start.box);
    if (start.touch) navigator.vibrate?.(15);
  }

  // Every box on the way: a quick finger tells only a few points.
  function stroke(x, y) {
    const steps = Math.max(1, Math.ceil(Math.hypot(x - start.x, y - start.y) / 12));
    for (let step = 1; step <= steps; step += 1) {
      paint(boxAt(start.x + ((x - start.x) * step) / steps, start.y + ((y - start.y) * step) / steps));
    }
    start.x = x;
    start.y = y;
  }

  function end() {
    clearTimeout(timer);
    if (painting) tell();
    painting = false;
    start = null;
    grid.classList.remove("hours-painting");
  }

  grid.addEventListener("pointerdown", (event) => {
    const box = event.target.closest("label")?.querySelector("input");
    painted = false;
    if (!box || event.button || !event.isPrimary) return;
    const touch = event.pointerType !== "mouse";
    start = { box, value: !box.checked, x: event.clientX, y: event.clientY, touch };
    if (touch) timer = setTimeout(() => start && begin(), HOLD_MS);
  });
  document.addEventListener("pointermove", (event) => {
    if (!start) return;
    if (!painting) {
      const across = Math.abs(event.clientX - start.x);
      const along = Math.abs(event.clientY - start.y);
      const meant = start.touch ? across > along : true;
      if (Math.max(across, along) < STROKE_PX) return;
      if (!meant) return end();
      begin();
    }
    stroke(event.clientX, event.clientY);
  });
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
  grid.addEventListener("touchmove", (event) => painting && event.preventDefault(), { passive: false });
  grid.addEventListener("contextmenu", (event) => start && event.preventDefault());
  // The click that ends a stroke is no tap.
  grid.addEventListener("click", (event) => painted && event.target.closest("label") && event.preventDefault(), true);
  grid.addEventListener("change", tell);
  grid.addEventListener("dragstart", (event) => event.preventDefault());

  // By keyboard the grid is one stop: arrows go to the next hour or day, space marks.
  const STEPS = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -24, ArrowRight: 24 };
  const byHour = new Map(boxes.map((box) => [Number(box.value), box]));

  function stop(at) {
    for (const box of boxes) box.tabIndex = box === at ? 0 : -1;
  }

  stop(byHour.get(8));
  grid.addEventListener("focusin", (event) => byHour.has(Number(event.target.value)) && event.target.name && stop(event.target));
  grid.addEventListener("keydown", (event) => {
    const from = event.target.name ? Number(event.target.value) : NaN;
    const step = STEPS[event.key];
    const sameDay = Math.floor(from / 24) === Math.floor((from + step) / 24);
    const next = byHour.get(from + step);
    if (!step || !next || (Math.abs(step) === 1 && !sameDay)) return;
    event.preventDefault();
    next.focus();
  });

  // A day's name marks the whole day.
  for (const head of grid.querySelectorAll("[data-day]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.setAttribute("aria-label", head.dataset.text);
    button.addEventListener("click", () => {
      const ofDay = boxes.filter((box) => Math.floor(box.value / 24) === Number(head.dataset.day));
      const value = !ofDay.every((box) => box.checked);
      for (const box of ofDay) box.checked = value;
      tell();
    });
    head.replaceChildren(button);
  }
})();
