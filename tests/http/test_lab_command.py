"""`flask lab`: made-up communities, one's own past, and invalid files."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.dispatch.models import Match
from tests.factories import community, request, volunteer

MADE_UP = ["--generated", "--people", "60", "--orders", "4", "--days", "3"]


def lab(app: Flask, *args: str) -> tuple[int, str]:
    told = app.test_cli_runner().invoke(args=["lab", *args])
    return told.exit_code, told.output


def test_compares_on_a_made_up_community(app: Flask) -> None:
    code, told = lab(app, "replay", "--policy", "ours", "--compare", "nearest", *MADE_UP)
    assert code == 0, told
    assert "Every answer is drawn" in told and "ours: 0 answers as in reality" in told
    assert all(name in told for name in ("served", "p90", "gini", "not_asked", "difference"))
    assert lab(app, "replay", "--policy", "ours", "--compare", "nearest", *MADE_UP) == (0, told)


def test_says_what_is_wrong(app: Flask, session: Session, tmp_path: Path) -> None:
    community(session)
    wrong = tmp_path / "mine.toml"
    wrong.write_text('name = "mine"\norder = "luck"\n')
    assert lab(app, "replay", "--policy", str(wrong), *MADE_UP)[0] == 2
    code, told = lab(app, "replay", "--policy", "nobody", *MADE_UP)
    assert code == 2 and "shipped are ours, nearest" in told
    code, told = lab(app, "replay", "--policy", "today", *MADE_UP)
    assert code == 2 and "no policy of today" in told
    code, told = lab(app, "replay", "--policy", "ours")
    assert code == 2 and "nothing to replay" in told
    assert lab(app, "replay", "--policy", "ours", "--category", "moon")[0] == 2


def test_replays_ones_own_past_of_every_category(app: Flask, session: Session) -> None:
    place = community(session)
    at = utc_now() - timedelta(days=1)
    for category in (place.medicine, place.visit):
        about = request(session, place, of=category, state="closed", submitted_at=at)
        session.add(
            Match(
                token=f"past{about.id}",
                request_id=about.id,
                person_id=volunteer(session, place).id,
                state="finished",
                distance_m=200,
                made_at=at,
                sent_at=at,
                answered_at=at + timedelta(minutes=1),
                accepted_at=at + timedelta(minutes=1),
            )
        )
    session.commit()
    code, told = lab(app, "replay", "--policy", "ours", "--compare", "today")
    assert code == 0, told
    assert told.startswith("2 help requests of 30 days, 0 left out")
    code, told = lab(app, "replay", "--policy", "nearest", "--category", "medicine")
    assert code == 0 and told.startswith("1 help requests"), told
