// Push messages on this device for a logged-in person: switching them on and off at /alerts, and
// notifying the server when this browser has another log-in.
import { showAlertsForm, showEndForm } from "./alerts/forms.js";
import { reportNewLogin } from "./alerts/new_login.js";

const { key, worker, again, login } = document.currentScript.dataset;
const beginForm = document.querySelector("form[data-alerts]");
const endForm = document.querySelector("[data-alerts-off] form");

if (beginForm) showAlertsForm(beginForm, { key, worker, login });
if (endForm) showEndForm(endForm);
reportNewLogin(again, login).catch(() => {});
