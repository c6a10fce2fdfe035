"""Many volunteers accept the same help request at the same moment, from several processes."""

import multiprocessing
import re
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookiejar import Cookie, CookieJar
from threading import Barrier

from sqlalchemy.orm import Session

from app.core.crypto import lookup_hash
from app.dispatch.models import Match
from app.people.models import LoginSession
from tests import factories

PROCESSES = 4
HIDDEN = re.compile(r'name="(csrf_token|idempotency_key)" value="([^"]+)"')


@dataclass(frozen=True)
class Runner:
    """One volunteer's cookie and the page with their match."""

    session_token: str
    match_token: str


@dataclass(frozen=True)
class Answer:
    """The answer to one volunteer, and how many seconds it took."""

    status: int
    won: bool
    # "Somebody was faster, thank you": no error, and no blame.
    thanked: bool
    seconds: float


def line_up(session: Session, place: factories.Community, count: int) -> list[Runner]:
    """A request that `count` logged-in volunteers were asked about."""
    now = datetime.now(UTC)
    # Wanted now: nobody can accept for a time that is over.
    request = factories.request(
        session, place, state="matching", next_action_at=None, wanted_from=None, wanted_to=None
    )
    runners = []
    for number in range(count):
        # They offer nothing, so that they are not asked about anything else.
        person = factories.volunteer(session, place, categories=[], north_m=10 + number)
        runner = Runner(secrets.token_urlsafe(32), secrets.token_urlsafe(18))
        session.add(
            LoginSession(
                token_hash=lookup_hash("session", runner.session_token),
                person_id=person.id,
                made_at=now,
                seen_at=now,
                expires_at=now + timedelta(hours=1),
            )
        )
        session.add(
            Match(
                token=runner.match_token,
                request_id=request.id,
                person_id=person.id,
                state="sent",
                made_at=now,
                sent_at=now,
                deadline_at=now + timedelta(hours=1),
                reply_number=10 + number % 90,
            )
        )
        runners.append(runner)
    session.commit()
    return runners


def _cookie(value: str) -> Cookie:
    return Cookie(
        0,
        "diandan",
        value,
        None,
        False,
        "127.0.0.1",
        False,
        False,
        "/",
        True,
        False,
        None,
        False,
        None,
        None,
        {},
    )


def _prepare(url: str, runner: Runner) -> tuple[urllib.request.OpenerDirector, bytes]:
    jar = CookieJar()
    jar.set_cookie(_cookie(runner.session_token))
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with opener.open(f"{url}/v/m/{runner.match_token}", timeout=60) as page:
        form = dict(HIDDEN.findall(page.read().decode()))
    return opener, urllib.parse.urlencode(form).encode()


def _accept(url: str, runner: Runner, ready: Barrier) -> Answer:
    opener, form = _prepare(url, runner)
    ready.wait(120)
    began = time.perf_counter()
    try:
        with opener.open(f"{url}/v/m/{runner.match_token}/accept", form, timeout=60) as page:
            status, text = int(page.status), page.read().decode()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read().decode()
    thanked = status == 200 and "刚被别人接走了，谢谢您愿意帮忙" in text
    return Answer(status, "接单成功" in text, thanked, time.perf_counter() - began)


def _share(work: tuple[str, Sequence[Runner]]) -> list[Answer]:
    url, runners = work
    ready = Barrier(len(runners))
    with ThreadPoolExecutor(len(runners)) as pool:
        return list(pool.map(lambda runner: _accept(url, runner, ready), runners))


def run_race(url: str, runners: Sequence[Runner]) -> list[Answer]:
    """Every runner says yes at once, spread over four processes."""
    shares = [(url, runners[start::PROCESSES]) for start in range(PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        return [answer for share in pool.map(_share, shares) for answer in share]
