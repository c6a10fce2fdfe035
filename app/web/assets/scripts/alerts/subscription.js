// The browser's push subscription.
import { isSupported } from "./support.js";

function keyBytes(text) {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** A subscription made with a key that the server no longer has would never receive anything. */
function hasKey(subscription, key) {
  const used = subscription.options.applicationServerKey;
  return used === null || String(new Uint8Array(used)) === String(keyBytes(key));
}

/** The subscription for the server's public key; creates it if there is none. */
export async function subscribe(key, workerUrl) {
  await navigator.serviceWorker.register(workerUrl);
  const { pushManager } = await navigator.serviceWorker.ready;
  const existing = await pushManager.getSubscription();
  if (existing && hasKey(existing, key)) return existing;
  if (existing) await existing.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: keyBytes(key) });
}

/** The existing subscription, or null. */
export async function currentSubscription() {
  if (!isSupported) return null;
  const registration = await navigator.serviceWorker.getRegistration();
  return registration ? registration.pushManager.getSubscription() : null;
}
