"""Wishes of both sides: asked for where a category needs them, kept by whoever is asked."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core.actor import Actor, resident
from app.core.context import Context
from app.core.errors import Invalid, Refused, Stale
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.people.queries import blocked_from
from app.usecases.dispatch.answer_match import accept_match, decline_match
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.dispatch.see_match import see_match
from app.usecases.dispatch.see_tasks import requests_near
from app.usecases.requests.amend_request import change_request
from app.usecases.requests.do_task import arrive_at_task, finish_task, set_out
from app.usecases.requests.follow_request import who_came
from app.usecases.requests.place_request import NewOrder, place_request
from app.usecases.volunteers.block_pair import refuse_volunteer
from app.usecases.volunteers.change_offer import change_offer
from app.usecases.volunteers.see_offer import see_own_offer
from tests.factories import (
    HOME,
    NOW,
    Community,
    actor_for,
    community,
    coordinator,
    phone_number,
    request,
    volunteer,
)
from tests.usecases.asking import MINUTE, match_of, me, told, wave

pytestmark = pytest.mark.usefixtures("locks_in_order")


@pytest.fixture
def place(session: Session) -> Community:
    made = community(session)
    made.medicine.wishes = ["woman", "companion", "no_dogs"]
    session.commit()
    return made


@pytest.fixture
def boss(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


def order(session: Session, place: Community, **values: Any) -> HelpRequest:
    new = NewOrder(
        category_id=place.medicine.id,
        need="买一盒药",
        phone=phone_number(),
        source="web",
        lat=HOME[0],
        lon=HOME[1],
        **values,
    )
    placed = place_request(Context(session, resident("web"), NOW), order=new, region="CN")
    session.commit()
    return session.get_one(HelpRequest, placed.request_id)


def why(session: Session, one: HelpRequest, who: Person) -> list[str]:
    ranking = rank_for(session, request=one, now=NOW, radius_m=2000, people=[who.id])
    return [each.code for left in ranking.left_out for each in left.reasons]


def test_only_what_the_category_asks_for_is_kept(session: Session, place: Community) -> None:
    place.medicine.wishes = ["woman"]
    session.commit()
    one = order(session, place, wishes=("companion", "woman", "", "no_such"))
    assert (one.wishes, one.volunteers_needed) == (["woman"], 1)


def test_a_woman_is_asked_where_one_is_wished(session: Session, place: Community) -> None:
    she = volunteer(session, place, offer={"woman": True})
    other = volunteer(session, place)
    one = order(session, place, wishes=("woman",))
    assert (why(session, one, she), why(session, one, other)) == ([], ["wants_woman"])
    wave(session, one)
    assert match_of(session, one, she).state == "sent" and match_of(session, one, other).id is None
    # What she said matters nowhere else.
    plain = order(session, place)
    assert why(session, plain, she) == why(session, plain, other) == []


def test_a_dog_and_who_wants_none(session: Session, place: Community) -> None:
    fears = volunteer(session, place, offer={"wishes": ["no_dogs"]})
    assert why(session, order(session, place, wishes=("no_dogs",)), fears) == ["no_dogs"]
    assert why(session, order(session, place), fears) == []
    likes = volunteer(session, place)
    assert why(session, order(session, place, wishes=("no_dogs",)), likes) == []


def test_with_a_companion_two_are_needed_and_nobody_goes_alone(
    session: Session, place: Community, boss: Actor
) -> None:
    who = volunteer(session, place)
    one = order(session, place, wishes=("companion",))
    assert one.volunteers_needed == 2
    wave(session, one)
    match = match_of(session, one, who)
    accept_match(Context(session, me(who, place), NOW), match_id=match.id)
    session.commit()
    with pytest.raises(Refused, match="要一起去"):
        set_out(Context(session, me(who, place), NOW), match_id=match.id)
    session.rollback()
    office = Context(session, boss, NOW)
    with pytest.raises(Invalid):
        change_request(office, request_id=one.id, version=None, volunteers_needed=1)
    session.rollback()
    change_request(office, request_id=one.id, version=None, volunteers_needed=1, wishes=())
    session.commit()
    assert set_out(Context(session, me(who, place), NOW), match_id=match.id).state == "on_the_way"


def test_who_goes_only_with_others_is_asked_where_nobody_goes_alone(
    session: Session, place: Community
) -> None:
    shy = volunteer(session, place, offer={"wishes": ["companion"]})
    assert why(session, order(session, place), shy) == ["alone"]
    # Two who may come one after the other are no company.
    assert why(session, order(session, place, volunteers_needed=2), shy) == ["alone"]
    assert why(session, order(session, place, wishes=("companion",)), shy) == []
    place.medicine.together = True
    session.commit()
    assert why(session, order(session, place, volunteers_needed=2), shy) == []


def test_who_would_now_go_alone_against_a_wish_is_said_to_the_coordinator(
    session: Session, place: Community
) -> None:
    boss = coordinator(session, place.here)
    place.medicine.together = True
    shy = volunteer(session, place, offer={"wishes": ["companion"]})
    one = request(session, place, volunteers_needed=2, wanted_from=None, wanted_to=None)
    wave(session, one)
    accept_match(Context(session, me(shy, place), NOW), match_id=match_of(session, one, shy).id)
    session.commit()
    context = Context(session, actor_for(boss, "coordinator", place.here), NOW)
    change_request(context, request_id=one.id, version=None, volunteers_needed=1)
    session.commit()
    session.refresh(one)
    assert (one.state, one.attention) == ("assigned", "no_longer_fits")
    assert told(session, person=boss) == ["coordinator_attention"]


def test_who_would_go_alone_is_asked_no_more_when_one_is_enough(
    session: Session, place: Community, boss: Actor
) -> None:
    place.medicine.together = True
    shy = volunteer(session, place, offer={"wishes": ["companion"]})
    other = volunteer(session, place)
    one = request(session, place, volunteers_needed=2)
    wave(session, one)
    change_request(
        Context(session, boss, NOW), request_id=one.id, version=None, volunteers_needed=1
    )
    session.commit()
    ended, open_ask = match_of(session, one, shy), match_of(session, one, other)
    assert (ended.state, ended.end_reason, open_ask.state) == ("expired", "changed", "sent")
    assert told(session, person=shy)[-1] == "match_not_needed"


def test_the_list_shows_nothing_that_a_wish_rules_out(session: Session, place: Community) -> None:
    place.medicine.grab = True
    she = volunteer(session, place, offer={"woman": True, "wishes": ["no_dogs"]})
    shy = volunteer(session, place, offer={"wishes": ["companion"]})
    for_her = order(session, place, wishes=("woman",))
    with_dog = order(session, place, wishes=("no_dogs",))
    for_two = order(session, place, wishes=("companion",))
    plain = order(session, place, volunteers_needed=2)
    near = {
        who.id: {each.request_id for each in requests_near(session, who.id, now=NOW)}
        for who in (she, shy)
    }
    assert near == {she.id: {for_her.id, for_two.id, plain.id}, shy.id: {for_two.id}}
    assert with_dog.id not in near[she.id]


def test_a_companion_cannot_be_wished_when_all_is_done(
    session: Session, place: Community, boss: Actor
) -> None:
    who = volunteer(session, place)
    one = request(session, place)
    wave(session, one)
    match = match_of(session, one, who)
    for verb in (accept_match, arrive_at_task, finish_task):
        verb(Context(session, me(who, place), NOW + MINUTE), match_id=match.id)
    session.commit()
    context = Context(session, boss, NOW + 2 * MINUTE)
    with pytest.raises(Invalid) as wrong:
        change_request(context, request_id=one.id, version=None, wishes=("companion",))
    assert set(wrong.value.fields) == {"volunteers_needed"}


def test_a_coordinator_may_ask_by_name_all_the_same(
    session: Session, place: Community, boss: Actor
) -> None:
    who = volunteer(session, place, offer={"wishes": ["no_dogs"]})
    one = order(session, place, wishes=("woman", "no_dogs"))
    assert set(why(session, one, who)) == {"wants_woman", "no_dogs"}
    send_wave(Context(session, boss, NOW), request_id=one.id, person_ids=[who.id])
    session.commit()
    accept_match(Context(session, me(who, place), NOW), match_id=match_of(session, one, who).id)
    assert one.state == "assigned"


def test_a_wish_that_is_added_later_ends_asks_that_no_longer_fit(
    session: Session, place: Community, boss: Actor
) -> None:
    who = volunteer(session, place)
    one = order(session, place)
    wave(session, one)
    context = Context(session, boss, NOW)
    change_request(context, request_id=one.id, version=None, wishes=("woman",))
    session.commit()
    assert match_of(session, one, who).end_reason == "changed"
    assert told(session, person=who)[-1] == "match_not_needed"
    assert not see_match(
        session, person_id=who.id, token=match_of(session, one, who).token
    ).may_accept
    with pytest.raises(Stale, match="上次问的不算了"):
        accept_match(Context(session, me(who, place), NOW), match_id=match_of(session, one, who).id)
    session.rollback()
    change_request(context, request_id=one.id, version=None, wishes=("companion",))
    session.commit()
    session.refresh(one)
    assert (one.wishes, one.volunteers_needed) == (["companion"], 2)


def test_after_a_no_a_wish_that_is_added_later_counts_too(
    session: Session, place: Community, boss: Actor
) -> None:
    who = volunteer(session, place)
    one = order(session, place)
    wave(session, one)
    match = match_of(session, one, who)
    decline_match(Context(session, me(who, place), NOW), match_id=match.id)
    session.commit()
    context = Context(session, boss, NOW)
    change_request(context, request_id=one.id, version=None, wishes=("woman",))
    session.commit()
    with pytest.raises(Stale, match="上次问的不算了"):
        accept_match(Context(session, me(who, place), NOW + MINUTE), match_id=match.id)
    session.rollback()
    change_request(context, request_id=one.id, version=None, wishes=())
    session.commit()
    accept_match(Context(session, me(who, place), NOW + MINUTE), match_id=match.id)
    session.refresh(one)
    assert one.state == "assigned"


def test_a_volunteer_says_and_takes_back_wishes(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    actor = me(who, place)
    context = Context(session, actor, NOW)
    own = see_own_offer(session, actor=actor)
    assert (own.terms.wishes, own.terms.woman) == ((), False)
    said = replace(own.terms, wishes=("no_dogs", "woman", "x"), woman=True)
    change_offer(context, person_id=who.id, terms=said, version=own.version)
    session.commit()
    own = see_own_offer(session, actor=actor)
    assert (own.terms.wishes, own.terms.woman) == (("no_dogs",), True)
    back = replace(own.terms, wishes=(), woman=False)
    change_offer(context, person_id=who.id, terms=back, version=own.version)
    session.commit()
    assert see_own_offer(session, actor=actor).terms == back


def test_not_this_person_again(session: Session, place: Community) -> None:
    who = volunteer(session, place)
    one = request(session, place)
    context = Context(session, resident("web"), NOW + 9 * MINUTE)
    with pytest.raises(Stale):
        refuse_volunteer(context, code=one.code, place_no=1)
    session.rollback()
    wave(session, one)
    match = match_of(session, one, who)
    for verb in (accept_match, arrive_at_task, finish_task):
        verb(Context(session, me(who, place), NOW + MINUTE), match_id=match.id)
    session.commit()
    assert [(each.place_no, each.refused) for each in who_came(session, one.code)] == [(1, False)]
    for _twice in range(2):
        refuse_volunteer(context, code=one.code, place_no=1)
        session.commit()
    assert blocked_from(session, one.phone_lookup) == {who.id}
    assert who_came(session, one.code)[0].refused
    again = request(session, place, phone=one.phone)
    assert "blocked" in why(session, again, who)
    assert "match_withdrawn" not in told(session, person=who)
