"""Visible layout faults: buttons that overlap, and texts that are cut."""

from typing import Any

from playwright.sync_api import Page

# Elements that can be tapped; without those that scroll or overlay the page on purpose.
ON_EACH_OTHER = """() => {
  const aim = "a[href], button, summary, select, textarea, input:not([type=hidden])";
  const apart = ".leaflet-container *, .govuk-skip-link, [aria-hidden=true] *, dialog *,"
    + ".action-bar *";
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const all = [...document.querySelectorAll(aim)]
    .filter((e) => shown(e) && e.getClientRects().length === 1 && !e.matches(apart))
    .map((e) => [e, e.getBoundingClientRect()]);
  const title = (e) => e.closest(".card-title");
  const within = (a, b) => a.contains(b) || b.contains(a)
    || (a.closest(".card") === b.closest(".card") && (title(a) || title(b)));
  const found = [];
  all.forEach(([a, one], at) => all.slice(at + 1).forEach(([b, other]) => {
    const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    if (wide > 1.5 && high > 1.5 && !within(a, b)) {
      found.push(`${a.outerHTML.slice(0, 90)} on ${b.outerHTML.slice(0, 90)}`);
    }
  }));
  return found;
}"""
CUT = """() => [...document.querySelectorAll("main *")]
  .filter((e) => e.innerText?.trim() && e.checkVisibility() && !e.closest(".govuk-visually-hidden"))
  .filter((e) => ["hidden", "clip"].includes(getComputedStyle(e).overflowX))
  .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 2)
  .map((e) => `cut: ${e.outerHTML.slice(0, 140)}`)"""


def slips(page: Page) -> list[Any]:
    """Every pair that overlaps and every text that is cut."""
    return [*page.evaluate(ON_EACH_OTHER), *page.evaluate(CUT)]
