"""What an invariant sees: the rows that matter now, each read once and only when wanted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, HOLDING, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import LIVE
from app.notifications.models import Notification, PhoneTrouble
from app.people.models import Person
from app.rotation.models import DutyAsk, Shift
from app.rotation.plan.models import Swap
from app.rotation.states import ShiftOrigin, ShiftState, SwapState
from app.trail.models import Event
from tests.life.history import Step
from tests.life.simulation import Carried, Simulation

Row = Any

REQUEST = (
    HelpRequest.id,
    HelpRequest.state,
    HelpRequest.urgency,
    HelpRequest.category_id,
    HelpRequest.submitted_at,
    HelpRequest.state_since,
    HelpRequest.matching_since,
    HelpRequest.due_at,
    HelpRequest.escalation,
    HelpRequest.next_action_at,
    HelpRequest.wanted_from,
    HelpRequest.wanted_to,
    HelpRequest.volunteers_needed,
    HelpRequest.places_taken,
    HelpRequest.attention,
    HelpRequest.auto_dispatch,
    HelpRequest.round_no,
    HelpRequest.lat,
    HelpRequest.phone_confirmed_at,
    HelpRequest.phone_lookup,
    HelpRequest.source,
    HelpRequest.area_path,
    HelpRequest.reason,
    HelpRequest.duplicate_of,
)
MATCH = (
    Match.id,
    Match.request_id,
    Match.round_no,
    Match.person_id,
    Match.wave_id,
    Match.state,
    Match.place_no,
    Match.end_reason,
    Match.sent_at,
    Match.deadline_at,
    Match.accepted_at,
    Match.arrived_at,
    Match.finished_at,
    Match.ended_at,
)
MESSAGE = (
    Notification.id,
    Notification.template,
    Notification.subject,
    Notification.recipient,
    Notification.request_id,
    Notification.person_id,
    Notification.channel,
    Notification.state,
    Notification.occurrence,
    Notification.made_at,
    Notification.urgent,
)
SHIFT = (
    Shift.id,
    Shift.rota_id,
    Shift.person_id,
    Shift.layer,
    Shift.starts_at,
    Shift.ends_at,
    Shift.state,
    Shift.origin,
    Shift.agreed_at,
    Shift.end_reason,
    Shift.checked_in_at,
    Shift.raised_at,
    Shift.thanked_at,
)
RECENT = or_(HelpRequest.state.in_(sorted(LIVE)), HelpRequest.state_since > bindparam("since"))
# Built once: building a query takes longer than running it.
REQUESTS = select(*REQUEST).where(RECENT).order_by(HelpRequest.id)
MATCHES = (
    select(*MATCH)
    .join(HelpRequest, HelpRequest.id == Match.request_id)
    .where(RECENT, HelpRequest.round_no == Match.round_no)
    .order_by(Match.id)
)
MESSAGES = select(*MESSAGE).where(Notification.id > bindparam("after")).order_by(Notification.id)
SHIFTS = (
    select(*SHIFT)
    .where(
        Shift.state.in_((ShiftState.OFFERED, ShiftState.AGREED)),
        Shift.ends_at > bindparam("now"),
        Shift.origin != ShiftOrigin.FLEX,
    )
    .order_by(Shift.starts_at, Shift.id)
)
RUNNING = SHIFTS.where(Shift.state == ShiftState.AGREED, Shift.starts_at <= bindparam("now"))


@dataclass
class View:
    """The state after a step. `memory` is kept for each promise from check to check."""

    sim: Simulation
    session: Session
    # The number of the newest notification at the last check, and the steps since then.
    after_message: int
    steps: Sequence[Step]
    # Messages that arrived since then.
    carried: Sequence[Carried]
    since: datetime
    memory: dict[Any, Any] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """What the machine's clock says."""
        return self.sim.clock.now

    def age(self, at: datetime | None) -> timedelta:
        """How long something has lasted while the scheduler was running; at least zero."""
        if at is None:
            return timedelta(0)
        return max(timedelta(0), self.now - max(at, self.sim.up_since))

    def rows(self, query: Any, **values: Any) -> Sequence[Row]:
        """The rows of a query of plain columns."""
        return self.session.connection().execute(query, values).all()

    @cached_property
    def requests(self) -> Sequence[Row]:
        """Live help requests, and those that ended since the last check."""
        return self.rows(REQUESTS, since=self.since)

    @cached_property
    def request_of(self) -> dict[int, Row]:
        """The same by id."""
        return {one.id: one for one in self.requests}

    @cached_property
    def live(self) -> list[Row]:
        """Live help requests."""
        return [one for one in self.requests if one.state in LIVE]

    @cached_property
    def matches(self) -> dict[int, list[Row]]:
        """The matches of `requests` in their present round, by request."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self.rows(MATCHES, since=self.since):
            found[row.request_id].append(row)
        return found

    def holders(self, request_id: int) -> list[Row]:
        """Matches that hold a place of a request."""
        return [one for one in self.matches[request_id] if one.state in HOLDING]

    def active(self, request_id: int) -> list[Row]:
        """Matches whose volunteer has something to do."""
        return [one for one in self.matches[request_id] if one.state in ACTIVE]

    def asked(self, request_id: int) -> list[Row]:
        """Asks of a request that are open."""
        return [one for one in self.matches[request_id] if one.state == MatchState.SENT]

    def open_places(self, request: Row) -> int:
        """Places of a live request that nobody holds."""
        return int(request.volunteers_needed) - len(self.holders(request.id))

    @cached_property
    def messages(self) -> Sequence[Row]:
        """Notifications made since the last check, in order."""
        return self.rows(MESSAGES, after=self.after_message)

    @cached_property
    def shifts(self) -> Sequence[Row]:
        """Agreed and offered shifts that have not ended, without flex hours."""
        return self.rows(SHIFTS, now=self.now)

    @cached_property
    def agreed(self) -> list[Row]:
        """Agreed shifts that have not ended."""
        return [one for one in self.shifts if one.state == ShiftState.AGREED]

    @cached_property
    def running(self) -> Sequence[Row]:
        """Agreed shifts that have begun and not ended."""
        return self.rows(RUNNING, now=self.now)

    @cached_property
    def swaps(self) -> Sequence[Swap]:
        """Open and taken swaps."""
        waiting = Swap.state.in_((SwapState.OPEN, SwapState.TAKEN))
        return self.session.scalars(select(Swap).where(waiting).order_by(Swap.id)).all()

    @cached_property
    def duty_asks(self) -> Sequence[DutyAsk]:
        """Questions about duty that wait for an answer."""
        return self.session.scalars(
            select(DutyAsk).where(DutyAsk.state == "sent").order_by(DutyAsk.id)
        ).all()

    def order(self, request_id: int | None) -> str:
        """The scenario's name of a help request."""
        return self.sim.known.name_of_order(request_id)

    def person(self, person_id: int | None) -> str:
        """The scenario's name of a person."""
        return self.sim.known.name_of_person(person_id)

    def told_about(self, request_id: int) -> datetime | None:
        """When volunteers or coordinators were last notified about a request, alone or with others.

        A text about several requests is about none: the trail says which were told.
        """
        alone = select(func.max(Notification.made_at)).where(
            Notification.request_id == request_id, Notification.person_id.is_not(None)
        )
        together = select(func.max(Event.at)).where(
            Event.request_id == request_id, Event.kind == "help_request.escalated"
        )
        found = (self.session.scalar(alone), self.session.scalar(together))
        return max((one for one in found if one is not None), default=None)

    @cached_property
    def dead_numbers(self) -> frozenset[str]:
        """Keyed hashes of numbers to which the product sends no texts now."""
        troubled = select(PhoneTrouble.phone_lookup).where(PhoneTrouble.until > self.now)
        return frozenset(self.session.scalars(troubled))

    @cached_property
    def unheard(self) -> frozenset[int]:
        """People who want no texts, or get none, and have no other way to be notified."""
        barred = or_(Person.opted_out_at.is_not(None), Person.phone_lookup.in_(self.dead_numbers))
        return frozenset(self.session.scalars(select(Person.id).where(barred)))

    def said(self, template: str) -> list[Row]:
        """Messages of a kind made since the last check."""
        return [one for one in self.messages if one.template == template]

    def is_told(self, match: Row, template: str) -> bool:
        """Whether the volunteer of a match was notified since the last check, or gets no texts."""
        subject = f"match:{match.id}"
        return match.person_id in self.unheard or any(
            one.subject == subject for one in self.said(template)
        )
