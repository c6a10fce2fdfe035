// Reminders on this phone: asks the browser for a subscription when its owner taps the button, says
// why it cannot be had, and lets the house know when the same browser comes with another log-in.
(() => {
  const { key, worker, again, login } = document.currentScript.dataset;
  const form = document.querySelector("form[data-alerts]");
  const SEEN = "alerts";
  const WAITS_MS = 30000;

  const apple = /iPhone|iPad|iPod/.test(navigator.userAgent)
    || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  function cannot() {
    if (/MicroMessenger/.test(navigator.userAgent)) return "wechat";
    if (apple && !able) return "ios";
    if (!able) return "none";
    return Notification.permission === "denied" ? "denied" : "";
  }

  function show(why) {
    form.hidden = why !== "";
    document.querySelector("[data-waits]").hidden = true;
    for (const one of document.querySelectorAll("[data-cannot]")) one.hidden = one.dataset.cannot !== why;
  }

  function bytes(text) {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (c) => c.charCodeAt(0));
  }

  // Of one made with a key that the house has no more nothing would ever arrive.
  function ours(subscription) {
    const made = subscription.options.applicationServerKey;
    return made === null || String(new Uint8Array(made)) === String(bytes(key));
  }

  async function subscribed() {
    await navigator.serviceWorker.register(worker);
    const { pushManager } = await navigator.serviceWorker.ready;
    const old = await pushManager.getSubscription();
    if (old && ours(old)) return old;
    if (old) await old.unsubscribe();
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  }

  function late() {
    return new Promise((_, no) => setTimeout(() => no(new Error("late")), WAITS_MS));
  }

  async function begin(event) {
    event.preventDefault();
    const allowed = await Notification.requestPermission();
    if (allowed !== "granted") {
      show(cannot());
      return;
    }
    form.hidden = true;
    document.querySelector("[data-waits]").hidden = false;
    try {
      const { endpoint, keys } = (await Promise.race([subscribed(), late()])).toJSON();
      Object.assign(form.elements.endpoint, { value: endpoint });
      Object.assign(form.elements.p256dh, { value: keys.p256dh });
      Object.assign(form.elements.auth, { value: keys.auth });
      localStorage.setItem(SEEN, `${login} ${endpoint}`);
      form.submit();
    } catch {
      show("failed");
    }
  }

  async function current() {
    if (!able) return null;
    const registration = await navigator.serviceWorker.getRegistration();
    return registration ? registration.pushManager.getSubscription() : null;
  }

  // The phone itself must forget too, or its push service would be posted to by a stale page.
  async function end(event) {
    event.preventDefault();
    const subscription = await current().catch(() => null);
    if (subscription) await subscription.unsubscribe().catch(() => false);
    event.target.submit();
  }

  async function tell() {
    const subscription = await current();
    const now = subscription && `${login} ${subscription.endpoint}`;
    if (!now || localStorage.getItem(SEEN) === now) return;
    const body = new FormData();
    body.append("endpoint", subscription.endpoint);
    body.append("csrf_token", document.querySelector("meta[name=csrf-token]").content);
    const answer = await fetch(again, { method: "POST", body });
    if (answer.ok) localStorage.setItem(SEEN, now);
  }

  if (form) {
    show(cannot());
    form.addEventListener("submit", begin);
  }
  document.querySelector("[data-alerts-off] form")?.addEventListener("submit", end);
  tell().catch(() => {});
})();
