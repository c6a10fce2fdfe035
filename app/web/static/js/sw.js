// Keeps style sheets, scripts and pictures for when the network is weak: their addresses carry
// their content's hash. Never a page: pages hold people's data.
const KEPT = "static";
const MOST = 80;

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
