// Pages that refresh themselves with htmx: the request's headers, what must not be swapped, and a
// notice (data-offline) while the server does not answer.
function showOffline(isOffline) {
  for (const element of document.querySelectorAll("[data-offline]")) element.hidden = !isOffline;
}

function addHeaders({ detail, target }) {
  const token = document.querySelector("meta[name=csrf-token]");
  if (token && detail.verb !== "get") detail.headers["X-CSRFToken"] = token.content;
  // The server answers 304 when what the page shows is still current.
  const tag = target.querySelector?.("[data-tag]")?.dataset.tag;
  if (tag && detail.verb === "get") detail.headers["If-None-Match"] = `"${tag}"`;
}

/** A button that is being pressed must not be replaced under the finger. */
function keepPressedButtons() {
  let isPressed = false;
  document.addEventListener("pointerdown", () => {
    isPressed = true;
  });
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, () => {
      setTimeout(() => {
        isPressed = false;
      }, 0);
    });
  }
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status === 304 || isPressed) detail.shouldSwap = false;
  });
}

/** The scroll position stays, in the page and in a list that scrolls by itself. */
function keepScrollPosition() {
  let positions = [];
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const elements = [detail.target, document.scrollingElement];
    positions = elements.map((element) => [element, element.scrollTop]);
  });
  for (const name of ["htmx:afterSwap", "htmx:afterSettle"]) {
    document.addEventListener(name, () => {
      for (const [element, top] of positions) element.scrollTo({ top, behavior: "instant" });
    });
  }
}

function watchConnection() {
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
    document.addEventListener(name, () => showOffline(true));
  }
  document.addEventListener("htmx:afterOnLoad", ({ detail }) => {
    if (detail.xhr.status < 400) showOffline(false);
  });
  window.addEventListener("offline", () => showOffline(true));
}

document.addEventListener("htmx:configRequest", addHeaders);
keepPressedButtons();
keepScrollPosition();
watchConnection();
