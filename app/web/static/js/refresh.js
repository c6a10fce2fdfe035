// A board that refreshes itself says so when it cannot: elements with data-offline are shown while
// the server does not answer. The form token of a swapped piece is added from the page's head.
(() => {
  let pressed = false;

  function tell(lost) {
    for (const element of document.querySelectorAll("[data-offline]")) element.hidden = !lost;
  }

  document.addEventListener("htmx:configRequest", (event) => {
    const { detail, target } = event;
    const token = document.querySelector("meta[name=csrf-token]");
    if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token.content;
    // What stands there already need not be sent again.
    const tag = target.querySelector?.("[data-tag]")?.dataset.tag;
    if (tag && detail.verb === "get") detail.headers["If-None-Match"] = `"${tag}"`;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // Nothing new; or a button is being pressed, which must not be taken away under the finger.
    if (event.detail.xhr.status === 304 || pressed) event.detail.shouldSwap = false;
  });
  // What is looked at stays where it is, also in a list that scrolls by itself.
  let kept = [];
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    kept = [detail.target, document.scrollingElement].map((one) => [one, one.scrollTop]);
  });
  for (const done of ["htmx:afterSwap", "htmx:afterSettle"]) {
    document.addEventListener(done, () => {
      for (const [one, top] of kept) one.scrollTo({ top, behavior: "instant" });
    });
  }
  document.addEventListener("pointerdown", () => (pressed = true));
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => setTimeout(() => (pressed = false), 0));
  }
  document.addEventListener("htmx:sendError", () => tell(true));
  document.addEventListener("htmx:timeout", () => tell(true));
  document.addEventListener("htmx:responseError", () => tell(true));
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.xhr.status < 400) tell(false);
  });
  window.addEventListener("offline", () => tell(true));
})();
