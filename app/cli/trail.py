"""`flask trail`: whether the trail is whole, and noting its head outside the database."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.opening import need_keys
from app.core.clock import utc_now
from app.core.db import db
from app.trail.chain import head_of, verify
from app.trail.heads import FILE_NAME, note_head, read_heads

trail = AppGroup("trail", help="The append-only trail (留痕).", callback=need_keys)

MEANINGS = {
    "gap": "a line is missing before this one",
    "changed": "this line is not what was written",
    "broken": "this line does not follow the one before it",
    "note": "the words of this line are not what was written",
    "head": "the end is not where it was: cut, or written anew",
}
MOST_SHOWN = 50


def _heads_file() -> Path:
    return Path(current_app.config["DIANDAN"].instance) / FILE_NAME


@trail.command("verify")
def verify_trail() -> None:
    """Checks every line, every note and every published head. Ends with code 1 on any fault."""
    try:
        published = read_heads(_heads_file())
    except ValueError as error:
        click.echo(f"cannot be read: {error}")
        sys.exit(1)
    session = db.session()
    faults = 0
    for fault in verify(session, published=published):
        faults += 1
        if faults <= MOST_SHOWN:
            click.echo(f"line {fault.seq}: {fault.code}: {MEANINGS[fault.code]}")
    seq, digest = head_of(session)
    if faults:
        click.echo(f"NOT whole: {faults} faults in {seq} lines")
        sys.exit(1)
    click.echo(f"whole: {seq} lines, {len(published)} published heads, head {digest}")


@trail.command("publish")
def publish_trail() -> None:
    """Notes the head in a file outside the database, and prints it to be kept elsewhere too."""
    seq, digest = head_of(db.session())
    note_head(_heads_file(), seq=seq, digest=digest, now=utc_now())
    click.echo(f"{seq} {digest}")
