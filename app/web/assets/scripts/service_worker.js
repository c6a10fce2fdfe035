// Caches style sheets, scripts and images for weak networks: their addresses contain their
// content's hash. Never caches a page: pages hold personal data. Shows push messages.
const CACHE_NAME = "static";
const MAX_ENTRIES = 80;
const ICON = "/static/icons/icon-192.png";

async function fromCache(request) {
  const cache = await caches.open(CACHE_NAME);
  const cached = await cache.match(request);
  if (cached) return cached;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  const keys = await cache.keys();
  if (keys.length > MAX_ENTRIES) await cache.delete(keys[0]);
  return response;
}

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const isOurs = origin === location.origin && pathname.startsWith("/static/");
  if (isOurs && event.request.method === "GET") event.respondWith(fromCache(event.request));
});

/** A later message with the same tag replaces the earlier one. A message with the same id, sent
 * again because its answer was lost, does not ring twice. */
async function showMessage({ id, title, body, link, tag, lang, rings }) {
  const shown = await self.registration.getNotifications({ tag });
  const isRepeated = shown.some((notification) => notification.data?.id === id);
  await self.registration.showNotification(title, {
    body,
    tag,
    lang,
    icon: ICON,
    badge: ICON,
    renotify: rings && !isRepeated,
    data: { id, link },
  });
}

self.addEventListener("push", (event) => event.waitUntil(showMessage(event.data.json())));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { origin, href } = new URL(event.notification.data.link, location.origin);
  if (origin === location.origin) event.waitUntil(self.clients.openWindow(href));
});
