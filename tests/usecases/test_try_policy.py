"""Trying a policy on one's own past: requested, run once, compared with today's, switched on."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from app.catalogue.models import CategorySkill
from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Invalid, LimitReached, NotAllowed, Refused, Stale
from app.dispatch.models import DispatchPolicy, Match
from app.help_requests.models import HelpRequest
from app.matching.lab.crowd import Reply
from app.matching.lab.shipped import shipped
from app.matching.policy import as_mapping
from app.trail.models import Event
from app.trials.models import Trial
from app.trials.queries import CUT_OFF_AFTER, MOST_TRIES
from app.usecases.policies.choose_policy import choose_policy
from app.usecases.policies.replay_history import Asked, read_history
from app.usecases.policies.replay_volunteers import week_bits
from app.usecases.policies.run_trial import claim_trial, read_material, settle_trial
from app.usecases.policies.try_policy import MOST_WAITING, ask_for_trial, choose_tried, trial_for
from tests.factories import (
    ALL_WEEK,
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    request,
    volunteer,
)

MINUTE = timedelta(minutes=1)
NEAREST = as_mapping(shipped("nearest"))
# A past day in the replayed month.
EARLIER = NOW - timedelta(days=3)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def minds(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


def past(session: Session, place: Community, answers: list[str]) -> list[int]:
    """A request of some days ago, with a new volunteer asked for each answer."""
    about = request(session, place, state="closed", submitted_at=EARLIER, wanted_from=None)
    about.wanted_to = None
    people = []
    for n, answer in enumerate(answers):
        who = volunteer(session, place, north_m=100 + 50 * n)
        people.append(who.id)
        state = {"yes": "finished", "no": "declined", "silence": "expired"}.get(answer, "withdrawn")
        at = EARLIER + n * MINUTE
        session.add(
            Match(
                token=f"{about.id}-{n}",
                request_id=about.id,
                person_id=who.id,
                state=state,
                end_reason={"silence": "deadline", "taken": "taken"}.get(answer),
                distance_m=100 + 50 * n,
                made_at=at,
                sent_at=at,
                answered_at=at + 2 * MINUTE if answer in ("yes", "no") else None,
                accepted_at=at + 2 * MINUTE if answer == "yes" else None,
            )
        )
    session.commit()
    return [about.id, *people]


def wanted(place: Community) -> Asked:
    return Asked(
        place.here.path, place.medicine.id, "ordinary", NOW - timedelta(days=30), NOW + MINUTE
    )


def ask(session: Session, place: Community, minds: Actor, **values: object) -> int:
    given: dict[str, object] = {
        "area_id": place.here.id,
        "category_id": place.medicine.id,
        "urgency": "ordinary",
        "policy": NEAREST,
        **values,
    }
    context = Context(session, minds, NOW)
    trial_id = ask_for_trial(context, **given)  # type: ignore[arg-type]
    session.commit()
    return trial_id


def run(session: Session) -> Trial | None:
    """Runs the job."""
    claimed = claim_trial(session, now=LATER)
    session.commit()
    if claimed is None:
        return None
    result = read_material(session, trial_id=claimed.trial_id).play()
    assert settle_trial(session, claimed=claimed, result=result, now=LATER)
    session.commit()
    return session.get(Trial, claimed.trial_id, populate_existing=True)


def test_reality_is_read_as_it_was_answered(session: Session, place: Community) -> None:
    about, no, silence, yes, taken = past(session, place, ["no", "silence", "yes", "taken"])
    found = read_history(session, wanted(place))
    assert found is not None
    assert [one.id for one in found.world.requests] == [about]
    assert found.world.requests[0].at == EARLIER
    assert found.known() == {
        (about, no): Reply("no", 120.0),
        (about, silence): Reply(None, 0.0),
        (about, yes): Reply("yes", 120.0),
    }
    assert sorted(one.id for one in found.world.volunteers) == sorted([no, silence, yes, taken])
    assert len(found.world.volunteers[0].candidate.skills) == 1


def test_what_really_happened_stands_beside_the_replay(
    session: Session, place: Community, minds: Actor
) -> None:
    past(session, place, ["no", "silence", "yes", "taken"])
    past(session, place, ["no"])
    ask(session, place, minds)
    trial = run(session)
    assert trial is not None
    real = trial.result["real"]
    # The first was taken four minutes after its first ask, the second by nobody.
    assert (real["served"], real["median"], real["p90"]) == (0.5, 240, trial.result["wait_s"])
    assert (real["messages"], real["metres"]) == (2.5, 200)
    assert "too_late" not in real and trial.result["few"]


def test_whoever_the_house_asked_was_ready_then(
    session: Session, place: Community, minds: Actor
) -> None:
    _, *people = past(session, place, ["no", "silence", "yes"])
    by_name = update(Match).where(Match.person_id == people[1])
    session.execute(by_name.values(made_by=minds.person_id))
    session.commit()
    found = read_history(session, wanted(place))
    assert found is not None
    assert found.world.requests[0].ready == {people[0], people[2]}


def test_reading_the_past_decrypts_nothing(session: Session, place: Community) -> None:
    past(session, place, ["no", "yes"])
    asked: list[str] = []
    engine = session.get_bind()

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        read_history(session, wanted(place))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert 0 < len(asked) < 14
    for secret in ("request.need", "request.address", "request.name", ".phone,", "person.name"):
        assert not [one for one in asked if secret in one], secret


def test_only_what_was_matched_is_replayed(session: Session, place: Community) -> None:
    request(session, place, state="closed", submitted_at=EARLIER)
    session.commit()
    assert read_history(session, wanted(place)) is None
    past(session, place, ["yes"])
    found = read_history(session, wanted(place))
    assert found is not None and found.left_out == 1


def test_hours_become_bits_of_a_week() -> None:
    assert week_bits(ALL_WEEK) == (1 << 168) - 1
    assert week_bits([{"day": 0, "from": "09:30", "to": "11:00"}]) == (1 << 9) | (1 << 10)
    assert week_bits([{"day": 6, "from": "23:00", "to": "24:00"}]) == 1 << 167
    assert week_bits([]) == 0 and week_bits("never") == 0


def test_a_trial_is_run_once_and_says_how_much_was_drawn(
    session: Session, place: Community, minds: Actor
) -> None:
    past(session, place, ["no", "yes", "silence"])
    trial_id = ask(session, place, minds)
    done = run(session)
    assert done is not None and done.id == trial_id and done.state == "done"
    result = done.result
    assert result["requests"] == 1 and result["volunteers"] == 3
    # Nearest first: a no, then a yes, both as in reality.
    assert result["replayed"][0] == 2 and result["drawn"][0] == 0
    assert result["measures"]["messages"]["first"][0] == 2
    assert run(session) is None


def test_without_a_past_it_says_so(session: Session, place: Community, minds: Actor) -> None:
    ask(session, place, minds)
    found = run(session)
    assert found is not None and found.state == "nothing"
    with pytest.raises(Refused):
        choose_tried(Context(session, minds, LATER), trial_id=found.id)


def test_a_run_that_was_cut_off_is_taken_over_and_its_late_end_changes_nothing(
    session: Session, place: Community, minds: Actor
) -> None:
    past(session, place, ["yes"])
    trial_id = ask(session, place, minds)
    first = claim_trial(session, now=NOW)
    session.commit()
    assert first is not None and claim_trial(session, now=NOW + CUT_OFF_AFTER) is None
    later = NOW + CUT_OFF_AFTER + MINUTE
    second = claim_trial(session, now=later)
    session.commit()
    assert second is not None and second.tries == 2
    assert not settle_trial(session, claimed=first, result={}, now=later)
    session.execute(update(Trial).values(tries=MOST_TRIES, started_at=NOW))
    session.commit()
    assert claim_trial(session, now=later + CUT_OFF_AFTER) is None
    session.commit()
    assert trial_for(session, actor=minds, trial_id=trial_id).state == "failed"


def test_what_was_tried_is_switched_on_and_traced(
    session: Session, place: Community, minds: Actor
) -> None:
    past(session, place, ["no", "yes"])
    trial_id = ask(session, place, minds)
    run(session)
    choose_tried(Context(session, minds, LATER), trial_id=trial_id)
    session.commit()
    assert session.scalars(select(DispatchPolicy.policy)).one() == NEAREST
    told = session.scalars(select(Event.kind).where(Event.subject_type == "trial")).all()
    assert list(told) == ["trial.asked", "trial.chosen"]


def test_a_policy_that_changed_since_must_be_tried_again(
    session: Session, place: Community, minds: Actor
) -> None:
    past(session, place, ["yes"])
    trial_id = ask(session, place, minds)
    run(session)
    choose_policy(
        Context(session, minds, LATER),
        area_id=place.here.id,
        category_id=place.medicine.id,
        urgency="ordinary",
        policy=as_mapping(shipped("keep7")),
    )
    session.commit()
    with pytest.raises(Stale):
        choose_tried(Context(session, minds, LATER), trial_id=trial_id)


def test_only_a_coordinator_of_the_area_may_try_and_not_too_often(
    session: Session, place: Community, minds: Actor
) -> None:
    elsewhere = actor_for(coordinator(session, place.other), "coordinator", place.other)
    with pytest.raises(NotAllowed):
        ask(session, place, elsewhere)
    with pytest.raises(Invalid):
        ask(session, place, minds, policy={**NEAREST, "most_open": 0})
    ids = [ask(session, place, minds) for _ in range(MOST_WAITING)]
    with pytest.raises(LimitReached):
        ask(session, place, minds)
    with pytest.raises(NotAllowed):
        trial_for(session, actor=elsewhere, trial_id=ids[0])


def test_a_trial_knows_the_same_conditions_as_the_ranking(
    session: Session, place: Community
) -> None:
    place.medicine.together = True
    session.add(
        CategorySkill(
            category_id=place.medicine.id, skill_id=place.first_aid.id, one_is_enough=True
        )
    )
    about, *_ = past(session, place, ["yes", "no"])
    she = volunteer(session, place, offer={"woman": True, "wishes": ["no_dogs"]})
    session.execute(
        update(HelpRequest)
        .where(HelpRequest.id == about)
        .values(wishes=["woman"], volunteers_needed=2)
    )
    session.commit()
    history = read_history(session, wanted(place))
    assert history is not None
    (one,) = history.world.requests
    assert one.skills == frozenset() and one.shared == frozenset({place.first_aid.id})
    assert one.wishes == frozenset({"woman"}) and one.together
    (found,) = [each for each in history.world.volunteers if each.id == she.id]
    assert found.candidate.woman and found.candidate.wishes == {"no_dogs"}
