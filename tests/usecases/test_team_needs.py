"""One certificate or language among several volunteers: asked for, kept free for, lost, found."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalogue.models import CategorySkill
from app.core.context import Context
from app.core.errors import Taken
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.matching.ranking import Ranking
from app.people.models import Person, PersonSkill
from app.usecases.dispatch.answer_match import accept_match, give_up
from app.usecases.dispatch.choose_volunteers import assign_volunteer
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.process_deadlines import process_deadline
from app.usecases.requests.see_board import open_case
from tests.factories import NOW, Community, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import HOUSE, MINUTE, match_of, me, told, wave
from tests.usecases.texting import text_in

pytestmark = pytest.mark.usefixtures("locks_in_order")


@pytest.fixture
def place(session: Session) -> Community:
    """First aid is needed for a visit: one of the team is enough."""
    made = community(session)
    made.visit.mode, made.visit.verify_first = "auto", False
    made.first_aid.needs_certificate = True
    session.execute(update(CategorySkill).values(one_is_enough=True))
    session.commit()
    return made


@pytest.fixture
def plain(session: Session, place: Community) -> list[Person]:
    return [volunteer(session, place, north_m=50 * n, skills=[]) for n in range(1, 4)]


def certified(session: Session, place: Community, *, north_m: float = 900) -> Person:
    made = volunteer(session, place, north_m=north_m)
    session.execute(
        update(PersonSkill).where(PersonSkill.person_id == made.id).values(verified_at=NOW)
    )
    session.commit()
    return made


def ranking(session: Session, one: HelpRequest) -> Ranking:
    session.refresh(one)
    return rank_for(session, request=one, now=NOW, radius_m=2000)


def able(session: Session, one: HelpRequest) -> list[int]:
    return [each.person_id for each in ranking(session, one).ranked]


def why(session: Session, one: HelpRequest, who: Person) -> set[str]:
    found = [each for each in ranking(session, one).left_out if each.person_id == who.id]
    return {each.code for each in found[0].reasons} if found else set()


def say(session: Session, place: Community, verb: object, one: HelpRequest, who: Person) -> Match:
    match = match_of(session, one, who)
    assert callable(verb)
    verb(Context(session, me(who, place), NOW + MINUTE), match_id=match.id)
    session.commit()
    return match


def lacks(session: Session, place: Community, one: HelpRequest) -> frozenset[int]:
    boss = actor_for(coordinator(session, place.here), "coordinator", place.here)
    session.refresh(one)
    return open_case(Context(session, boss, NOW), request_id=one.id).lacks.skills


def test_one_certificate_among_three(
    session: Session, place: Community, plain: list[Person]
) -> None:
    nurse = certified(session, place)
    one = request(session, place, of=place.visit, volunteers_needed=3)
    # Nobody is excluded for lacking it, and who has it comes first.
    assert able(session, one)[0] == nurse.id and len(able(session, one)) == 4
    wave(session, one)
    asked = [who for who in plain if match_of(session, one, who).id]
    assert match_of(session, one, nurse).state == "sent" and len(asked) >= 2
    for who in asked[:2]:
        say(session, place, accept_match, one, who)
    # The last place is kept for it.
    assert lacks(session, place, one) == {place.first_aid.id}
    for who in plain:
        if who not in asked[:2]:
            assert "team_needs" in why(session, one, who)
    say(session, place, accept_match, one, nurse)
    session.refresh(one)
    assert (one.places_taken, lacks(session, place, one)) == (3, frozenset())


def test_asks_that_can_no_longer_count_end_and_a_late_yes_is_refused(
    session: Session, place: Community, plain: list[Person]
) -> None:
    place.visit.wave_size = 3
    session.commit()
    one = request(session, place, of=place.visit, volunteers_needed=2)
    wave(session, one)
    asked = [who for who in plain if match_of(session, one, who).id]
    assert len(asked) >= 2
    say(session, place, accept_match, one, asked[0])
    ended = match_of(session, one, asked[1])
    assert (ended.state, ended.end_reason) == ("expired", "taken")
    assert told(session, person=asked[1])[-1] == "match_taken"
    with pytest.raises(Taken, match="剩下的名额"):
        say(session, place, accept_match, one, asked[1])
    session.rollback()
    number = match_of(session, one, asked[1]).reply_number
    assert text_in(session, asked[1].phone, f"1 {number}").outcome == "kept"
    assert told(session, person=asked[1])[-1] == "answer_kept"
    # The search asks who has it and nobody else.
    nurse = certified(session, place)
    session.refresh(one)
    process_deadline(Context(session, HOUSE, NOW + 2 * MINUTE), request_id=one.id)
    session.commit()
    assert match_of(session, one, nurse).state == "sent"
    assert match_of(session, one, asked[1]).state == "expired"


def test_when_who_brings_it_gives_up_it_is_missing_again(
    session: Session, place: Community, plain: list[Person]
) -> None:
    nurse = certified(session, place)
    one = request(session, place, of=place.visit, volunteers_needed=2)
    wave(session, one)
    say(session, place, accept_match, one, nurse)
    assert "team_needs" not in why(session, one, plain[0])
    asked = next(who for who in plain if match_of(session, one, who).id)
    say(session, place, accept_match, one, asked)
    say(session, place, give_up, one, nurse)
    assert lacks(session, place, one) == {place.first_aid.id}
    assert all("team_needs" in why(session, one, who) for who in plain if who != asked)


def test_an_unverified_certificate_is_none(session: Session, place: Community) -> None:
    doubtful = volunteer(session, place)
    one = request(session, place, of=place.visit)
    assert why(session, one, doubtful) == {"team_needs"}
    two = request(session, place, of=place.visit, volunteers_needed=2)
    assert able(session, two) == [doubtful.id]


def test_the_language_is_spoken_by_one_of_several(session: Session, place: Community) -> None:
    here = [volunteer(session, place, north_m=50 * n) for n in (1, 2)]
    speaks = volunteer(session, place, north_m=900, offer={"languages": ["zh_Hans", "yue"]})
    alone = request(session, place, spoken_language="yue")
    assert able(session, alone) == [speaks.id] and why(session, alone, here[0]) == {"language"}
    one = request(session, place, spoken_language="yue", volunteers_needed=2)
    assert able(session, one)[0] == speaks.id and len(able(session, one)) == 3
    wave(session, one)
    say(session, place, accept_match, one, here[0])
    assert why(session, one, here[1]) >= {"team_needs"}
    say(session, place, accept_match, one, speaks)
    session.refresh(one)
    assert one.places_taken == 2


def test_a_coordinator_may_ask_or_assign_somebody_else_by_name(
    session: Session, place: Community, plain: list[Person]
) -> None:
    boss = actor_for(coordinator(session, place.here), "coordinator", place.here)
    one = request(session, place, of=place.visit)
    assert why(session, one, plain[0]) == {"team_needs"}
    context = Context(session, boss, NOW)
    send_wave(context, request_id=one.id, person_ids=[plain[0].id])
    session.commit()
    say(session, place, accept_match, one, plain[0])
    assert match_of(session, one, plain[0]).state == "accepted"
    two = request(
        session, place, of=place.visit, wanted_from=NOW + timedelta(days=1), wanted_to=None
    )
    assign_volunteer(context, request_id=two.id, person_id=plain[1].id, agreed=True)
    session.commit()
    assert match_of(session, two, plain[1]).state == "accepted"


def test_when_one_is_enough_only_who_brings_all_is_still_asked(
    session: Session, place: Community, plain: list[Person]
) -> None:
    bringer = certified(session, place, north_m=20)
    boss = actor_for(coordinator(session, place.here), "coordinator", place.here)
    one = request(session, place, of=place.visit, volunteers_needed=2)
    wave(session, one)
    everybody = [bringer, *plain]
    asked = [who for who in everybody if match_of(session, one, who).state == "sent"]
    assert bringer in asked and len(asked) > 1
    change_request(
        Context(session, boss, NOW), request_id=one.id, version=None, volunteers_needed=1
    )
    session.commit()
    session.expire_all()
    assert [who for who in asked if match_of(session, one, who).state == "sent"] == [bringer]


def test_of_one_alone_the_language_is_asked_again(session: Session, place: Community) -> None:
    boss = actor_for(coordinator(session, place.here), "coordinator", place.here)
    silent = volunteer(session, place)
    speaks = volunteer(session, place, north_m=400, offer={"languages": ["zh_Hans", "yue"]})
    one = request(session, place, volunteers_needed=2, spoken_language="yue")
    wave(session, one)
    change_request(
        Context(session, boss, NOW), request_id=one.id, version=None, volunteers_needed=1
    )
    session.commit()
    session.expire_all()
    assert match_of(session, one, silent).state == "expired"
    assert match_of(session, one, speaks).state == "sent"
