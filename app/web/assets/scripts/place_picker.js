// Suggestions of places while typing, and the button for the current position. Without this script
// the field is a plain one and the server asks which place was meant.
import { PlaceCombobox } from "./place_picker/combobox.js";
import { prepareLocateButton } from "./place_picker/locate_button.js";

document.querySelectorAll("[data-place-picker]").forEach((field, index) => {
  new PlaceCombobox(field, `places-${index + 1}`).listen();
});
if (navigator.geolocation && window.isSecureContext) {
  document.querySelectorAll("[data-locate]").forEach(prepareLocateButton);
}
