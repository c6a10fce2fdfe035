"""Logging in by a phone and a code: only enrolled numbers get one, and nobody learns which are."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, Scope
from app.core.crypto import lookup_hash
from app.core.errors import Invalid, NotFound
from app.core.i18n import N_
from app.core.statements import changed
from app.desk.count_limit import count
from app.desk.tell import tell_person
from app.people import rules
from app.people.models import LoginCode, LoginSession, Person
from app.people.queries import by_phone, scopes_of
from app.trail.chain import record

ZONE = ZoneInfo("Asia/Shanghai")
WRONG_CODE = N_("验证码不对或已过期，请再试一次，或重新获取")
BAD_PHONE = N_("这个手机号码不对，请检查一下")
MAY_LOG_IN = ("active", "pending")


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever a cookie belongs to."""

    person_id: int
    name: str
    language: str
    scopes: tuple[Scope, ...]
    session_id: int


@dataclass(frozen=True, slots=True)
class Entered:
    """A token when the code was right, else why not."""

    token: str | None
    refusal: str = ""


def _phone(text: str, region: str) -> str:
    try:
        return rules.normalise_phone(text, region)
    except rules.BadPhone as error:
        raise Invalid({"phone": BAD_PHONE}) from error


def ask_code(
    session: Session, *, phone: str, now: datetime, address_range: str, region: str
) -> None:
    """Sends a code to an enrolled number; does nothing for another, and tells no difference.

    Raises Invalid for what is no number, LimitReached when today's codes are used up.
    """
    number = _phone(phone, region)
    count(session, kind="login_phone", subject=number, now=now, zone=ZONE)
    count(session, kind="login_range", subject=address_range, now=now, zone=ZONE)
    digits = f"{secrets.randbelow(1_000_000):06d}"
    person = by_phone(session, number)
    if person is None or person.state not in MAY_LOG_IN:
        return
    changed(
        session,
        update(LoginCode)
        .where(LoginCode.person_id == person.id, LoginCode.used_at.is_(None))
        .values(used_at=now),
    )
    code = LoginCode(
        person_id=person.id,
        code_hash=lookup_hash(f"login:{person.id}", digits),
        made_at=now,
        expires_at=now + rules.CODE_LIVES,
        tries=0,
    )
    session.add(code)
    session.flush()
    tell_person(
        session,
        person,
        "login_code",
        subject=f"login:{code.id}",
        now=now,
        urgent=True,
        digits=digits,
    )


def enter_code(
    session: Session, *, phone: str, code: str, now: datetime, device: str, region: str
) -> Entered:
    """Exchanges a code for a log-in. A wrong try counts: the caller commits either way."""
    try:
        person = by_phone(session, rules.normalise_phone(phone, region))
    except rules.BadPhone:
        person = None
    if person is None or person.state not in MAY_LOG_IN:
        return Entered(None, WRONG_CODE)
    if not _use_code(session, person, code, now):
        return Entered(None, WRONG_CODE)
    return Entered(_open_session(session, person, device, now))


def _use_code(session: Session, person: Person, code: str, now: datetime) -> bool:
    latest = session.scalar(
        select(LoginCode).where(LoginCode.person_id == person.id).order_by(LoginCode.id.desc())
    )
    if latest is None:
        return False
    # One statement counts the try, so that many at once have five between them.
    counted = changed(
        session,
        update(LoginCode)
        .where(
            LoginCode.id == latest.id,
            LoginCode.used_at.is_(None),
            LoginCode.tries < rules.CODE_TRIES,
            LoginCode.expires_at > now,
        )
        .values(tries=LoginCode.tries + 1),
    )
    if not counted:
        return False
    right = secrets.compare_digest(latest.code_hash, lookup_hash(f"login:{person.id}", code))
    if not right:
        return False
    spend = update(LoginCode).where(LoginCode.id == latest.id, LoginCode.used_at.is_(None))
    return changed(session, spend.values(used_at=now)) == 1


def _open_session(session: Session, person: Person, device: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    scopes = scopes_of(session, person.id)
    made = LoginSession(
        token_hash=lookup_hash("session", token),
        person_id=person.id,
        device=device[:120],
        made_at=now,
        seen_at=now,
        expires_at=now + rules.log_in_lives(frozenset(scope.role for scope in scopes)),
    )
    session.add(made)
    session.flush()
    record(
        session,
        actor=Actor("person", "web", person.id),
        kind="account.logged_in",
        subject=("person", person.id),
        area_path=person.area_path,
        now=now,
        details={"session": made.id},
    )
    return token


def who(session: Session, *, token: str, now: datetime) -> Who | None:
    """Whoever the token belongs to, while the log-in lives and the person is not suspended."""
    row = session.execute(
        select(LoginSession.id, Person)
        .join(Person, Person.id == LoginSession.person_id)
        .where(
            LoginSession.token_hash == lookup_hash("session", token),
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now,
            Person.state.in_(MAY_LOG_IN),
        )
    ).first()
    if row is None:
        return None
    session_id, person = row
    scopes = scopes_of(session, person.id) if person.state == "active" else ()
    return Who(person.id, person.name, person.language, scopes, session_id)


def log_out(session: Session, *, token: str, now: datetime) -> None:
    """Ends the log-in of this token."""
    found = session.scalar(
        select(LoginSession).where(LoginSession.token_hash == lookup_hash("session", token))
    )
    if found is not None:
        _revoke(session, found, Actor("person", "web", found.person_id), now)


def _revoke(session: Session, found: LoginSession, actor: Actor, now: datetime) -> None:
    still = update(LoginSession).where(
        LoginSession.id == found.id, LoginSession.revoked_at.is_(None)
    )
    if changed(session, still.values(revoked_at=now)):
        person = session.get_one(Person, found.person_id)
        record(
            session,
            actor=actor,
            kind="account.logged_out",
            subject=("person", person.id),
            area_path=person.area_path,
            now=now,
            details={"session": found.id},
        )


def sessions_of(session: Session, *, person_id: int, now: datetime) -> list[LoginSession]:
    """The live log-ins of a person, newest first."""
    rows = session.scalars(
        select(LoginSession)
        .where(
            LoginSession.person_id == person_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now,
        )
        .order_by(LoginSession.id.desc())
    )
    return list(rows)


def revoke_session(session: Session, *, actor: Actor, session_id: int, now: datetime) -> None:
    """Ends a log-in: one's own, or as an administrator anybody's in the area."""
    found = session.get(LoginSession, session_id)
    if found is None:
        raise NotFound(N_("没有找到这个登录"))
    if found.person_id != actor.person_id:
        person = session.get_one(Person, found.person_id)
        actor.needs("administrator", person.area_path)
    _revoke(session, found, actor, now)


def revoke_all(session: Session, *, actor: Actor, person_id: int, now: datetime) -> None:
    """Ends every log-in of a person."""
    for found in sessions_of(session, person_id=person_id, now=now):
        _revoke(session, found, actor, now)
