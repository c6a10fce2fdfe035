"""Imports fixed turns from a table: all or nothing, reporting each bad line."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Invalid
from app.core.i18n import N_
from app.core.wall_time import SKIPPED, instant, is_skipped
from app.people.models import Organisation, Person, Role
from app.people.rules import PersonState
from app.rotation.models import Rota, Shift
from app.rotation.plan.models import FixedTurn
from app.rotation.rules import Span
from app.rotation.tables import BadTable, TurnRow, end_wall, rows, wall
from app.usecases.duty.plan.conflicts import DutyConflict, check_may_ask
from app.usecases.duty.plan.lock_rota import LIVE, rota_of_coordinator
from app.usecases.duty.plan.manage_rota import of_coordinator, record_rota
from app.usecases.duty.plan.set_layer import MOST_LAYERS
from app.usecases.duty.shifts.hand_over_duty import LONGEST, Turn, offer_shifts
from app.usecases.shared.import_report import BadRow
from app.usecases.shared.lock_people import lock_people

WRONG_TABLES = {
    "too_big": N_("文件太大了，请分成几份"),
    "too_many": N_("一次最多 1000 行，请分成几份"),
    "no_columns": N_("第一行要有这些列：开始、结束，还有编号或姓名"),
    "unreadable": N_("这个文件读不懂，请存成 CSV 再试"),
}
# Person, layer, start.
_Key = tuple[int, int, datetime]
ONE_SHIFT = N_("结束要在开始之后，一班最长 24 小时")


@dataclass(frozen=True, slots=True)
class TurnsReport:
    """How many turns were planned and how many existed; with `bad` lines none was planned."""

    added: int
    before: int
    bad: tuple[BadRow, ...]


class _BadCell(Exception):
    """`args[0]` is the msgid."""


@dataclass(frozen=True, slots=True)
class _People:
    """Volunteers of the rota's area, by number and by name; and their organisations."""

    by_id: Mapping[int, Person]
    by_name: Mapping[str, list[Person]]
    organisations: Mapping[str, int]


def import_turns(context: Context, *, rota_id: int, text: str) -> TurnsReport:
    """Plans every turn of a table and asks its people; one message each.

    With one bad line nothing is planned. Existing turns stay unchanged, so an exported table can be
    imported again. Raises Invalid when it is no such table.
    """
    # The people are locked before the rota, so they are looked up without its lock first.
    seen = rota_of_coordinator(context.session, context.actor, rota_id)
    try:
        lines = rows(text)
    except BadTable as error:
        raise Invalid({"file": WRONG_TABLES[error.code]}) from error
    plan = _plan_for(context, seen)
    for line in lines:
        plan.add(line)
    lock_people(context.session, [one.person_id for one in plan.turns])
    rota = of_coordinator(context.session, context.actor, rota_id)
    plan = _plan_for(context, rota)
    plan.there = _there(context.session, rota, context.now)
    bad = [BadRow(line.line, reason) for line in lines if (reason := plan.add(line))]
    bad = bad or list(_not_free(context.session, rota, plan))
    if bad:
        return TurnsReport(0, 0, tuple(bad))
    turns = tuple(plan.turns)
    if turns:
        offer_shifts(context, rota_id=rota.id, turns=turns)
    done = TurnsReport(len(turns), plan.before, ())
    counts = {"added": done.added, "before": done.before}
    record_rota(context, rota, "rota.turns_imported", **counts)
    return done


def _plan_for(context: Context, rota: Rota) -> "_Plan":
    zone = zone_of(context.session, rota.area_path)
    return _Plan(_people(context.session, rota), zone, context.now)


@dataclass
class _Plan:
    """The turns of a table read so far."""

    people: _People
    zone: ZoneInfo
    now: datetime
    there: dict[_Key, datetime] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    before: int = 0

    def add(self, row: TurnRow) -> str:
        """Adds one line; else returns why not (msgid)."""
        try:
            turn = _turn(row, self.people, self.zone, self.now)
        except _BadCell as error:
            return str(error.args[0])
        key = (turn.person_id, turn.layer, turn.starts_at)
        if key not in self.there:
            self.there[key] = turn.ends_at
            self.turns.append(turn)
            self.lines.append(row.line)
        elif self.there[key] == turn.ends_at:
            self.before += 1
        else:
            return N_("这位志愿者这时已有一班，结束的时间不一样")
        return ""


def _not_free(session: Session, rota: Rota, plan: _Plan) -> Iterator[BadRow]:
    """The lines whose people may not be asked, with the first reason."""
    for line, turn in zip(plan.lines, plan.turns, strict=True):
        start = max(turn.starts_at, plan.now)
        try:
            check_may_ask(session, rota, Span(turn.person_id, start, turn.ends_at, turn.layer))
        except DutyConflict as conflict:
            yield BadRow(line, conflict.msgid, conflict.limit)


def _turn(row: TurnRow, people: _People, zone: ZoneInfo, now: datetime) -> Turn:
    starts_at, ends_at = _typed(row.starts, wall, zone), _typed(row.ends, end_wall, zone)
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise _BadCell(ONE_SHIFT)
    if ends_at <= now:
        raise _BadCell(N_("这一班已经过去了"))
    layer = row.layer or "1"
    if not (layer.isascii() and layer.isdigit() and 1 <= int(layer[:3]) <= MOST_LAYERS):
        raise _BadCell(N_("层请填 1 到 6，1 是首叫"))
    return Turn(_person(row, people).id, starts_at, ends_at, int(layer))


def _typed(text: str, read: Callable[[str], datetime], zone: ZoneInfo) -> datetime:
    try:
        typed = read(text)
    except ValueError as error:
        raise _BadCell(N_("时间请写成 2026-03-04 08:00 这样")) from error
    if is_skipped(typed, zone):
        raise _BadCell(SKIPPED)
    return instant(typed, zone)


def _person(row: TurnRow, people: _People) -> Person:
    """Finds by number; a name beside it must match, to catch shifted lines."""
    if row.number:
        known = row.number.isascii() and row.number.isdigit() and len(row.number) < 10
        found = people.by_id.get(int(row.number)) if known else None
        if found is None:
            raise _BadCell(N_("这个区域没有这个编号的志愿者"))
        if row.name and row.name != found.name:
            raise _BadCell(N_("编号和姓名对不上"))
        return found
    named = people.by_name.get(row.name, [])
    if row.organisation:
        wanted = people.organisations.get(row.organisation)
        named = [one for one in named if wanted is not None and one.organisation_id == wanted]
    if not named:
        raise _BadCell(N_("没有找到这位志愿者，请核对姓名和组织"))
    if len(named) > 1:
        raise _BadCell(N_("有几位同名的，请写组织或编号"))
    return named[0]


def _people(session: Session, rota: Rota) -> _People:
    holders = select(Role.person_id).where(Role.role == RoleName.VOLUNTEER, Role.ended_at.is_(None))
    found = session.scalars(
        select(Person).where(
            Person.state == PersonState.ACTIVE,
            Person.area_path.startswith(rota.area_path),
            Person.id.in_(holders),
        )
    ).all()
    by_name: dict[str, list[Person]] = {}
    for one in found:
        by_name.setdefault(one.name, []).append(one)
    names = session.execute(select(Organisation.name, Organisation.id)).all()
    return _People({one.id: one for one in found}, by_name, dict(names))


def _there(session: Session, rota: Rota, now: datetime) -> dict[_Key, datetime]:
    """Until when existing turns last, planned or published, whatever their origin."""
    shifts = select(Shift.person_id, Shift.layer, Shift.starts_at, Shift.ends_at).where(
        Shift.rota_id == rota.id, Shift.state.in_(LIVE), Shift.ends_at > now
    )
    planned = select(
        FixedTurn.person_id, FixedTurn.layer, FixedTurn.starts_at, FixedTurn.ends_at
    ).where(FixedTurn.rota_id == rota.id, FixedTurn.ended_at.is_(None), FixedTurn.ends_at > now)
    found = (*session.execute(planned), *session.execute(shifts))
    return {(person_id, layer, starts): ends for person_id, layer, starts, ends in found}
