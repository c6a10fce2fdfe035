// The button that asks the device where it is.
import { notifyMap, setField } from "./form_fields.js";

// Beyond this many metres the text asks to check the place on the map.
const ROUGH_M = 300;
const PERMISSION_DENIED = 1;
const OPTIONS = { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 };

function fillForm({ latitude, longitude, accuracy }, settings) {
  const lat = latitude.toFixed(6);
  const lon = longitude.toFixed(6);
  setField(settings.lat, lat);
  setField(settings.lon, lon);
  setField(settings.accuracy, Math.round(accuracy));
  setField(settings.datum, "wgs84");
  notifyMap(settings.mapId, "diandan:here", { lat: Number(lat), lon: Number(lon) });
}

/** Shows the button in `box`, whose data attributes name the fields to fill. */
export function prepareLocateButton(box) {
  const settings = box.dataset;
  const status = box.querySelector("[role=status]");
  const show = (text, isWrong = false) => {
    status.textContent = text;
    status.classList.toggle("said-wrong", isWrong);
  };
  const onFound = ({ coords }) => {
    fillForm(coords, settings);
    show(coords.accuracy > ROUGH_M ? settings.textRough : settings.textFound);
  };
  const onError = ({ code }) => {
    show(code === PERMISSION_DENIED ? settings.textDenied : settings.textFailed, true);
  };

  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    show(settings.textAsking);
    navigator.geolocation.getCurrentPosition(onFound, onError, OPTIONS);
  });
}
