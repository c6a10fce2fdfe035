// The list of suggestions below a field (ARIA listbox): which are shown and which one is marked.
function optionElement(place, id) {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const area = document.createElement("small");
  area.textContent = place.area;
  item.append(place.name, area);
  return item;
}

function listElement(id, label) {
  const list = document.createElement("ul");
  list.id = id;
  list.className = "picker-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  return list;
}

export class Suggestions {
  constructor(field, id) {
    this.field = field;
    this.element = listElement(id, field.dataset.textList);
    this.places = [];
    this.markedIndex = -1;
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", id);
    field.parentElement.append(this.element);
  }

  get isOpen() {
    return !this.element.hidden;
  }

  get marked() {
    return this.places[this.markedIndex];
  }

  show(places) {
    this.places = places;
    this.element.textContent = "";
    places.forEach((place, index) => {
      this.element.append(optionElement(place, `${this.element.id}-${index}`));
    });
    this.setOpen(places.length > 0);
  }

  close() {
    this.setOpen(false);
  }

  setOpen(isOpen) {
    this.markedIndex = -1;
    this.element.hidden = !isOpen;
    this.field.setAttribute("aria-expanded", String(isOpen));
    this.field.removeAttribute("aria-activedescendant");
  }

  markNext() {
    this.mark(this.markedIndex + 1);
  }

  markPrevious() {
    this.mark(this.markedIndex < 0 ? this.places.length - 1 : this.markedIndex - 1);
  }

  /** Beyond one end it continues at the other. */
  mark(index) {
    this.markedIndex = (index + this.places.length) % this.places.length;
    const items = [...this.element.children];
    items.forEach((item, at) => item.setAttribute("aria-selected", at === this.markedIndex));
    items[this.markedIndex].scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", items[this.markedIndex].id);
  }

  /** The place of the item that holds `element`; undefined for none. */
  placeOf(element) {
    return this.places[[...this.element.children].indexOf(element.closest("li"))];
  }
}
