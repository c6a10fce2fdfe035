"""Reminders on one's own phones: switched on, tried, switched off. Only by whom they are for."""

import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.crypto import lookup_hash
from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.i18n import N_
from app.core.push_keys import are_browser_keys
from app.core.statements import changed, insert_once
from app.notifications.models import PushSubscription
from app.notifications.push_hosts import is_push_service
from app.people.models import Person
from app.people.rules import PersonState
from app.usecases.messages.forget_devices import forget_devices, note_device
from app.usecases.messages.push_to_devices import push_to

# More than anybody has; the one that was added first goes.
MOST_DEVICES = 10
NO_PHONE = N_("没有找到这台手机，可能已经停用了")


def endpoint_lookup(endpoint: str) -> str:
    """By what a browser is found again."""
    return lookup_hash("push", endpoint)


def turn_on(
    session: Session,
    *,
    actor: Actor,
    session_id: int,
    endpoint: str,
    p256dh: str,
    auth: str,
    device: str,
    hosts: Collection[str],
    now: datetime,
) -> None:
    """Reminds the actor on this browser from now on; a browser reminds one person only.

    `hosts` are push services besides the well-known ones. Raises Invalid for an address that is no
    push service, and for keys that are none.
    """
    person = _active(session, actor)
    if not is_push_service(endpoint, hosts):
        raise Invalid({"endpoint": N_("这个浏览器的提醒服务不认得，不能用")})
    if not are_browser_keys(p256dh, auth):
        raise Invalid({"endpoint": N_("浏览器给的钥匙不对，请再试一次")})
    lookup = endpoint_lookup(endpoint)
    same = PushSubscription.endpoint_lookup == lookup
    forget_devices(session, same, actor=actor, why="again", now=now)
    fresh = insert_once(
        session,
        PushSubscription,
        ref=secrets.token_urlsafe(16),
        person_id=person.id,
        session_id=session_id,
        endpoint=endpoint,
        endpoint_lookup=lookup,
        p256dh=p256dh,
        auth=auth,
        device=device[:120],
        made_at=now,
    )
    if fresh:
        note_device(session, "device.on", person.id, person.area_path, actor=actor, now=now)
    _keep_few(session, person, actor, now)


def _active(session: Session, actor: Actor) -> Person:
    person = session.get(Person, actor.person_id or 0)
    if person is None or person.state != PersonState.ACTIVE:
        raise NotAllowed(N_("您没有这个区域的权限"))
    return person


def _keep_few(session: Session, person: Person, actor: Actor, now: datetime) -> None:
    ids = [one.id for one in devices_of(session, person.id)]
    too_old = PushSubscription.id.in_(ids[MOST_DEVICES:])
    forget_devices(session, too_old, actor=actor, why="too_many", now=now)


def devices_of(session: Session, person_id: int) -> list[PushSubscription]:
    """Where somebody is reminded, the newest first."""
    rows = session.scalars(
        select(PushSubscription)
        .where(PushSubscription.person_id == person_id)
        .order_by(PushSubscription.id.desc())
        .execution_options(populate_existing=True)
    )
    return list(rows)


def seen_again(
    session: Session, *, actor: Actor, session_id: int, endpoint: str, now: datetime
) -> None:
    """The browser comes with another log-in: its device goes with that one.

    A phone that was passed on without logging out reminds whoever had it no more.
    """
    same = PushSubscription.endpoint_lookup == endpoint_lookup(endpoint)
    others = PushSubscription.person_id != actor.person_id
    forget_devices(session, same & others, actor=actor, why="passed_on", now=now)
    changed(session, update(PushSubscription).where(same, ~others).values(session_id=session_id))


def turn_off(session: Session, *, actor: Actor, ref: str, now: datetime) -> None:
    """Reminds there no more. Raises NotFound for what is not one's own."""
    mine = (PushSubscription.ref == ref) & (PushSubscription.person_id == actor.person_id)
    if not forget_devices(session, mine, actor=actor, why="asked", now=now):
        raise NotFound(NO_PHONE)


def send_test(session: Session, *, actor: Actor, ref: str, now: datetime) -> None:
    """One push to one of the actor's devices; not more than one a minute. Raises NotFound."""
    person = _active(session, actor)
    if ref not in {one.ref for one in devices_of(session, person.id)}:
        raise NotFound(NO_PHONE)
    push_to(
        session,
        person,
        [ref],
        "push_test",
        subject="push_test",
        params={},
        now=now,
        occurrence=f"{now:%Y%m%d%H%M}",
        urgent=True,
    )
