"""Reminders on one's own phones: switched on, tried, switched off. Only by whom they are for."""

import secrets
from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
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
    context: Context,
    *,
    session_id: int,
    endpoint: str,
    p256dh: str,
    auth: str,
    device: str,
    hosts: Collection[str],
) -> None:
    """Reminds the actor on this browser from now on; a browser reminds one person only.

    `hosts` are push services besides the well-known ones. Raises Invalid for an address that is no
    push service, and for keys that are none.
    """
    person = _active(context.session, context.actor)
    if not is_push_service(endpoint, hosts):
        raise Invalid({"endpoint": N_("这个浏览器的提醒服务不认得，不能用")})
    if not are_browser_keys(p256dh, auth):
        raise Invalid({"endpoint": N_("浏览器给的钥匙不对，请再试一次")})
    lookup = endpoint_lookup(endpoint)
    same = PushSubscription.endpoint_lookup == lookup
    forget_devices(context, same, why="again")
    fresh = insert_once(
        context.session,
        PushSubscription,
        ref=secrets.token_urlsafe(16),
        person_id=person.id,
        session_id=session_id,
        endpoint=endpoint,
        endpoint_lookup=lookup,
        p256dh=p256dh,
        auth=auth,
        device=device[:120],
        made_at=context.now,
    )
    if fresh:
        note_device(context, "device.on", person.id, person.area_path)
    _keep_few(context, person)


def _active(session: Session, actor: Actor) -> Person:
    person = session.get(Person, actor.person_id or 0)
    if person is None or person.state != PersonState.ACTIVE:
        raise NotAllowed(N_("您没有这个区域的权限"))
    return person


def _keep_few(context: Context, person: Person) -> None:
    ids = [one.id for one in devices_of(context.session, person.id)]
    too_old = PushSubscription.id.in_(ids[MOST_DEVICES:])
    forget_devices(context, too_old, why="too_many")


def devices_of(session: Session, person_id: int) -> list[PushSubscription]:
    """Where somebody is reminded, the newest first."""
    rows = session.scalars(
        select(PushSubscription)
        .where(PushSubscription.person_id == person_id)
        .order_by(PushSubscription.id.desc())
        .execution_options(populate_existing=True)
    )
    return list(rows)


def seen_again(context: Context, *, session_id: int, endpoint: str) -> None:
    """The browser comes with another log-in: its device goes with that one.

    A phone that was passed on without logging out reminds whoever had it no more.
    """
    same = PushSubscription.endpoint_lookup == endpoint_lookup(endpoint)
    others = PushSubscription.person_id != context.actor.person_id
    forget_devices(context, same & others, why="passed_on")
    changed(
        context.session, update(PushSubscription).where(same, ~others).values(session_id=session_id)
    )


def turn_off(context: Context, *, ref: str) -> None:
    """Reminds there no more. Raises NotFound for what is not one's own."""
    mine = (PushSubscription.ref == ref) & (PushSubscription.person_id == context.actor.person_id)
    if not forget_devices(context, mine, why="asked"):
        raise NotFound(NO_PHONE)


def send_test(context: Context, *, ref: str) -> None:
    """One push to one of the actor's devices; not more than one a minute. Raises NotFound."""
    person = _active(context.session, context.actor)
    if ref not in {one.ref for one in devices_of(context.session, person.id)}:
        raise NotFound(NO_PHONE)
    push_to(
        context.session,
        person,
        [ref],
        "push_test",
        subject="push_test",
        params={},
        now=context.now,
        occurrence=f"{context.now:%Y%m%d%H%M}",
        urgent=True,
    )
