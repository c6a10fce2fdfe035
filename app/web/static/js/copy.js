// Copies a code. The button is shown only where that can be done.
(() => {
  const SHOWN_MS = 2500;

  function byHand(text) {
    const field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("readonly", "");
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return byHand(text);
    }
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    const words = button.querySelector("[role=status]") || button;
    const before = words.textContent;
    button.addEventListener("click", async () => {
      if (!(await copied(button.dataset.copy))) return;
      words.textContent = button.dataset.textDone;
      button.focus();
      setTimeout(() => (words.textContent = before), SHOWN_MS);
    });
  }
})();
