"""Whom a coordinator may ask for a shift: who offered the hours and is free comes first."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.offers.models import Offer
from app.people.models import Person
from app.rotation.models import Shift
from app.usecases.duty.plan.offer_duty import offer_hours
from app.usecases.duty.swaps.give_away_duty import give_away
from app.usecases.duty.views.rota_info import rota_to_see, shift_info
from app.usecases.duty.views.see_duty_people import candidates_for
from tests import factories
from tests.factories import ALL_WEEK, NOW
from tests.usecases.on_call import OnCall, on_call


def offers(made: OnCall, hours: list[dict[str, object]]) -> Person:
    made.people.append(factories.volunteer(made.session, made.place))
    actor = made.actor(len(made.people) - 1)
    offer_hours(Context(made.session, actor, NOW), hours=hours, may_call=False)
    made.session.commit()
    return made.people[-1]


def found_for(made: OnCall, shift: Shift) -> dict[int, list[str]]:
    rota = rota_to_see(made.session, actor=made.boss, rota_id=made.rota_id)
    people = candidates_for(made.session, rota, shift_info(shift), now=NOW)
    return {one.person_id: [reason.code for reason in one.against] for one in people}


def test_who_offered_the_hours_comes_first(session: Session) -> None:
    """Also somebody who was never on duty; who did not offer them is not called free."""
    made = on_call(session)
    known = [one.id for one in made.people]
    new, other = offers(made, ALL_WEEK), offers(made, [])
    shift = made.shift_of(1)
    found = found_for(made, shift)
    assert next(iter(found)) == new.id and found[new.id] == []
    assert other.id not in found
    assert all("not_offered" in found[one] for one in known if one in found)
    ranks = [0 if not codes else 1 if codes == ["not_offered"] else 2 for codes in found.values()]
    assert ranks == sorted(ranks)


def test_who_is_asked_for_that_time_is_not_free(session: Session) -> None:
    """As somebody in another layer or rota, or as the taker of a shift."""
    made = on_call(session)
    backup, taker, free = (offers(made, ALL_WEEK) for _ in range(3))
    shift = made.shift_of(1)
    session.add(
        Shift(
            rota_id=made.rota_id,
            person_id=backup.id,
            layer=2,
            starts_at=shift.starts_at + timedelta(hours=1),
            ends_at=shift.ends_at,
        )
    )
    session.commit()
    give_away(Context(session, made.actor(1), NOW), shift_id=shift.id, to=taker.id)
    session.commit()
    found = found_for(made, shift)
    assert next(iter(found)) == free.id and found[free.id] == []
    assert found[backup.id] == ["asked"] and found[taker.id] == ["asked"]


def test_fewer_reasons_against_somebody_come_first(session: Session) -> None:
    made = on_call(session)
    shift = made.shift_of(1)
    twice, once = (offers(made, ALL_WEEK) for _ in range(2))
    for who in (twice, once):
        session.add(
            Shift(
                rota_id=made.rota_id,
                person_id=who.id,
                layer=2,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                state="agreed",
                agreed_at=NOW,
            )
        )
    offer = session.scalars(select(Offer).where(Offer.person_id == twice.id)).one()
    offer.paused_until = shift.ends_at
    session.commit()
    found = found_for(made, shift)
    assert 0 < len(found[once.id]) < len(found[twice.id])
    order = list(found)
    assert order.index(once.id) < order.index(twice.id)
