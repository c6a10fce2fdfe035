// On the server a subscription belongs to a log-in. When the same browser logs in anew, the server
// is notified once; local storage remembers which pair it knows.
import { currentSubscription } from "./subscription.js";

const STORAGE_KEY = "alerts";

/** Remembers that the server knows this pair. */
export function rememberLogin(login, endpoint) {
  localStorage.setItem(STORAGE_KEY, `${login} ${endpoint}`);
}

function isKnown(login, endpoint) {
  return localStorage.getItem(STORAGE_KEY) === `${login} ${endpoint}`;
}

/** Posts the subscription's address to `url` unless the server knows it with this log-in. */
export async function reportNewLogin(url, login) {
  const subscription = await currentSubscription();
  if (!subscription || isKnown(login, subscription.endpoint)) return;
  const body = new FormData();
  body.append("endpoint", subscription.endpoint);
  body.append("csrf_token", document.querySelector("meta[name=csrf-token]").content);
  const response = await fetch(url, { method: "POST", body });
  if (response.ok) rememberLogin(login, subscription.endpoint);
}
