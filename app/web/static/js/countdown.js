// How much time is left (data-until), kept true while the page is open. What only makes sense
// until then (data-ends) goes when it is over; the server would refuse it anyway.
(() => {
  const SHOW_SECONDS_BELOW = 120;
  const SHOW_HOURS_FROM = 3600;
  // The phone's own clock may be wrong: only the time since the page came counts.
  const opened = performance.now();
  const clocks = [...document.querySelectorAll("[data-until]")].map((element) => ({
    element,
    left: (Date.parse(element.dataset.until) - Date.parse(document.documentElement.dataset.now)) / 1000,
  }));
  if (!clocks.length) return;

  function tell({ element, left }, gone) {
    const seconds = Math.max(0, Math.round(left - gone));
    const { minutes, seconds: few, over } = element.dataset;
    if (!seconds) element.textContent = over;
    else if (seconds < SHOW_SECONDS_BELOW) element.textContent = few.replace("#", seconds);
    else if (seconds < SHOW_HOURS_FROM) {
      element.textContent = minutes.replace("#", Math.floor(seconds / 60));
    }
    const ends = element.closest("[data-ends]");
    if (ends && !seconds) ends.hidden = true;
  }

  function tick() {
    const gone = (performance.now() - opened) / 1000;
    for (const clock of clocks) tell(clock, gone);
  }

  setInterval(tick, 1000);
})();
