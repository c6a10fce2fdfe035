// The icons of pins.
export const PIN_PX = 32;
const ROUND_KINDS = ["volunteer", "point", "here", "many", "many-late"];

/** A round pin is centred on its place; the others point at it with their tip. */
function isRound(pin) {
  return ROUND_KINDS.includes(pin.kind);
}

export function isUrgent(pin) {
  return pin.kind === "urgent" || pin.kind === "late";
}

export function pinIcon(pin) {
  const shape = document.createElement("div");
  shape.className = `pin pin-${pin.kind || "waiting"}${pin.chosen ? " pin-chosen" : ""}`;
  const mark = document.createElement("span");
  mark.textContent = pin.mark || "";
  shape.append(mark);
  const tip = isRound(pin) ? PIN_PX / 2 : PIN_PX;
  return L.divIcon({
    className: "pin-box",
    html: shape,
    iconSize: [PIN_PX, PIN_PX],
    iconAnchor: [PIN_PX / 2, tip],
    popupAnchor: [0, -tip],
  });
}

/** The box of a pin at `position`, which names must avoid (see label_position.js). */
export function pinBox(map, position, pin) {
  const half = PIN_PX / 2;
  const { x, y } = map.project(position);
  return { x, y: y - (isRound(pin) ? 0 : half), w: half, h: half };
}
