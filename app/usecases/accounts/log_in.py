"""Log-in by phone and code. Only enrolled numbers get a code; answers do not reveal which are."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, RoleName, Scope
from app.core.context import Context
from app.core.crypto import lookup_hash, token_hashes
from app.core.errors import Invalid, NotFound
from app.core.i18n import N_
from app.core.statements import changed
from app.notifications.models import PushSubscription
from app.people import rules
from app.people.models import LoginCode, LoginSession, Person
from app.people.queries import by_phone, scopes_of
from app.people.rules import PersonState
from app.trail.chain import record
from app.usecases.messages.forget_devices import forget_devices
from app.usecases.messages.notify import notify_person
from app.usecases.shared.community_zone import community_zone
from app.usecases.shared.count_limit import count_limit

WRONG_CODE = N_("验证码不对或已过期，请再试一次，或重新获取")
BAD_PHONE = N_("这个手机号码不对，请检查一下")
MAY_LOG_IN = (PersonState.ACTIVE, PersonState.PENDING)
# No row has this id: it stands for a number that is not enrolled.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Who:
    """The person to whom a log-in cookie belongs."""

    person_id: int
    name: str
    language: str
    scopes: tuple[Scope, ...]
    session_id: int


@dataclass(frozen=True, slots=True)
class Entered:
    """A token when the code was right, else the reason for refusal."""

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
    """Sends a code to an enrolled number; any other number gets the same answer and no code.

    Raises Invalid for a malformed number, LimitReached when today's codes are used up.
    """
    number = _phone(phone, region)
    zone = community_zone(session)
    count_limit(session, kind="login_phone", subject=number, now=now, zone=zone)
    count_limit(session, kind="login_range", subject=address_range, now=now, zone=zone)
    digits = f"{secrets.randbelow(1_000_000):06d}"
    person = _enrolled(session, number)
    # Run the same statements for an unknown number, so that timing reveals nothing either.
    person_id = person.id if person else NOBODY
    code_hash = lookup_hash(f"login:{person_id}", digits)
    older = update(LoginCode).where(LoginCode.person_id == person_id, LoginCode.used_at.is_(None))
    changed(session, older.values(used_at=now))
    if person is not None:
        _send_code(session, person, code_hash, digits, now)


def _enrolled(session: Session, number: str) -> Person | None:
    person = by_phone(session, number)
    return person if person is not None and person.state in MAY_LOG_IN else None


def _send_code(
    session: Session, person: Person, code_hash: str, digits: str, now: datetime
) -> None:
    code = LoginCode(
        person_id=person.id,
        code_hash=code_hash,
        made_at=now,
        expires_at=now + rules.CODE_LIVES,
        tries=0,
    )
    session.add(code)
    session.flush()
    notify_person(
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
    """Exchanges a code for a log-in. A wrong try counts, so the caller commits either way."""
    try:
        person = _enrolled(session, rules.normalise_phone(phone, region))
    except rules.BadPhone:
        person = None
    right = _use_code(session, person.id if person else NOBODY, code, now)
    if person is None or not right:
        return Entered(None, WRONG_CODE)
    return Entered(_open_session(session, person, device, now))


def _use_code(session: Session, person_id: int, code: str, now: datetime) -> bool:
    latest = session.execute(
        select(LoginCode.id, LoginCode.code_hash)
        .where(LoginCode.person_id == person_id)
        .order_by(LoginCode.id.desc())
        .limit(1)
    ).first()
    latest_id, code_hash = latest or (NOBODY, "")
    # One statement counts the try, so that parallel requests share the same five tries.
    counted = changed(
        session,
        update(LoginCode)
        .where(
            LoginCode.id == latest_id,
            LoginCode.used_at.is_(None),
            LoginCode.tries < rules.CODE_TRIES,
            LoginCode.expires_at > now,
        )
        .values(tries=LoginCode.tries + 1),
    )
    right = secrets.compare_digest(code_hash, lookup_hash(f"login:{person_id}", code))
    if not counted or not right:
        return False
    spend = update(LoginCode).where(LoginCode.id == latest_id, LoginCode.used_at.is_(None))
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
        Context(session, Actor("person", "web", person.id), now),
        kind="account.logged_in",
        subject=("person", person.id),
        area_path=person.area_path,
        details={"session": made.id},
    )
    return token


def who_is_logged_in(session: Session, *, token: str, now: datetime) -> Who | None:
    """The person of this token, if the log-in is valid and the person is not suspended."""
    row = session.execute(
        select(LoginSession.id, Person)
        .join(Person, Person.id == LoginSession.person_id)
        .where(
            LoginSession.token_hash.in_(token_hashes("session", token)),
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > now,
            Person.state.in_(MAY_LOG_IN),
        )
    ).first()
    if row is None:
        return None
    session_id, person = row
    scopes = scopes_of(session, person.id) if person.state == PersonState.ACTIVE else ()
    return Who(person.id, person.name, person.language, scopes, session_id)


def log_out(session: Session, *, token: str, now: datetime) -> None:
    """Ends the log-in of this token."""
    found = session.scalar(
        select(LoginSession).where(LoginSession.token_hash.in_(token_hashes("session", token)))
    )
    if found is not None:
        _revoke(Context(session, Actor("person", "web", found.person_id), now), found)


def _revoke(context: Context, found: LoginSession) -> None:
    still = update(LoginSession).where(
        LoginSession.id == found.id, LoginSession.revoked_at.is_(None)
    )
    if changed(context.session, still.values(revoked_at=context.now)):
        person = context.session.get_one(Person, found.person_id)
        record(
            context,
            kind="account.logged_out",
            subject=("person", person.id),
            area_path=person.area_path,
            details={"session": found.id},
        )
        there = PushSubscription.session_id == found.id
        forget_devices(context, there, why="logged_out")


def sessions_of(session: Session, *, person_id: int, now: datetime) -> list[LoginSession]:
    """A person's valid log-ins, newest first."""
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


def revoke_session(context: Context, *, session_id: int) -> None:
    """Ends a log-in: one's own, or as an administrator anybody's in the area."""
    found = context.session.get(LoginSession, session_id)
    if found is None:
        raise NotFound(N_("没有找到这个登录"))
    if found.person_id != context.actor.person_id:
        person = context.session.get_one(Person, found.person_id)
        context.actor.needs(RoleName.ADMINISTRATOR, person.area_path)
    _revoke(context, found)


def revoke_all(context: Context, *, person_id: int) -> None:
    """Ends every log-in of a person: one's own, or as an administrator anybody's in the area."""
    if person_id != context.actor.person_id:
        context.actor.needs(
            RoleName.ADMINISTRATOR, context.session.get_one(Person, person_id).area_path
        )
    end_log_ins(context, person_id=person_id)


def end_log_ins(context: Context, *, person_id: int) -> None:
    """Ends every log-in of a person. The caller has authorised the actor already."""
    for found in sessions_of(context.session, person_id=person_id, now=context.now):
        _revoke(context, found)
    # Devices of expired log-ins are forgotten as well.
    every = PushSubscription.person_id == person_id
    forget_devices(context, every, why="logged_out")
