"""The board's filters, read from its address."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import request

from app.help_requests.rules import LIVE

MOST_PAGES = 200
CODE_MAX = 8
# Not a state, but every request past its deadline.
OVERDUE = "overdue"
# Nor this: every request whose resident does not hear of it.
UNREACHED = "unreached"
OVER = ("closed", "rejected", "cancelled")


@dataclass(frozen=True)
class Asked:
    """The filters in the address; values that cannot be understood are left out."""

    state: str | None
    category: int | None
    area: int | None
    code: str
    page: int

    @cached_property
    def kept(self) -> dict[str, Any]:
        """The filters as values of an address, without the page number."""
        given = {"category": self.category, "area": self.area, "code": self.code or None}
        return {"state": self.state, **given}


def asked() -> Asked:
    """Reads the address."""
    state = request.args.get("state")
    known = state in LIVE or state in (*OVER, OVERDUE, UNREACHED)
    code = "".join(c for c in (request.args.get("code") or "").upper() if c.isalnum())
    return Asked(
        state if known else None,
        request.args.get("category", type=int),
        request.args.get("area", type=int),
        code[:CODE_MAX],
        max(1, min(MOST_PAGES, request.args.get("page", 1, type=int))),
    )
