"""200 simultaneous accepts over HTTP from 4 processes: one winner, 199 kind answers, no 5xx."""

from sqlalchemy import func, select

from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.trail.chain import verify
from tests.stories.conftest import House
from tests.stories.race import line_up, run_race

VOLUNTEERS = 200


def test_one_of_two_hundred_wins(house: House) -> None:
    with house.session() as session:
        runners = line_up(session, house.place, VOLUNTEERS)
    answers = run_race(house.url, runners)
    assert len(answers) == VOLUNTEERS
    assert [answer.status for answer in answers if answer.status >= 500] == []
    assert sum(answer.won for answer in answers) == 1
    with house.session() as session:
        held = select(func.count()).select_from(Match).where(Match.state == "accepted")
        assert session.scalar(held) == 1
        assert session.scalar(select(HelpRequest.places_taken)) == 1
        taken = select(func.count()).select_from(Match).where(Match.end_reason == "taken")
        assert session.scalar(taken) == VOLUNTEERS - 1
        assert list(verify(session)) == []
