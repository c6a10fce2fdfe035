"""The trail of the demo's past: the lines that the use cases would have written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.catalogue.rules import DispatchMode
from app.core.actor import Actor, resident, system
from app.demo.simulated_request import Ask, Past, SimulatedRequest
from app.demo.world import World
from app.dispatch.rules import MatchState

HOUSE = system("jobs")
CANCEL_AFTER, REJECT_AFTER = timedelta(minutes=25), timedelta(minutes=30)
A_MOMENT = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Line:
    """One line, not chained yet."""

    at: datetime
    kind: str
    actor: Actor
    subject: tuple[str, int]
    request_id: int
    area_path: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Writer:
    """Makes the lines about one request of the past."""

    world: World
    request_id: int
    past: Past

    @property
    def coordinator(self) -> Actor:
        """The coordinator of the request."""
        return Actor("coordinator", "web", self.world.coordinator)

    @property
    def resident(self) -> Actor:
        """The resident, with the entry point of the order."""
        return resident("sms" if self.past.source == "sms" else "web")

    def line(self, at: datetime, kind: str, actor: Actor, **details: Any) -> Line:
        """A line about the request itself."""
        subject = ("help_request", self.request_id)
        return Line(at, kind, actor, subject, self.request_id, self.past.estate.area_path, details)

    def of_match(self, at: datetime, kind: str, actor: Actor, match_id: int, **more: Any) -> Line:
        """A line about a match."""
        subject = ("match", match_id)
        return Line(at, kind, actor, subject, self.request_id, self.past.estate.area_path, more)

    def moved(self, at: datetime, action: str, actor: Actor, before: str, after: str) -> Line:
        """A line about a change of the request's state."""
        return self.line(at, f"help_request.{action}", actor, **{"from": before, "to": after})


def lines_of(
    world: World, request_id: int, past: Past, match_ids: Mapping[int, int], *, whole: bool
) -> Iterator[Line]:
    """Every line of a request; without `whole` only the few that say who came and when.

    `match_ids` has the id of each match by the `id()` of its ask.
    """
    writer = Writer(world, request_id, past)
    placed = "submitted" if past.category.verify_first else "open"
    by_phone = past.source == "phone"
    yield writer.line(
        past.at,
        "help_request.placed",
        writer.coordinator if by_phone else writer.resident,
        source=past.source,
        state=placed,
        category=past.category.id,
        place="known",
    )
    if not past.rounds:
        yield _unserved(writer, placed)
    for round_no, simulated in enumerate(past.rounds, start=1):
        if whole:
            yield from _dispatch(writer, simulated, match_ids, round_no)
        for ask in simulated.came:
            yield from _service(writer, simulated, ask, match_ids[id(ask)], whole=whole)
        if simulated.ended_at is not None:
            yield from _end(writer, simulated, whole=whole)


def _unserved(writer: Writer, placed: str) -> Line:
    at = writer.past.at
    if writer.past.outcome == "rejected":
        return writer.moved(at + REJECT_AFTER, "reject", writer.coordinator, placed, "rejected")
    return writer.moved(at + CANCEL_AFTER, "cancel", writer.resident, placed, "cancelled")


def _dispatch(
    writer: Writer, simulated: SimulatedRequest, match_ids: Mapping[int, int], round_no: int
) -> Iterator[Line]:
    if writer.past.category.verify_first and round_no == 1 and simulated.waves:
        yield writer.moved(
            simulated.waves[0].at, "approve", writer.coordinator, "submitted", "open"
        )
    manual = writer.past.category.mode != DispatchMode.AUTO or round_no > 1
    actor = writer.coordinator if manual else HOUSE
    for wave in simulated.waves:
        before = "matching" if wave.number > 1 else "reopened" if round_no > 1 else "open"
        yield writer.moved(wave.at, "dispatch", actor, before, "matching")
    for ask in simulated.asks:
        match_id, person = match_ids[id(ask)], ask.helper.person_id
        if ask.wave:
            yield writer.of_match(
                ask.sent_at,
                "match.sent",
                actor,
                match_id,
                person=person,
                wave=ask.wave,
                metres=ask.metres,
            )
        if ask.state == MatchState.DECLINED:
            said = ask.answered_at or ask.deadline_at
            volunteer = Actor("volunteer", "web", person)
            yield writer.of_match(said, "match.declined", volunteer, match_id, person=person)
        elif ask.state == MatchState.EXPIRED:
            over = min(ask.deadline_at, simulated.matched_at or ask.deadline_at)
            reason = ask.end_reason or "deadline"
            yield writer.of_match(
                over, "match.expired", HOUSE, match_id, person=person, reason=reason
            )
    if simulated.matched_at is not None:
        yield writer.moved(simulated.matched_at, "fill", HOUSE, "matching", "assigned")


def _service(
    writer: Writer, simulated: SimulatedRequest, ask: Ask, match_id: int, *, whole: bool
) -> Iterator[Line]:
    person = ask.helper.person_id
    volunteer = Actor("volunteer", "web", person)
    said = ask.answered_at or ask.sent_at
    if ask.wave:
        yield writer.of_match(said, "match.accepted", volunteer, match_id, person=person)
    else:
        yield writer.of_match(said, "match.assigned", writer.coordinator, match_id, person=person)
    yield writer.of_match(said + A_MOMENT, "match.revealed", volunteer, match_id, person=person)
    steps = (
        (simulated.set_out_at, "match.on_the_way"),
        (simulated.arrived_at, "match.arrived"),
        (simulated.finished_at, "match.finished"),
    )
    for at, kind in steps if whole else steps[2:]:
        if at is not None:
            yield writer.of_match(at, kind, volunteer, match_id, person=person)


def _end(writer: Writer, simulated: SimulatedRequest, *, whole: bool) -> Iterator[Line]:
    assert simulated.arrived_at and simulated.finished_at and simulated.ended_at
    first = Actor("volunteer", "web", simulated.came[0].helper.person_id)
    if whole:
        yield writer.moved(simulated.arrived_at, "start", first, "assigned", "in_progress")
        yield writer.moved(simulated.finished_at, "finish", first, "in_progress", "finished")
    if simulated.stars is not None and simulated.stars <= 2:
        yield writer.moved(simulated.ended_at, "reopen", writer.resident, "finished", "reopened")
    else:
        actor = HOUSE if simulated.stars is None else writer.resident
        yield writer.moved(simulated.ended_at, "close", actor, "finished", "closed")
