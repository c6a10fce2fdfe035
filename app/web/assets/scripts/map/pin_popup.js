// The popup of a tapped pin.
function describe(pin, linkText) {
  const box = document.createElement("div");
  const title = document.createElement("strong");
  title.textContent = pin.title;
  box.append(title);
  if (pin.text) box.append(document.createElement("br"), pin.text);
  if (pin.href) {
    const link = document.createElement("a");
    link.href = pin.href;
    link.textContent = linkText;
    box.append(document.createElement("br"), link);
  }
  return box;
}

/** Title, text and link of each of the pins. */
export function popupContent(pins, linkText) {
  const box = document.createElement("div");
  box.append(...pins.map((pin) => describe(pin, linkText)));
  return box;
}
