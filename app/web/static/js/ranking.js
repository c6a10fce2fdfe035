// Whom to ask first: buttons up and down, and dragging, instead of typing numbers. The numbers stay
// what is sent.
(() => {
  function button(text, sign) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "rank-step";
    made.textContent = sign;
    made.setAttribute("aria-label", text);
    return made;
  }

  function prepare(form) {
    const rows = () => [...form.querySelectorAll("[data-rank]")];
    const number = (row) => row.querySelector("[type=number]");

    function renumber() {
      rows().forEach((row, at) => (number(row).value = at + 1));
    }

    // A row may go from one list into the next, which is the fold below.
    function move(row, by) {
      const all = rows();
      const other = all[all.indexOf(row) + by];
      if (!other) return;
      other.closest("details:not(.rank-why)")?.setAttribute("open", "");
      if (by < 0) other.before(row);
      else other.after(row);
      renumber();
    }

    for (const row of rows()) {
      const name = row.querySelector("label").textContent.trim();
      const up = button(`${name} ${form.dataset.textUp}`, "↑");
      const down = button(`${name} ${form.dataset.textDown}`, "↓");
      up.addEventListener("click", () => (move(row, -1), up.focus()));
      down.addEventListener("click", () => (move(row, 1), down.focus()));
      number(row).after(up, down);
      number(row).classList.add("rank-number");
      row.draggable = true;
      row.addEventListener("dragstart", (event) => {
        event.dataTransfer.effectAllowed = "move";
        row.classList.add("rank-dragged");
      });
      row.addEventListener("dragend", () => {
        row.classList.remove("rank-dragged");
        renumber();
      });
      row.addEventListener("dragover", (event) => {
        const dragged = form.querySelector(".rank-dragged");
        if (!dragged || dragged === row) return;
        event.preventDefault();
        const { top, height } = row.getBoundingClientRect();
        if (event.clientY < top + height / 2) row.before(dragged);
        else row.after(dragged);
      });
    }
  }

  document.querySelectorAll("[data-ranking]").forEach(prepare);
  document.getElementById("contact")?.focus();
})();
