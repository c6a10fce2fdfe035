// The time left (data-until), updated while the page is open. Elements that make sense only until
// then (data-ends) are hidden afterwards; the server would refuse them anyway.
const SHOW_SECONDS_BELOW = 120;
const SHOW_HOURS_FROM = 3600;

function show({ element, secondsAtStart }, elapsed) {
  const left = Math.max(0, Math.round(secondsAtStart - elapsed));
  const { minutes, seconds, over } = element.dataset;
  if (!left) element.textContent = over;
  else if (left < SHOW_SECONDS_BELOW) element.textContent = seconds.replace("#", left);
  else if (left < SHOW_HOURS_FROM) {
    element.textContent = minutes.replace("#", Math.floor(left / 60));
  }
  const ends = element.closest("[data-ends]");
  if (ends && !left) ends.hidden = true;
}

function start(elements) {
  // The phone's clock may be wrong, so use only the time since the page was loaded.
  const opened = performance.now();
  const servedAt = Date.parse(document.documentElement.dataset.now);
  const countdowns = elements.map((element) => ({
    element,
    secondsAtStart: (Date.parse(element.dataset.until) - servedAt) / 1000,
  }));
  setInterval(() => {
    const elapsed = (performance.now() - opened) / 1000;
    for (const countdown of countdowns) show(countdown, elapsed);
  }, 1000);
}

const elements = [...document.querySelectorAll("[data-until]")];
if (elements.length) start(elements);
