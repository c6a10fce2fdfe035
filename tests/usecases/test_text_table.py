"""What people text, through the door: each text of the table does what was meant, and no more."""

import csv
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.urgency import Urgency
from app.help_requests.models import HelpRequest
from tests.usecases.text_door import furnished, telephone, texted

ZONE = ZoneInfo("Asia/Shanghai")
TABLE = Path(__file__).with_name("texts.tsv")
# Nobody answers a machine.
UNANSWERED = frozenset({"spam", "auto_reply"})


def test_each_text_does_what_was_meant(session: Session) -> None:
    place = furnished(session)
    wrong = []
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        phone = telephone(session, place, row["situation"])
        done = texted(session, phone, row["text"])
        placed = " ".join(_order(session, one) for one in done.placed)
        if (done.outcome, placed) != (row["does"], row["order"]):
            wrong.append((row["situation"], row["text"], done.outcome, placed))
        elif not done.answers and done.outcome not in UNANSWERED:
            wrong.append((row["situation"], row["text"], "no answer", placed))
    assert wrong == []
    assert len(rows) >= 300


def _order(session: Session, one: HelpRequest) -> str:
    """An order as the table writes it: kind, urgent, whether its place is known, from when."""
    kind = session.get_one(Category, one.category_id)
    raised = one.urgency == Urgency.URGENT and kind.urgency != Urgency.URGENT
    start = one.wanted_from.astimezone(ZONE).strftime("%m-%d %H:%M") if one.wanted_from else ""
    words = (kind.code, "urgent" if raised else "", "placed" if one.place_id else "", start)
    return " ".join(word for word in words if word)
