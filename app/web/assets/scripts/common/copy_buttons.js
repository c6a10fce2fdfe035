// Buttons that copy a code (data-copy). They are hidden in the page and shown by this script.
const DONE_SHOWN_MS = 2500;

/** For browsers without the clipboard interface, such as those inside other apps. */
function copyWithSelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.setAttribute("readonly", "");
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  return isCopied;
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyWithSelection(text);
  }
}

function prepare(button) {
  const label = button.querySelector("[role=status]") || button;
  const originalText = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!(await copyText(button.dataset.copy))) return;
    label.textContent = button.dataset.textDone;
    button.focus();
    setTimeout(() => {
      label.textContent = originalText;
    }, DONE_SHOWN_MS);
  });
}

/** Shows every copy button of the page. */
export function showCopyButtons() {
  document.querySelectorAll("[data-copy]").forEach(prepare);
}
