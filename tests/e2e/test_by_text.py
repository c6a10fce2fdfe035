"""The main job by text: signed webhooks come in, a fake provider records everything sent."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise

import pytest
from sqlalchemy import select

from app.notifications.models import Notification
from app.notifications.wording import word
from app.trail.verification import verify
from tests.e2e.house import House
from tests.e2e.scenes import SCENES

# Names, buildings and words of the scenarios: none may occur in a text. The kind of help and the
# estate may.
PRIVATE = ("林晓", "周敏", "3栋", "放在桌上", "没修好", "猫", "上不去", "党")
UNSETTLED = ("pending", "claimed", "submitting", "unknown", "accepted")


@pytest.fixture(scope="module")
def told(house: House) -> Iterator[dict[str, Future[None]]]:
    """All scenarios in parallel: they wait for the service, not for each other."""
    with ThreadPoolExecutor(len(SCENES)) as pool:
        yield {name: pool.submit(scene, house) for name, scene in SCENES.items()}


@pytest.mark.parametrize("scene", list(SCENES))
def test_story(told: dict[str, Future[None]], scene: str) -> None:
    # Raises the scene's failure.
    told[scene].result(120)
    assert told[scene].done()


def rows(house: House) -> list[Notification]:
    """All outgoing texts."""
    with house.session() as session:
        found = list(session.scalars(select(Notification).where(Notification.channel == "sms")))
        session.expunge_all()
    return found


def told_twice(house: House) -> list[str]:
    """Texts that a phone got twice in a row; "found" again after a no is news, a repeat is not."""
    phones = {message.to for message in house.twilio.messages()}
    inboxes = [house.twilio.inbox(phone) for phone in phones]
    return [one for inbox in inboxes for one, again in pairwise(inbox) if one == again]


def test_nothing_lost_nobody_told_twice(told: dict[str, Future[None]], house: House) -> None:
    def settled() -> bool:
        # Alarms that can wait are gathered for a quarter of an hour.
        sent = [row for row in rows(house) if row.template != "coordinator_digest"]
        return all(row.state not in UNSETTLED for row in sent)

    assert house.twilio.wait_for(settled, 60), Counter(row.state for row in rows(house))
    meant = Counter(
        (row.address, word(row.template, row.language, json.loads(row.params)).body)
        for row in rows(house)
        if row.state == "delivered"
    )
    sent = Counter((message.to, message.body) for message in house.twilio.messages())
    assert sent == meant
    assert told_twice(house) == []
    refused = {row.last_code for row in rows(house) if row.state == "failed"}
    assert refused <= {"21610", "21614"}
    assert {receipt.reply.status for receipt in house.twilio.receipts} == {204}


def test_texts_hold_nothing_private(told: dict[str, Future[None]], house: House) -> None:
    bodies = [message.body for message in house.twilio.messages()]
    assert [body for body in bodies for word in PRIVATE if word in body] == []
    assert all(len(body) <= 70 for body in bodies)
    assert not any("http" in body or "+86" in body for body in bodies)


def test_trail_is_whole(told: dict[str, Future[None]], house: House) -> None:
    with house.session() as session:
        assert list(verify(session)) == []
