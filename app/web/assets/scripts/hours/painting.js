// Marking many boxes in one movement: a sideways stroke or a held finger paints, an up or down
// stroke scrolls the page as usual. A mouse paints in every direction.
const HOLD_MS = 250;
const STROKE_PX = 10;
const SAMPLE_PX = 12;

function boxAt(x, y) {
  const label = document.elementFromPoint(x, y)?.closest("[data-hours] label");
  return label?.querySelector("input") ?? null;
}

class Painter {
  constructor(grid, onChange) {
    this.grid = grid;
    this.onChange = onChange;
    this.stroke = null;
    this.isPainting = false;
    this.hasPainted = false;
    this.timer = 0;
  }

  press(event) {
    const box = event.target.closest("label")?.querySelector("input");
    this.hasPainted = false;
    if (!box || event.button || !event.isPrimary) return;
    const isTouch = event.pointerType !== "mouse";
    const { clientX: x, clientY: y } = event;
    this.stroke = { box, isChecked: !box.checked, x, y, isTouch };
    if (isTouch) this.timer = setTimeout(() => this.stroke && this.begin(), HOLD_MS);
  }

  begin() {
    this.isPainting = true;
    this.hasPainted = true;
    this.grid.classList.add("hours-painting");
    this.stroke.box.checked = this.stroke.isChecked;
    if (this.stroke.isTouch) navigator.vibrate?.(15);
  }

  move({ clientX, clientY }) {
    if (!this.stroke) return;
    if (!this.isPainting) {
      const across = Math.abs(clientX - this.stroke.x);
      const along = Math.abs(clientY - this.stroke.y);
      if (Math.max(across, along) < STROKE_PX) return;
      if (this.stroke.isTouch && across <= along) {
        this.end();
        return;
      }
      this.begin();
    }
    this.paintTo(clientX, clientY);
  }

  /** Paints every box on the way: a quick finger reports only a few points. */
  paintTo(x, y) {
    const { stroke } = this;
    const [dx, dy] = [x - stroke.x, y - stroke.y];
    const steps = Math.max(1, Math.ceil(Math.hypot(dx, dy) / SAMPLE_PX));
    for (let step = 1; step <= steps; step += 1) {
      const box = boxAt(stroke.x + (dx * step) / steps, stroke.y + (dy * step) / steps);
      if (box) box.checked = stroke.isChecked;
    }
    stroke.x = x;
    stroke.y = y;
  }

  end() {
    clearTimeout(this.timer);
    if (this.isPainting) this.onChange();
    this.isPainting = false;
    this.stroke = null;
    this.grid.classList.remove("hours-painting");
  }
}

export function paintByStroke(grid, onChange) {
  const painter = new Painter(grid, onChange);
  const preventIf = (test) => (event) => {
    if (test(event)) event.preventDefault();
  };
  grid.addEventListener("pointerdown", (event) => painter.press(event));
  document.addEventListener("pointermove", (event) => painter.move(event));
  document.addEventListener("pointerup", () => painter.end());
  document.addEventListener("pointercancel", () => painter.end());
  grid.addEventListener("touchmove", preventIf(() => painter.isPainting), { passive: false });
  grid.addEventListener("contextmenu", preventIf(() => painter.stroke));
  grid.addEventListener("dragstart", (event) => event.preventDefault());
  // The click that ends a stroke is not a tap.
  const isEndOfStroke = ({ target }) => painter.hasPainted && target.closest("label");
  grid.addEventListener("click", preventIf(isEndOfStroke), true);
}
