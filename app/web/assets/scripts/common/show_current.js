// Where the navigation is one row that scrolls sideways, the link of the current page is brought in
// sight.
export function showCurrentLink() {
  for (const link of document.querySelectorAll(".nav [aria-current]")) {
    const row = link.closest(".inside");
    const { left, width } = link.getBoundingClientRect();
    row.scrollLeft += left - row.getBoundingClientRect().left - (row.clientWidth - width) / 2;
  }
}
