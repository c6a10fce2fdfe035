"""A coordinator's roster: requested, built in a job, published as questions, built again."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Invalid, LimitReached, NotAllowed, Refused, Stale
from app.notifications.models import Notification
from app.people.models import Person
from app.rotation.models import Shift
from app.rotation.plan.models import FixedTurn, RotaLayer
from app.rotation.roster.models import RosterDraft
from app.rotation.roster.plain import asked_from, built_from, plain_built
from app.rotation.roster.queries import CUT_OFF_AFTER, MOST_TRIES
from app.rotation.roster.search import Effort
from app.rotation.roster.solve import build
from app.trail.models import Event
from app.usecases.duty.plan.manage_rota import make_rota, set_terms
from app.usecases.duty.plan.offer_duty import offer_hours
from app.usecases.duty.shifts.hand_over_duty import agree_to_shift, cancel_shift
from app.usecases.rosters.build_roster import ask_for_roster, discard_roster, publish_roster
from app.usecases.rosters.gather_roster import Terms
from app.usecases.rosters.run_roster import Claimed, claim_roster, read_roster, settle_roster
from app.usecases.volunteers.offer_dates import set_date
from tests import factories
from tests.databases import Database
from tests.factories import ALL_WEEK, NOW, Community

FIRST = date(2026, 3, 6)
TERMS = Terms(hours=8, first_hour=0, needs=(1, 1))
# As many as two layers need when nobody is on duty for longer than 8 hours, with rest between.
PEOPLE = 6


@dataclass
class Town:
    """Six volunteers who offer all hours, a coordinator, a rota."""

    session: Session
    place: Community
    people: list[Person]
    chief: Actor
    rota_id: int
    left_out: int = 0

    def actor(self, number: int) -> Actor:
        return factories.actor_for(self.people[number], "volunteer", self.place.here)

    def ask(self, **values: Any) -> int:
        given: dict[str, Any] = {"first": FIRST, "days": 2, "terms": TERMS, **values}
        found = ask_for_roster(
            Context(self.session, self.chief, NOW), rota_id=self.rota_id, **given
        )
        self.session.commit()
        return found

    def built(self, **values: Any) -> int:
        """A finished draft."""
        draft_id = self.ask(**values)
        claimed = claim_roster(self.session, now=NOW)
        assert claimed is not None and claimed.draft_id == draft_id
        self.session.commit()
        asked = asked_from(read_roster(self.session, draft_id=draft_id))
        result = plain_built(build(asked, Effort(3, 1)))
        assert settle_roster(self.session, claimed=claimed, result=result, now=NOW)
        self.session.commit()
        return draft_id

    def publish(self, draft_id: int) -> int:
        found = publish_roster(Context(self.session, self.chief, NOW), draft_id=draft_id)
        self.session.commit()
        self.left_out = found.left_out
        return found.turns

    def shifts(self, state: str) -> list[Shift]:
        rows = select(Shift).where(Shift.state == state).order_by(Shift.starts_at, Shift.layer)
        return list(self.session.scalars(rows.execution_options(populate_existing=True)))


@pytest.fixture
def town(session: Session) -> Town:
    place = factories.community(session)
    people = [factories.volunteer(session, place, name=f"志愿者{one}") for one in range(PEOPLE)]
    chief = factories.coordinator(session, place.here)
    actor = factories.actor_for(chief, "coordinator", place.here)
    rota_id = make_rota(Context(session, actor, NOW), area_id=place.here.id, name="夜里")
    made = Town(session, place, people, actor, rota_id)
    for number in range(PEOPLE):
        offer_hours(Context(session, made.actor(number), NOW), hours=ALL_WEEK, may_call=False)
    session.commit()
    return made


def test_a_published_month_is_a_question_to_each(town: Town) -> None:
    draft_id = town.built()
    draft = town.session.get_one(RosterDraft, draft_id)
    built = built_from(draft.result)
    assert built.wanted == 96 and built.filled == 96 and built.coverage.proven
    turns = town.publish(draft_id)
    offered = town.shifts("offered")
    assert len(offered) == turns and town.shifts("agreed") == []
    hours = sum((one.ends_at - one.starts_at) / timedelta(hours=1) for one in offered)
    assert hours == 96 and {one.origin for one in offered} == {"plan"}
    layers = town.session.execute(select(RotaLayer.number, RotaLayer.kind)).all()
    assert [tuple(one) for one in layers] == [(1, "fixed"), (2, "fixed")]
    told = town.session.scalars(select(Notification.template)).all()
    assert len(told) == PEOPLE and {*told} <= {"duty_asked", "duty_asked_month"}
    kinds = town.session.scalars(select(Event.kind).where(Event.kind.startswith("rota.roster")))
    assert list(kinds) == ["rota.roster_asked", "rota.roster_published"]
    with pytest.raises(Stale):
        publish_roster(Context(town.session, town.chief, NOW), draft_id=draft_id)


def test_nobody_is_asked_for_hours_that_they_took_back_meanwhile(town: Town) -> None:
    draft_id = town.built()
    spans = built_from(town.session.get_one(RosterDraft, draft_id).result).spans
    first, second = town.people[:2]
    assert {first.id, second.id} <= {one.person_id for one in spans}
    offer_hours(Context(town.session, town.actor(0), NOW), hours=[], may_call=False)
    for day in (FIRST, FIRST + timedelta(days=1)):
        set_date(Context(town.session, town.actor(1), NOW), person_id=second.id, day=day, span=None)
    asked = town.publish(draft_id)
    people = {one.person_id for one in town.shifts("offered")}
    assert people == {one.person_id for one in spans} - {first.id, second.id}
    assert asked == len(town.shifts("offered")) and town.left_out > 0


def test_no_published_turn_is_longer_than_the_draft_says(town: Town) -> None:
    """Adjoining pieces of one person are joined, but never beyond the length of a turn."""
    town.publish(town.built(days=4))
    lengths = {(one.ends_at - one.starts_at) / timedelta(hours=1) for one in town.shifts("offered")}
    assert lengths == {8}


def test_offers_of_a_part_of_a_turn_are_asked_for(town: Town) -> None:
    evening = [{"day": day, "from": "18:30", "to": "24:00"} for day in range(7)]
    for number in range(PEOPLE):
        offer_hours(Context(town.session, town.actor(number), NOW), hours=evening, may_call=False)
    town.session.commit()
    draft_id = town.built(terms=Terms(8, 0, (1,)))
    built = built_from(town.session.get_one(RosterDraft, draft_id).result)
    assert built.filled == 11 and built.coverage.proven
    assert len(built.idle) == PEOPLE - 2 and {one.code for one in built.idle} == {"all_taken"}
    assert town.publish(draft_id) == 2
    assert {one.starts_at.minute for one in town.shifts("offered")} == {30}


def test_a_turn_longer_than_the_rules_allow_is_not_built(town: Town) -> None:
    set_terms(
        Context(town.session, town.chief, NOW),
        rota_id=town.rota_id,
        wanted=[],
        limits={"longest_h": 6},
        approve_swaps=False,
    )
    town.session.commit()
    with pytest.raises(Invalid):
        town.ask()
    town.session.rollback()
    six = read_roster(town.session, draft_id=town.ask(terms=Terms(6, 0, (1,))))
    assert {one["limits"]["longest_h"] for one in six["helpers"]} == {6}
    assert (six["shortest_h"], six["longest_allowed_h"]) == (2, 6)


def test_built_again_what_was_agreed_stays_and_a_no_is_heard(town: Town) -> None:
    town.publish(town.built())
    kept, refused = town.shifts("offered")[:2]
    numbers = {person.id: number for number, person in enumerate(town.people)}
    agree_to_shift(
        Context(town.session, town.actor(numbers[kept.person_id]), NOW), shift_id=kept.id
    )
    no = town.actor(numbers[refused.person_id])
    cancel_shift(Context(town.session, no, NOW), shift_id=refused.id)
    town.session.commit()
    second = town.built()
    result = built_from(town.session.get_one(RosterDraft, second).result)
    mine = [one for one in result.spans if one.person_id == refused.person_id]
    assert not any(
        one.starts_at < refused.ends_at and refused.starts_at < one.ends_at for one in mine
    )
    assert not any(
        (one.starts_at, one.layer) == (kept.starts_at, kept.layer) for one in result.spans
    )
    town.publish(second)
    assert [(one.id, one.person_id) for one in town.shifts("agreed")] == [(kept.id, kept.person_id)]
    everything = [*town.shifts("agreed"), *town.shifts("offered")]
    covered = sum((one.ends_at - one.starts_at) / timedelta(hours=1) for one in everything)
    assert covered == 96
    living = select(FixedTurn.person_id, FixedTurn.starts_at, FixedTurn.layer).where(
        FixedTurn.ended_at.is_(None)
    )
    rows = town.session.execute(living).all()
    assert {tuple(one) for one in rows} >= {
        (one.person_id, one.starts_at, one.layer) for one in town.shifts("offered")
    }


def test_a_piece_that_somebody_has_by_now_is_left_out(town: Town) -> None:
    first, second = town.built(), town.built()
    town.publish(first)
    for shift in town.shifts("offered"):
        number = next(n for n, one in enumerate(town.people) if one.id == shift.person_id)
        agree_to_shift(Context(town.session, town.actor(number), NOW), shift_id=shift.id)
    town.session.commit()
    assert town.publish(second) == 0
    assert town.shifts("offered") == []


def test_a_draft_whose_days_are_over_is_not_published(town: Town) -> None:
    """Publishing nothing would look like a month that was asked about."""
    draft_id = town.built()
    late = Context(town.session, town.chief, NOW + timedelta(days=10))
    with pytest.raises(Refused, match="已经过了"):
        publish_roster(late, draft_id=draft_id)
    town.session.rollback()
    assert town.session.get_one(RosterDraft, draft_id).state == "done"


def test_the_same_month_published_twice_asks_nobody_twice(town: Town) -> None:
    first, second = town.built(), town.built()
    town.publish(first)
    before = {(one.id, one.person_id, one.starts_at) for one in town.shifts("offered")}
    told = len(town.session.scalars(select(Notification.id)).all())
    town.publish(second)
    again = {(one.id, one.person_id, one.starts_at) for one in town.shifts("offered")}
    assert again == before
    assert len(town.session.scalars(select(Notification.id)).all()) == told


def test_a_discarded_draft_asks_nobody(town: Town) -> None:
    draft_id = town.built()
    discard_roster(Context(town.session, town.chief, NOW), draft_id=draft_id)
    town.session.commit()
    with pytest.raises(Stale):
        publish_roster(Context(town.session, town.chief, NOW), draft_id=draft_id)
    assert town.session.scalars(select(Shift)).all() == []


@pytest.mark.parametrize(
    "values",
    [
        {"first": date(2026, 3, 4)},
        {"days": 0},
        {"days": 32},
        {"terms": Terms(5, 0, (1,))},
        {"terms": Terms(4, 24, (1,))},
        {"terms": Terms(4, 0, ())},
        {"terms": Terms(4, 0, (4,))},
    ],
)
def test_what_cannot_be_built(town: Town, values: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        town.ask(**values)


def test_only_a_coordinator_of_the_area_and_two_at_a_time(town: Town) -> None:
    stranger = factories.coordinator(town.session, town.place.other)
    actor = factories.actor_for(stranger, "coordinator", town.place.other)
    with pytest.raises(NotAllowed):
        ask_for_roster(
            Context(town.session, actor, NOW),
            rota_id=town.rota_id,
            first=FIRST,
            days=2,
            terms=TERMS,
        )
    draft_id = town.ask()
    with pytest.raises(NotAllowed):
        publish_roster(Context(town.session, actor, NOW), draft_id=draft_id)
    town.session.rollback()
    town.ask()
    with pytest.raises(LimitReached):
        town.ask()


def test_a_run_that_was_cut_off_is_begun_again_and_the_late_one_is_not_heard(town: Town) -> None:
    draft_id = town.ask()
    first = claim_roster(town.session, now=NOW)
    assert first == Claimed(draft_id, 1) and claim_roster(town.session, now=NOW) is None
    later = NOW + CUT_OFF_AFTER + timedelta(seconds=1)
    second = claim_roster(town.session, now=later)
    assert second == Claimed(draft_id, 2)
    assert not settle_roster(town.session, claimed=first, result={"late": 1}, now=later)
    assert settle_roster(town.session, claimed=second, result=None, now=later)
    draft = town.session.get_one(RosterDraft, draft_id, populate_existing=True)
    assert draft.state == "failed" and draft.result == {}


def test_what_is_cut_off_again_and_again_has_failed(town: Town) -> None:
    draft_id = town.ask()
    town.session.execute(
        update(RosterDraft).values(state="running", started_at=NOW, tries=MOST_TRIES)
    )
    assert claim_roster(town.session, now=NOW + 2 * CUT_OFF_AFTER) is None
    draft = town.session.get_one(RosterDraft, draft_id, populate_existing=True)
    assert draft.state == "failed"


def test_two_schedulers_claim_one(database: Database) -> None:
    with database.new_session() as session:
        place = factories.community(session)
        chief = factories.coordinator(session, place.here)
        actor = factories.actor_for(chief, "coordinator", place.here)
        rota_id = make_rota(Context(session, actor, NOW), area_id=place.here.id, name="白天")
        Town(session, place, [], actor, rota_id).ask()
    with database.new_session() as one, database.new_session() as other:
        mine = claim_roster(one, now=NOW)
        one.commit()
        theirs = claim_roster(other, now=NOW)
    assert mine is not None and theirs is None
