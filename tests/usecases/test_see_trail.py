"""Lines of the trail that earlier versions wrote have the words and filters of today."""

from sqlalchemy.orm import Session

from app.core.context import Context
from app.trail.chain import record
from app.usecases.accounts.see_trail import list_lines
from tests import factories
from tests.factories import NOW


def test_a_kind_is_found_under_its_earlier_name(session: Session) -> None:
    place = factories.community(session)
    chief = factories.actor_for(
        factories.coordinator(session, place.here), "administrator", place.here
    )
    for kind in ("escalation.rung", "escalation.step", "escalation.again"):
        record(
            Context(session, chief, NOW),
            kind=kind,
            subject=("help_request", 1),
            area_path=place.here.path,
        )
    session.commit()
    lines, _names = list_lines(
        session, actor=chief, area_path=place.here.path, kind="escalation.step"
    )
    assert [one.kind for one in lines] == ["escalation.step"] * 2
