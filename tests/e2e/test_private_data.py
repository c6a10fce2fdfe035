"""Canaries: a name, a phone, an address and a need are in plain text only on pages."""

import re
import subprocess
import urllib.request
from pathlib import Path

from sqlalchemy import inspect, text

from tests import factories
from tests.databases import METRICS_TOKEN
from tests.e2e.house import House
from tests.e2e.phones import Phone, Visitor

NEED, DOOR, NAME = "暗号需求九九一七", "暗号门牌七七三一", "暗号称呼"
HELPER = "暗号姓名"
TOKEN = re.compile(r"/v/m/([\w-]+)")


def order(house: House, visitor: Visitor, category: str, phone: Phone) -> str:
    """Places an order on the web; returns its code."""
    answers: dict[str, dict[str, str]] = {
        "need": {"category": category, "need": NEED},
        "where": {"place": "民乐老村3栋", "door": DOOR},
        "when": {"day": "soon", "part": "any"},
        "contact": {"phone": phone.number, "name": NAME},
        "check": {},
    }
    for step, fields in answers.items():
        found = visitor.fill(f"/order/{step}", **fields)
    return found.url.split("/t/")[1].split("?")[0]


def in_plain(house: House, words: list[str]) -> list[tuple[str, str]]:
    """Where any of the words occur: in the database's files or tables, logs, metrics, texts."""
    asked = urllib.request.Request(
        f"{house.url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        places = {"metrics": answer.read(), "log": house.log.read_bytes()}
    bodies = "\n".join(message.body for message in house.twilio.messages())
    places["texts"] = bodies.encode()
    places |= files(house.database.folder)
    if house.database.engine.dialect.name == "postgresql":
        places |= tables(house)
    return [
        (word, name) for word in words for name, kept in places.items() if word.encode() in kept
    ]


def files(folder: Path) -> dict[str, bytes]:
    """The files of an SQLite database.

    Another process reads them, because closing a file drops all locks of the process on it,
    SQLite's own included. The next process to open the database would then think it is the first
    and truncate the WAL index, which is still mapped here: the tests would end with SIGBUS.
    """
    return {
        file.name: subprocess.run(["cat", file], capture_output=True, check=True).stdout
        for file in folder.glob("diandan.db*")
        if file.is_file()
    }


def tables(house: House) -> dict[str, bytes]:
    """Every table as PostgreSQL dumps it."""
    with house.database.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return {
            name: "\n".join(connection.scalars(text(f'SELECT t::text FROM "{name}" AS t'))).encode()
            for name in names
        }


def test_canaries_are_nowhere_in_plain_text(house: House) -> None:
    category = house.category("story_canary", "换灯管")
    helper = Phone(house, house.volunteer(category, name=HELPER).phone)
    resident = Phone(house, factories.phone_number())
    code = order(house, Visitor(house), "story_canary", resident)
    number = helper.is_asked()
    # Confirmed by a text from the phone itself, which gets texts from then on.
    resident.text(f"确认 {code}")
    resident.gets("已收到您的求助")
    helper.text(f"1 {number}")
    resident.gets("志愿者已接单")
    visitor = Visitor(house)
    visitor.log_in(helper)
    token = TOKEN.search(visitor.see("/v"))
    assert token is not None
    page = visitor.see(f"/v/m/{token[1]}")
    # The volunteer's page shows them, so the search below would find them.
    assert all(word in page for word in (NEED, DOOR, NAME, resident.number))
    digits = [phone.number.removeprefix("+86") for phone in (resident, helper)]
    assert in_plain(house, [NEED, DOOR, NAME, HELPER, *digits]) == []
    # Public data is found, so the search works.
    assert in_plain(house, ["story_canary"]) != []
