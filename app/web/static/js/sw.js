// Keeps style sheets, scripts and pictures for when the network is weak: their addresses carry
// their content's hash. Never a page: pages hold people's data. Shows what is pushed.
const KEPT = "static";
const MOST = 80;
const ICON = "/static/icons/icon-192.png";

async function kept(request) {
  const cache = await caches.open(KEPT);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  const keys = await cache.keys();
  if (keys.length > MOST) await cache.delete(keys[0]);
  return answer;
}

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method === "GET" && origin === location.origin && pathname.startsWith("/static/")) {
    event.respondWith(kept(event.request));
  }
});

// A later one about the same thing takes the place of the earlier. The same one sent twice, because
// its answer was lost on the way, does not ring twice.
async function show({ id, title, body, link, tag, lang, rings }) {
  const there = await self.registration.getNotifications({ tag });
  const twice = there.some((one) => one.data?.id === id);
  await self.registration.showNotification(title, {
    body, tag, lang, icon: ICON, badge: ICON, renotify: rings && !twice, data: { id, link },
  });
}

self.addEventListener("push", (event) => event.waitUntil(show(event.data.json())));

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { origin, href } = new URL(event.notification.data.link, location.origin);
  if (origin === location.origin) event.waitUntil(self.clients.openWindow(href));
});
