"""Acceptance counts that the product would have learnt from the answers of the demo's past."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.demo.simulated_request import Ask, Past
from app.dispatch.models import AnswerCount, AreaAnswerCount
from app.dispatch.rules import EndReason, MatchState
from app.matching.acceptance import Setting, setting_at, weight_at

ZONE = ZoneInfo("Asia/Shanghai")
Key = tuple[int, Setting]


class Answers:
    """Counts by volunteer and by area, as `usecases.dispatch.learn_answers` keeps them."""

    def __init__(self) -> None:
        self.people: dict[Key, list[float]] = {}
        self.areas: dict[Key, list[float]] = {}

    def count(self, past: Past) -> None:
        """Counts every settled ask of a request."""
        for simulated in past.rounds:
            for ask in simulated.asks:
                if ask.wave and ask.end_reason != EndReason.TAKEN:
                    self._add(past, ask)

    def _add(self, past: Past, ask: Ask) -> None:
        setting = setting_at(
            ask.sent_at,
            None,
            ZONE,
            category_id=past.category.id,
            metres=ask.metres,
        )
        weight = weight_at(ask.sent_at)
        in_time = ask.answered_at is not None and ask.answered_at <= ask.deadline_at
        yes = weight if ask.state == MatchState.FINISHED and in_time else 0.0
        for counts, owner in (
            (self.people, ask.helper.person_id),
            (self.areas, past.estate.area_id),
        ):
            kept = counts.setdefault((owner, setting), [0.0, 0.0])
            kept[0] += weight
            kept[1] += yes

    def write(self, session: Session) -> None:
        """Stores the counts."""
        for table, owner, counts in (
            (AnswerCount, "person_id", self.people),
            (AreaAnswerCount, "area_id", self.areas),
        ):
            if counts:
                session.execute(insert(table), list(_rows(owner, counts.items())))


def _rows(
    owner: str, counts: Iterable[tuple[Key, list[float]]]
) -> Iterable[dict[str, int | float | str]]:
    for (key, setting), (asks, yeses) in counts:
        yield {
            owner: key,
            "hour": setting.hours,
            "category_id": setting.category_id,
            "band": setting.band,
            "asks": asks,
            "yeses": yeses,
        }


def learnt_at(ask: Ask) -> datetime | None:
    """When a tick counted the ask; None for a call by phone, which is never counted."""
    return (ask.answered_at or ask.deadline_at) if ask.wave else None
