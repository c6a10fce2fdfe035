"""A month of duty (排班): asked for, built by a tick, seen as a draft, published or discarded.

Publishing plans the turns and asks their people: nobody is on duty without agreeing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, LimitReached, NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import insert_once
from app.core.wall_time import instant, on_day
from app.rotation.models import Rota
from app.rotation.moves import DRAFT_LIFE
from app.rotation.plan.models import FixedTurn, RotaLayer
from app.rotation.rest import limits_from
from app.rotation.roster.asked import Helper
from app.rotation.roster.models import RosterDraft
from app.rotation.roster.pieces import still_open
from app.rotation.roster.plain import built_from
from app.rotation.roster.queries import being_built
from app.rotation.rules import Span, gaps
from app.rotation.states import DraftState
from app.usecases.duty.plan.conflicts import conflicts_of
from app.usecases.duty.plan.manage_rota import of_coordinator, record_rota
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.plan.skip_unrested_turns import AHEAD
from app.usecases.rosters.draft_state import move_draft
from app.usecases.rosters.gather_roster import (
    Terms,
    gather_roster,
    join_spans,
    replaceable_shifts,
    terms_from,
)

MOST_WAITING = 2
PIECE_HOURS = (4, 6, 8, 12, 24)
MOST_LAYERS, MOST_PEOPLE = 3, 3
MOST_DAYS = 31


def ask_for_roster(context: Context, *, rota_id: int, first: date, days: int, terms: Terms) -> int:
    """Asks for a month from a day on. Raises Invalid, and LimitReached while others are built."""
    rota = of_coordinator(context.session, context.actor, rota_id)
    zone = zone_of(context.session, rota.area_path)
    start = instant(on_day(first, 0), zone)
    end = instant(on_day(first + timedelta(days=days), 0), zone)
    wrong = {}
    if not 1 <= days <= MOST_DAYS or start <= context.now or end > context.now + AHEAD:
        wrong["first"] = N_("请选从明天起两个月以内的日子")
    if terms.hours not in PIECE_HOURS or not 0 <= terms.first_hour < 24:
        wrong["hours"] = N_("请选一班多长")
    elif terms.hours > limits_from(rota.limits or {}).longest_h:
        wrong["hours"] = N_("一班比“规矩”里连着最多的小时数还长")
    if not 1 <= len(terms.needs) <= MOST_LAYERS or not all(
        1 <= one <= MOST_PEOPLE for one in terms.needs
    ):
        wrong["needs"] = N_("请选每一班要几个人")
    if wrong:
        raise Invalid(wrong)
    if being_built(context.session, rota.id) >= MOST_WAITING:
        raise LimitReached(N_("前面的排班还没有做完，请等一会儿再试"))
    draft = RosterDraft(
        rota_id=rota.id,
        starts_at=start,
        ends_at=end,
        terms={
            "hours": terms.hours,
            "first_hour": terms.first_hour,
            "needs": list(terms.needs),
        },
        state=DraftState.WAITING,
        made_by=context.actor.person_id,
        made_at=context.now,
        result={},
    )
    context.session.add(draft)
    context.session.flush()
    record_rota(context, rota, "rota.roster_asked", draft=draft.id)
    return draft.id


def draft_for(session: Session, *, actor: Actor, draft_id: int) -> tuple[RosterDraft, Rota]:
    """A draft and its rota, for a coordinator of its area."""
    draft = session.get(RosterDraft, draft_id, populate_existing=True)
    if draft is None:
        raise NotFound(N_("没有这份排班草稿"))
    rota = session.get_one(Rota, draft.rota_id)
    actor.needs(RoleName.COORDINATOR, rota.area_path)
    return draft, rota


def discard_roster(context: Context, *, draft_id: int) -> None:
    """Discards the draft. Nobody was asked anything."""
    draft, rota = draft_for(context.session, actor=context.actor, draft_id=draft_id)
    _settle(context.session, draft, "discard", context.now)
    record_rota(context, rota, "rota.roster_discarded", draft=draft.id)


@dataclass(frozen=True, slots=True)
class PublishedRoster:
    """How many turns were asked about, and how many their people no longer offer."""

    turns: int
    left_out: int


def publish_roster(context: Context, *, draft_id: int) -> PublishedRoster:
    """Plans the draft's turns and asks their people.

    What was agreed to since stays: pieces that somebody has by now, or that begin too soon, are
    left out; so are pieces of people who meanwhile took their hours back or have no time then.
    Turns of an older draft that nobody agreed to are taken back. Raises Refused for days that are
    over.
    """
    draft, _ = draft_for(context.session, actor=context.actor, draft_id=draft_id)
    if draft.ends_at <= context.now:
        raise Refused(N_("这份草稿的日子已经过了，请重新排"))
    rota = of_coordinator(context.session, context.actor, draft.rota_id)
    _settle(context.session, draft, "publish", context.now)
    terms = terms_from(draft.terms)
    asked = gather_roster(context.session, rota, terms, draft.starts_at, draft.ends_at)
    spans = [
        span
        for span in still_open(built_from(draft.result).spans, asked.pieces)
        if span.starts_at > context.now
    ]
    for old in replaceable_shifts(
        context.session, rota.id, len(terms.needs), draft.starts_at, draft.ends_at
    ):
        if old.starts_at > context.now:
            old.ended_at = context.now
    context.session.flush()
    _have_layers(context, rota, len(terms.needs))
    possible = [one for one in spans if _still_offered(asked.helpers, one)]
    # Adjoining pieces are one turn with one question.
    joined = join_spans(possible)
    turns = [one for one in joined if _has_time(context.session, rota, one)]
    left_out = len(join_spans(spans)) - len(turns)
    for turn in turns:
        insert_once(
            context.session,
            FixedTurn,
            rota_id=rota.id,
            layer=turn.layer,
            person_id=turn.person_id,
            starts_at=turn.starts_at,
            ends_at=turn.ends_at,
            made_at=context.now,
            made_by=context.actor.person_id,
        )
    record_rota(
        context,
        rota,
        "rota.roster_published",
        draft=draft.id,
        turns=len(turns),
        left_out=left_out,
    )
    publish_duty(context, rota_id=rota.id)
    return PublishedRoster(len(turns), left_out)


def _still_offered(helpers: Iterable[Helper], span: Span) -> bool:
    """Whether the person offers all of these hours today, without a day off or a pause."""
    return any(
        one.person_id == span.person_id
        and not gaps(
            [Span(0, *hours) for hours in one.offers if hours[0] < span.ends_at],
            span.starts_at,
            span.ends_at,
        )
        for one in helpers
    )


def _has_time(session: Session, rota: Rota, turn: Span) -> bool:
    return not conflicts_of(session, rota, [turn.person_id], turn)[turn.person_id]


def _settle(session: Session, draft: RosterDraft, action: str, now: datetime) -> None:
    if not move_draft(session, draft.id, action, settled_at=now):
        raise Stale(DRAFT_LIFE.stale)
    session.refresh(draft)


def _have_layers(context: Context, rota: Rota, count: int) -> None:
    """Adds missing layers as layers of fixed shifts; leaves others unchanged."""
    there = set(
        context.session.scalars(
            select(RotaLayer.number).where(
                RotaLayer.rota_id == rota.id, RotaLayer.ended_at.is_(None)
            )
        )
    )
    for number in range(1, count + 1):
        if number not in there:
            context.session.add(
                RotaLayer(
                    rota_id=rota.id,
                    number=number,
                    kind="fixed",
                    pattern={},
                    made_at=context.now,
                    made_by=context.actor.person_id,
                )
            )
    context.session.flush()
