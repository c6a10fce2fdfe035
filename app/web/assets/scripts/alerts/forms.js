// The forms at /alerts.
import { rememberLogin } from "./new_login.js";
import { currentSubscription, subscribe } from "./subscription.js";
import { whyUnavailable } from "./support.js";

const TIMEOUT_MS = 30000;

function showReason(form, reason) {
  form.hidden = reason !== "";
  document.querySelector("[data-waits]").hidden = true;
  for (const text of document.querySelectorAll("[data-cannot]")) {
    text.hidden = text.dataset.cannot !== reason;
  }
}

function showWaiting(form) {
  form.hidden = true;
  document.querySelector("[data-waits]").hidden = false;
}

function rejectAfter(milliseconds) {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error("timeout")), milliseconds);
  });
}

async function begin(form, { key, worker, login }) {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") {
    showReason(form, whyUnavailable());
    return;
  }
  showWaiting(form);
  try {
    const subscription = await Promise.race([subscribe(key, worker), rejectAfter(TIMEOUT_MS)]);
    const { endpoint, keys } = subscription.toJSON();
    form.elements.endpoint.value = endpoint;
    form.elements.p256dh.value = keys.p256dh;
    form.elements.auth.value = keys.auth;
    rememberLogin(login, endpoint);
    form.submit();
  } catch {
    showReason(form, "failed");
  }
}

/** The form that switches push messages on, or the reason why there are none. */
export function showAlertsForm(form, settings) {
  showReason(form, whyUnavailable());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    begin(form, settings);
  });
}

/** Also ends the browser's subscription, because nothing would use it any more. */
export function showEndForm(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const subscription = await currentSubscription().catch(() => null);
    if (subscription) await subscription.unsubscribe().catch(() => false);
    form.submit();
  });
}
