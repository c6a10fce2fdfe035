"""An order's page: what its resident may see, and nothing about anybody else."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import NotFound
from app.usecases.dispatch.answer_match import accept_match, give_up
from app.usecases.dispatch.see_match import see_match
from app.usecases.requests.do_task import arrive_at_task, finish_task, set_out
from app.usecases.requests.follow_request import follow_request, follow_story
from app.usecases.requests.reveal_task import reveal_task
from app.usecases.requests.see_story import Moment, gather_moments
from tests.factories import NOW, Community, community, request, volunteer
from tests.usecases.asking import MINUTE, match_of, me, wave


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def test_story_says_who_came_when_and_who_looked(session: Session, place: Community) -> None:
    helper, other = volunteer(session, place, name="欧阳丽"), volunteer(session, place, name="林晓")
    one = request(session, place)
    wave(session, one)
    match, actor = match_of(session, one, helper), me(helper, place)
    late = match_of(session, one, other)
    accept_match(Context(session, me(other, place), NOW), match_id=late.id)
    give_up(Context(session, me(other, place), NOW + MINUTE), match_id=late.id)
    accept_match(Context(session, actor, NOW + 2 * MINUTE), match_id=match.id)
    reveal_task(Context(session, actor, NOW + 3 * MINUTE), match_id=match.id)
    set_out(Context(session, actor, NOW + 4 * MINUTE), match_id=match.id)
    arrive_at_task(Context(session, actor, NOW + 9 * MINUTE), match_id=match.id, code="4821")
    seen = follow_request(session, one.code, "zh_Hans")
    assert seen is not None and [one.badge for one in seen.coming] == ["欧阳"]
    assert seen.arrival_code == "4821"
    finish_task(Context(session, actor, NOW + 30 * MINUTE), match_id=match.id)
    session.commit()
    story = follow_story(session, one.code)
    told = [(moment.kind, moment.who) for moment in story.moments]
    assert told == [
        ("match.sent", ""),
        ("match.accepted", "林"),
        ("help_request.lose_volunteer", ""),
        ("match.accepted", "欧阳"),
        ("match.on_the_way", "欧阳"),
        ("match.arrived", "欧阳"),
        ("match.finished", "欧阳"),
    ]
    assert story.moments[0].count == 2
    assert [(look.who, look.at) for look in story.looks] == [("欧阳", NOW + 3 * MINUTE)]
    after = follow_request(session, one.code, "zh_Hans")
    assert after is not None and after.coming == () and after.arrival_code is None


def test_unknown_code_has_no_story(session: Session, place: Community) -> None:
    assert follow_story(session, "22222222").moments == ()


def test_gathering_keeps_the_first_time() -> None:
    later = NOW + timedelta(minutes=5)
    told = gather_moments([Moment("match.sent", NOW, "林"), Moment("match.sent", later, "陈")])
    assert told == [Moment("match.sent", NOW, "", 2)]


def test_a_match_is_shown_to_its_own_volunteer_without_contacts(
    session: Session, place: Community
) -> None:
    helper, other = volunteer(session, place), volunteer(session, place)
    one = request(session, place, need="买药，打 13800138000，3栋502")
    wave(session, one)
    token = match_of(session, one, helper).token
    seen = see_match(session, person_id=helper.id, token=token)
    assert seen.need == "买药，打 …，…" and seen.minutes is None
    with pytest.raises(NotFound):
        see_match(session, person_id=other.id, token=token)
