// A form is sent once: a second tap waits. The form's key stays the same, so even a send that
// slips through has the same answer. Without this script the key alone does the work.
(() => {
  const REST_MS = 10000;

  function rest(form, button) {
    form.dataset.sent = "1";
    // After the browser has taken the values: a disabled button would not be among them.
    setTimeout(() => {
      if (button) button.setAttribute("aria-disabled", "true");
      form.setAttribute("aria-busy", "true");
    }, 0);
    setTimeout(() => wake(form), REST_MS);
  }

  function wake(form) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll("[aria-disabled]")) {
      button.removeAttribute("aria-disabled");
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    rest(form, event.submitter);
  });

  // Back to a page that the browser kept.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(wake);
  });
})();
