// The effects of a picked place on the rest of the form.

/** Sets the field with this id; does nothing on a form without it. */
export function setField(id, value) {
  const field = id ? document.getElementById(id) : null;
  if (field) field.value = value;
}

/** Sends an event to the map with this id, if there is one. */
export function notifyMap(id, type, detail) {
  const map = id ? document.getElementById(id) : null;
  map?.dispatchEvent(new CustomEvent(type, { detail }));
}
