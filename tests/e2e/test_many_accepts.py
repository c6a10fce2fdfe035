"""200 simultaneous accepts over HTTP from 4 processes: one winner, 199 friendly answers, no 5xx."""

from sqlalchemy import func, select

from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.trail.verification import verify
from tests.e2e.house import House
from tests.e2e.race import line_up, run_race

VOLUNTEERS = 200


def test_one_of_two_hundred_wins(house: House) -> None:
    with house.session() as session:
        runners = line_up(session, house.place, VOLUNTEERS)
    answers = run_race(house.url, runners)
    assert len(answers) == VOLUNTEERS
    assert [answer.status for answer in answers if answer.status >= 500] == []
    assert sum(answer.won for answer in answers) == 1
    assert sum(answer.thanked for answer in answers) == VOLUNTEERS - 1
    tokens = [runner.match_token for runner in runners]
    with house.session() as session:
        states = select(Match.state, func.count()).where(Match.token.in_(tokens))
        found = dict(session.execute(states.group_by(Match.state)).tuples().all())
        assert found == {"accepted": 1, "expired": VOLUNTEERS - 1}
        why = select(Match.end_reason).where(Match.token.in_(tokens)).distinct()
        assert set(session.scalars(why)) == {None, "taken"}
        asked_for = select(Match.request_id).where(Match.token == tokens[0])
        taken = select(HelpRequest.places_taken).where(HelpRequest.id.in_(asked_for))
        assert session.scalars(taken).all() == [1]
        assert list(verify(session)) == []
