"""A policy that asks many at once is carried out: enough people are ranked."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Match
from app.matching.lab.shipped import shipped
from app.matching.policy import as_mapping
from app.usecases.policies.choose_policy import choose_policy
from tests.factories import NOW, actor_for, community, coordinator, request, volunteer
from tests.usecases.asking import wave


@pytest.mark.parametrize("most", [7, 45])
def test_as_many_are_asked_as_the_policy_wants(session: Session, most: int) -> None:
    place = community(session)
    for n in range(50):
        volunteer(session, place, north_m=10 * n)
    chief = actor_for(coordinator(session, place.here), "coordinator", place.here)
    base = shipped("keep7")
    phases = (replace(base.phases[0], open_asks=most), *base.phases[1:])
    choose_policy(
        Context(session, chief, NOW),
        area_id=place.here.id,
        category_id=place.medicine.id,
        urgency="ordinary",
        policy=as_mapping(replace(base, phases=phases, most_open=most)),
    )
    one = request(session, place)
    session.commit()
    assert wave(session, one).asked == most
    assert session.scalar(select(func.count()).where(Match.request_id == one.id)) == most
