"""`flask keys`: shows keys by fingerprint, checks, rotates and re-encrypts."""

import sys
from collections.abc import Sequence
from typing import NoReturn

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.opening import START, Start, need_keys
from app.cli.rewriting import write_lookups_anew, write_values_anew
from app.cli.settings import refuse
from app.core.actor import system
from app.core.clock import utc_now
from app.core.context import Context
from app.core.crypto import install_keyring, keyring
from app.core.db import db, writing
from app.core.key_check import (
    FaultCode,
    KeyFault,
    KeyState,
    Registered,
    build_keyring,
    fingerprint,
    in_words,
    key_faults,
    of_purpose,
    short,
)
from app.core.key_files import KEPT, FoundKey, make_key_file, new_key, setting
from app.core.key_register import has_register, next_number, registered_keys
from app.core.leases import is_held
from app.jobs.context import LEASE
from app.trail.chain import head_of, key_generation
from app.usecases.keys.check_keys import THOROUGH, number_faults, sample_faults
from app.usecases.keys.open_keys import note_keys
from app.usecases.keys.rewrite_values import rows_to_seal
from app.usecases.keys.rotate_keys import (
    finish_lookup_key,
    prepare_lookups,
    register_new_key,
    retire_older_keys,
)
from app.usecases.keys.sealed_columns import sealed_tables

keys = AppGroup("keys", help="The keys: show, check, rotate, reencrypt, record.")

ACTOR = system("cli")
RETIRED_SAYS = (
    "Nothing in the database needs it any more. Older backups do: keep it with them, take it"
    " away here, and start again."
)


def _start() -> Start:
    """What was found at the start. Ends the process if there is no database to read."""
    start: Start = current_app.config[START]
    if not start.reached:
        refuse(start.refusals[0])
    if not has_register(db.session()):
        refuse(
            "DATABASE_URL: the database is older than its keys' fingerprints: `flask db upgrade`"
        )
    return start


@keys.command("show")
def show() -> None:
    """Lists the keys, and never their contents.

    Each by purpose, number, fingerprint and state, and where it was read.
    """
    start = _start()
    registered = registered_keys(db.session())
    here = {(one.purpose, fingerprint(one.purpose, one.key)): one for one in start.config.keys}
    for one in registered:
        found = here.pop((one.purpose, one.fingerprint), None)
        source = found.source if found else "not at hand"
        _line(one.purpose, str(one.number), one.fingerprint, one.state, source)
    for (purpose, digest), found in here.items():
        _line(purpose, "-", digest, "unknown", found.source)


def _line(purpose: str, number: str, digest: str, state: str, source: str) -> None:
    click.echo(f"{purpose:<7} {number:>3}  {short(digest)}  {state:<8} {source}")


@keys.command("check")
def check() -> None:
    """Compares the keys with the database's.

    Also decrypts a sample of every column. Ends with code 1 on any fault.
    """
    start = _start()
    reasons = list(start.refusals)
    if not reasons:
        session = db.session()
        reasons += [
            str(fault)
            for fault in sample_faults(session, region=start.config.phone_region, most=THOROUGH)
        ]
        reasons += [str(fault) for fault in number_faults(session)]
    for reason in reasons:
        click.echo(reason)
    if reasons:
        sys.exit(1)
    click.echo("the keys are those of this database")


@keys.command("record")
@click.option("--accept-loss", is_flag=True, help="Although some values cannot be decrypted.")
def record_keys(accept_loss: bool) -> None:
    """Registers the keys of an older database.

    For a database that knows no keys, and some of whose keys are lost: what they encrypted
    stays unreadable.
    """
    start = _start()
    if registered_keys(db.session()):
        click.echo("the keys of this database are registered already")
        return
    ring = build_keyring(start.config.keys)
    if ring is None or not accept_loss:
        _refuse_all(start.refusals)
    install_keyring(ring)
    with writing() as session:
        note_keys(session, start.config.keys, now=utc_now())
    click.echo("registered; what these keys do not decrypt stays unreadable")


@keys.command("rotate")
@click.argument("purpose", type=click.Choice(KEPT), metavar="PURPOSE")
@click.option("--lost", is_flag=True, help="The present key is gone for good: give it up.")
def rotate(purpose: str, lost: bool) -> None:
    """Begins to use a new key for PURPOSE.

    PURPOSE is data, lookup or trail. Stop the product before, start it again afterwards.
    """
    start = _start()
    registered = registered_keys(db.session())
    faults = key_faults(registered, start.config.keys)
    gone = [one.number for one in faults if one.purpose == purpose and one.expected]
    _refuse_other_faults(start, faults, purpose, lost)
    if lost and not gone:
        refuse(f"{setting(purpose)}: the key is at hand, so it is not lost; leave --lost out")
    if is_held(db.session(), name=LEASE):
        refuse("the scheduler is running, or was killed seconds ago: stop the product first")
    coming = any(
        one.purpose == purpose and one.state == KeyState.COMING and one.number not in gone
        for one in registered
    )
    if not coming:
        new = _waiting(registered, start.config.keys, purpose) or _made(start, registered, purpose)
        _register(start.config.keys, new, registered, gone)
    elif (ring := build_keyring(start.config.keys, registered, _generation())) is not None:
        install_keyring(ring)
    if purpose == "lookup":
        _rewrite_lookups(start.config.phone_region)
    _say_what_next(purpose)


def _refuse_other_faults(
    start: Start, faults: Sequence[KeyFault], purpose: str, lost: bool
) -> None:
    """Ends the process on any fault, except a new or a lost key of this purpose."""
    mine = {FaultCode.UNKNOWN, FaultCode.UNFINISHED}
    mine |= {FaultCode.MISSING, FaultCode.OTHER} if lost else set()
    wrong = [one for one in faults if one.purpose != purpose or one.code not in mine]
    # A key that belongs to another purpose does not count as new.
    wrong += [one for one in faults if one.belongs and one not in wrong]
    if wrong:
        _refuse_all([in_words(one, start.config.key_folder) for one in wrong])
    if start.refusals and not faults:
        _refuse_all(start.refusals)


def _refuse_all(reasons: Sequence[str]) -> NoReturn:
    for reason in reasons[:-1]:
        click.echo(reason, err=True)
    refuse(reasons[-1] if reasons else "nothing is wrong with the keys")


def _waiting(
    registered: Sequence[Registered], found: Sequence[FoundKey], purpose: str
) -> FoundKey | None:
    """A key at hand that the database does not know: left by a killed run, or newly set."""
    known = {one.fingerprint for one in registered if one.purpose == purpose}
    fresh = [k for k in of_purpose(found, purpose) if fingerprint(purpose, k.key) not in known]
    return fresh[-1] if fresh else None


def _made(start: Start, registered: Sequence[Registered], purpose: str) -> FoundKey:
    """Makes a key file; where keys come from the environment, prints what to set instead."""
    name = setting(purpose)
    if any(one.source in (name, f"{name}S") for one in of_purpose(start.config.keys, purpose)):
        click.echo(
            f"The {purpose} key is set by the environment, so nothing is changed yet. Set\n"
            f"  {name}S=<the present value>,{new_key()}\n"
            f"and run `flask keys rotate {purpose}` again."
        )
        sys.exit(0)
    return make_key_file(start.config.key_folder, purpose, next_number(registered, purpose))


def _generation() -> int:
    return key_generation(db.session())


def _register(
    found: Sequence[FoundKey],
    new: FoundKey,
    registered: Sequence[Registered],
    lost: Sequence[int],
) -> None:
    """Registers the key in one transaction; for look-ups, also rewrites what needs both keys."""
    keys_now = [*(one for one in found if one.key != new.key), new]
    with writing() as session:
        generation = key_generation(session)
        ring = build_keyring(found, registered, generation)
        if lost:
            # The trail's line about it needs a key as well: from this line on, the new one.
            place = Registered(
                new.purpose,
                next_number(registered, new.purpose),
                fingerprint(new.purpose, new.key),
                KeyState.ACTIVE,
                head_of(session)[0] + 1,
            )
            ring = build_keyring(keys_now, [*registered, place], generation)
        assert ring is not None, "faults were refused above"
        install_keyring(ring)
        added = register_new_key(Context(session, ACTOR, utc_now()), new, lost=lost)
        ring = build_keyring(keys_now, [*registered, added], generation + 1)
        assert ring is not None
        install_keyring(ring)
        left = prepare_lookups(session) if new.purpose == "lookup" else 0
    click.echo(f"{new.purpose} key {added.number} ({short(added.fingerprint)}): {new.source}")
    if left:
        click.echo(f"{left} blocked pairs have no order left to take the number from")


def _rewrite_lookups(region: str) -> None:
    write_lookups_anew(region)
    with writing() as session:
        finish_lookup_key(Context(session, ACTOR, utc_now()))


def _say_what_next(purpose: str) -> None:
    says = {
        "data": "Start the product; then `flask keys reencrypt` while it serves.",
        "lookup": "Start the product. While the old key is at hand, log-ins, calendar links and"
        " begun orders of before work; without it they end.",
        "trail": "Start the product. Keep the old key at hand: older lines are checked with it.",
    }
    click.echo(says[purpose])


@keys.command("reencrypt")
def reencrypt() -> None:
    """Encrypts everything with the newest data key.

    In batches, while the product serves. After a kill, run it again.
    """
    need_keys()
    _start()
    written = write_values_anew()
    left = sum(rows_to_seal(db.session(), one) for one in sealed_tables())
    if left:
        refuse(
            f"{left} rows are under an older key again: a process that was not started again since"
            " the rotation is writing; start it again, then repeat this"
        )
    click.echo(f"{written} rows encrypted anew; all are under data key {max(keyring().data)}")
    with writing() as session:
        numbers = retire_older_keys(Context(session, ACTOR, utc_now()), purpose="data")
    if numbers:
        click.echo(f"data key {', '.join(map(str, numbers))} is {KeyState.RETIRED}. {RETIRED_SAYS}")
