"""What speaks against one more duty of a person, looked up at each yes, approval and question.

The one place that decides it: other duty of any rota and layer, swaps that wait for approval,
accepted tasks, days off, pauses of the person and of the rota, rest and limits. Callers who decide
on the answer have locked the person (`lock_people`), so that two yeses cannot both pass.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.context import Context
from app.core.errors import Refused
from app.core.i18n import N_
from app.notifications.duty_words import DUTY_REFUSALS
from app.offers.models import Offer
from app.people.models import Person
from app.people.rules import PersonState
from app.rotation.models import Rota, Shift
from app.rotation.plan.flex import speaks_against
from app.rotation.plan.models import AWAY, RotaOverride
from app.rotation.rest import Against, against
from app.rotation.rules import Span
from app.rotation.states import ShiftState
from app.usecases.duty.plan.commitments import Spans, duties_of, taken_by, tasks_of
from app.usecases.duty.plan.leave_duty import NOT_THEIR_WORD
from app.usecases.duty.plan.lock_rota import LIVE
from app.usecases.duty.plan.rest_rules import AROUND, limits_of, own_days

Conflicts = tuple[Against, ...]


class DutyConflict(Refused):
    """Something speaks against this duty; `code` says what, `limit` its hours or nights."""

    def __init__(self, code: str, msgid: str, limit: float) -> None:
        super().__init__(msgid, limit=limit)
        self.code, self.limit = code, limit


# To a coordinator who wants to ask them.
THEIR_WORDS = {
    "inactive": N_("没有去问：这位志愿者现在停用"),
    "rota_paused": N_("没有去问：这段时间轮值表暂停"),
    "paused": N_("没有去问：这位志愿者那时还在暂停接单"),
    "own_day": N_("没有去问：这位志愿者说了那天没有空"),
    "away": N_("没有去问：这位志愿者说过那段时间来不了"),
    "asked": N_("没有去问：那段时间已经问过这位志愿者，还在等回复"),
    "booked": N_("没有去问：这位志愿者那段时间已有班"),
    "task": N_("没有去问：这位志愿者那段时间已经接了单"),
    "too_long": N_("没有去问：这位志愿者连起来会超过 %(limit)g 小时"),
    "no_rest": N_("没有去问：这位志愿者两班之间不够休息 %(limit)g 小时"),
    "week_full": N_("没有去问：这位志愿者那周已满 %(limit)g 小时"),
    "month_full": N_("没有去问：这位志愿者那个月已满 %(limit)g 小时"),
    "nights_full": N_("没有去问：这位志愿者那周已有 %(limit)g 个夜班"),
}


def conflicts_of(
    session: Session,
    rota: Rota,
    people: Sequence[int],
    span: Span,
    *,
    except_id: int | None = None,
    except_swap: int | None = None,
    asking: bool = False,
) -> dict[int, Conflicts]:
    """What speaks against this duty for each person, the plainest first.

    A constant number of queries. Ignores shift `except_id` and swap `except_swap`. For somebody who
    is to be asked (`asking`) an open question about these hours speaks against another one.
    """
    start, end = span.starts_at - AROUND, span.ends_at + AROUND
    held = duties_of(session, people, start, end, except_id=except_id)
    _add(held, taken_by(session, people, start, end, except_swap=except_swap))
    tasks = tasks_of(session, people, start, end)
    limits, zone = limits_of(session, rota, people), zone_of(session, rota.area_path)
    absent = _absences(session, rota, people, span)
    if asking:
        for one in _asked(session, people, span, except_id):
            absent.setdefault(one, []).append(Against("asked", 1, 0))
    return {
        one: (
            *absent.get(one, ()),
            *against(
                limits[one],
                held.get(one, ()),
                replace(span, person_id=one),
                zone,
                tasks=tasks.get(one, ()),
            ),
        )
        for one in people
    }


def check_own_yes(
    session: Session,
    rota: Rota,
    span: Span,
    *,
    except_id: int | None = None,
) -> None:
    """For a person's own yes. Raises DutyConflict with the first reason against it."""
    found = conflicts_of(session, rota, [span.person_id], span, except_id=except_id)
    _refuse(found[span.person_id], DUTY_REFUSALS)


def check_may_ask(
    session: Session,
    rota: Rota,
    span: Span,
    *,
    except_id: int | None = None,
) -> None:
    """For a coordinator who asks somebody. Raises DutyConflict with the first reason against it."""
    found = conflicts_of(session, rota, [span.person_id], span, except_id=except_id, asking=True)
    _refuse(found[span.person_id], THEIR_WORDS)


def check_planned(context: Context, rota: Rota, span: Span) -> None:
    """Raises Refused when a person wanted for these hours was not asked: the plan left them out."""
    there = context.session.scalar(
        select(Shift.id)
        .where(
            Shift.rota_id == rota.id,
            Shift.person_id == span.person_id,
            Shift.layer == span.layer,
            Shift.state.in_(LIVE),
            Shift.starts_at < span.ends_at,
            Shift.ends_at > max(span.starts_at, context.now),
        )
        .limit(1)
    )
    if there is None:
        raise Refused(N_("没有去问：那段时间的计划里已经换给别人了，请到那一班上换人"))


def _refuse(found: Conflicts, words: Mapping[str, str]) -> None:
    if found:
        raise DutyConflict(found[0].code, words[found[0].code], found[0].limit)


def _add(held: Spans, more: Spans) -> None:
    for person_id, spans in more.items():
        held.setdefault(person_id, []).extend(spans)


def _absences(
    session: Session, rota: Rota, people: Sequence[int], span: Span
) -> dict[int, list[Against]]:
    """Reasons other than duty why each person does not come then."""
    found: dict[int, list[Against]] = {}

    def note(who: Iterable[int | None], code: str) -> None:
        for one in who:
            if one is not None:
                found.setdefault(one, []).append(Against(code, 1, 0))

    note(_not_active(session, people), "inactive")
    if _meets_pause(rota, span):
        note(people, "rota_paused")
    note(_paused(session, people, span), "paused")
    zone = zone_of(session, rota.area_path)
    days = own_days(session, people)
    note(
        (
            one
            for one, theirs in days.items()
            if speaks_against(theirs, span.starts_at, span.ends_at, zone)
        ),
        "own_day",
    )
    note(_said_cannot(session, rota, people, span), "away")
    return found


def _not_active(session: Session, people: Sequence[int]) -> Iterable[int]:
    return session.scalars(
        select(Person.id).where(Person.id.in_(people), Person.state != PersonState.ACTIVE)
    )


def _meets_pause(rota: Rota, span: Span) -> bool:
    since, until = rota.paused_from, rota.paused_until
    return (
        since is not None and until is not None and since < span.ends_at and span.starts_at < until
    )


def _paused(session: Session, people: Sequence[int], span: Span) -> Iterable[int]:
    return session.scalars(
        select(Offer.person_id).where(
            Offer.person_id.in_(people), Offer.paused_until > span.starts_at
        )
    )


def _said_cannot(
    session: Session, rota: Rota, people: Sequence[int], span: Span
) -> Iterable[int | None]:
    """Their own "I cannot" in this rota; a coordinator's removal is no reason."""
    return session.scalars(
        select(RotaOverride.person_id).where(
            RotaOverride.rota_id == rota.id,
            RotaOverride.person_id.in_(people),
            RotaOverride.kind == AWAY,
            RotaOverride.reason.not_in(NOT_THEIR_WORD),
            RotaOverride.ended_at.is_(None),
            RotaOverride.starts_at < span.ends_at,
            RotaOverride.ends_at > span.starts_at,
        )
    )


def _asked(
    session: Session, people: Sequence[int], span: Span, except_id: int | None
) -> Iterable[int]:
    """People whom some rota already asks about a part of these hours."""
    return session.scalars(
        select(Shift.person_id).where(
            Shift.person_id.in_(people),
            Shift.state == ShiftState.OFFERED,
            Shift.starts_at < span.ends_at,
            Shift.ends_at > span.starts_at,
            Shift.id != (except_id or 0),
        )
    )
