// A board that refreshes itself says so when it cannot: elements with data-offline are shown while
// the server does not answer. The form token of a swapped piece is added from the page's head.
(() => {
  function tell(lost) {
    for (const element of document.querySelectorAll("[data-offline]")) element.hidden = !lost;
  }

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("meta[name=csrf-token]");
    if (token && event.detail.verb !== "get") {
      event.detail.headers["X-CSRFToken"] = token.content;
    }
  });
  document.addEventListener("htmx:sendError", () => tell(true));
  document.addEventListener("htmx:timeout", () => tell(true));
  document.addEventListener("htmx:responseError", () => tell(true));
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.xhr.status < 400) tell(false);
  });
  window.addEventListener("offline", () => tell(true));
})();
