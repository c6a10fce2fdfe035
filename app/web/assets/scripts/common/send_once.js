// Keeps a second tap from sending a form twice. The form's idempotency key stays the same, so even
// a repeated request gets the same answer; without this script the key alone is enough.
const BLOCKED_MS = 10000;

function unblock(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("[aria-disabled]")) {
    button.removeAttribute("aria-disabled");
  }
}

function block(form, button) {
  form.dataset.sent = "1";
  // Only after the browser has read the values: it leaves out disabled buttons.
  setTimeout(() => {
    if (button) button.setAttribute("aria-disabled", "true");
    form.setAttribute("aria-busy", "true");
  }, 0);
  setTimeout(() => unblock(form), BLOCKED_MS);
}

function onSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  else block(form, event.submitter);
}

/** Blocks each form for ten seconds after it is sent. */
export function sendFormsOnce() {
  document.addEventListener("submit", onSubmit);
  // The back button may show a page that the browser kept in memory.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(unblock);
  });
}
