"""Everything that a request's page can show has words: its trail and its messages."""

import re
from pathlib import Path

from app.help_requests.rules import REQUEST_LIFE
from app.matching.policy import DUTY, NEAR
from app.notifications.call_words import CALL_TEMPLATES
from app.notifications.wording import TEMPLATES
from app.rotation.moves import SHIFT_LIFE, SWAP_LIFE
from app.usecases.dispatch.open_wave import AGAIN, BY_NAME
from app.usecases.dispatch.pool_volunteers import LAST_RESORT
from app.web.common.event_labels import EVENT_LABELS
from app.web.coordinator.cases import messages
from app.web.coordinator.cases.story import AUDIENCES

USE_CASES = Path(__file__).parents[2] / "app" / "usecases"
NAMED = re.compile(r'"((?:help_request|match|escalation|repeat)\.[a-z_]+)"')
# How an escalation stops, and messages about a request to the people concerned.
STOPS = ("escalation.answered", "escalation.ended", "escalation.spent")
ABOUT = re.compile("(request|match)_|coordinator_attention|volunteer_on_way")


def test_every_line_of_a_requests_trail_has_words() -> None:
    written = {
        kind for file in USE_CASES.rglob("*.py") for kind in NAMED.findall(file.read_text("utf-8"))
    }
    kinds = written | {f"help_request.{action}" for action in REQUEST_LIFE.moves} | set(STOPS)
    # A reopened swap is recorded by the answer that reopened it.
    kinds |= {
        f"swap.{SWAP_LIFE.target(action)}" for action in SWAP_LIFE.moves if action != "reopen"
    }
    kinds |= {f"shift.{SHIFT_LIFE.target(action)}" for action in SHIFT_LIFE.moves}
    assert "escalation.step" in kinds and "help_request.dispatch" in kinds
    assert kinds - set(EVENT_LABELS) == set()


def test_every_message_about_a_request_has_words() -> None:
    about = {one for one in TEMPLATES if ABOUT.match(one)} | set(CALL_TEMPLATES)
    assert about - set(messages.TEMPLATES) == set()


def test_every_wave_has_words() -> None:
    assert {NEAR, DUTY, AGAIN, LAST_RESORT, *BY_NAME} - set(AUDIENCES) == set()
