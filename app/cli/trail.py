"""`flask trail`: verifies the trail, publishes its head, erases free text."""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.opening import need_keys
from app.cli.settings import refuse
from app.cli.whole_number import WholeNumber
from app.core.actor import system
from app.core.clock import utc_now
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import NotFound
from app.trail.chain import head_of
from app.trail.erasure import erase_note
from app.trail.heads import FILE_NAME, NotedHeads, note_head
from app.trail.verification import verify

trail = AppGroup(
    "trail", help="The append-only trail (留痕): verify, publish, erase-note.", callback=need_keys
)

MOST_SHOWN = 50
TOLD_EACH_S = 1.0


def _heads_file() -> Path:
    return Path(current_app.config["DIANDAN"].instance) / FILE_NAME


@dataclass
class _Progress:
    """Prints the progress of the check on stderr, at most once a second."""

    last: int
    total: int
    told_at: float = field(default_factory=time.monotonic)

    def __call__(self, seq: int) -> None:
        self.last = seq
        if time.monotonic() - self.told_at >= TOLD_EACH_S:
            self.told_at = time.monotonic()
            click.echo(f"{seq} of {max(seq, self.total)} lines", err=True)


@trail.command("verify")
@click.option(
    "--after",
    type=WholeNumber(0),
    default=0,
    metavar="N",
    help="Trust the lines up to number N, and begin after them.",
)
def verify_trail(after: int) -> None:
    """Checks every line, note and head of the trail.

    Ends with code 1 on any fault, 130 when it was interrupted.
    """
    heads = NotedHeads(_heads_file())
    for number in heads.damaged():
        click.echo(f"{FILE_NAME}: line {number} is damaged; that head was not compared")
    session = db.session()
    progress = _Progress(after, head_of(session)[0])
    faults = 0
    try:
        for fault in verify(session, published=heads, after=after, progress=progress):
            faults += 1
            if faults <= MOST_SHOWN:
                click.echo(f"line {fault.seq}: {fault.code}: {fault.code.meaning}")
    except KeyboardInterrupt:
        click.echo(
            f"interrupted, {faults} faults up to line {progress.last};"
            f" go on with: flask trail verify --after {progress.last}",
            err=True,
        )
        sys.exit(130)
    checked = progress.last - after
    lines = f"{checked} lines after line {after}" if after else f"{checked} lines"
    if faults:
        click.echo(f"NOT whole: {faults} faults in {lines}")
        sys.exit(1)
    compared = sum(1 for seq, _ in heads if seq > after)
    digest = head_of(session)[1]
    click.echo(f"whole: {lines}, {compared} published heads, head {digest}")


@trail.command("publish")
def publish_trail() -> None:
    """Writes the head to a file and prints it.

    The file is outside the database. Keep what is printed elsewhere too.
    """
    seq, digest = head_of(db.session())
    try:
        note_head(_heads_file(), seq=seq, digest=digest, now=utc_now())
    except OSError as error:
        refuse(f"{_heads_file()}: {error.strerror}")
    click.echo(f"{seq} {digest}")


@trail.command("erase-note")
@click.argument("line", type=WholeNumber(1))
def erase_words(line: int) -> None:
    """Erases the free text of LINE for ever.

    The trail stays whole, and a new line says that it was done.
    """
    try:
        with writing() as session:
            erase_note(Context(session, system("cli"), utc_now()), seq=line)
    except NotFound:
        click.echo(f"line {line} has no free text")
        sys.exit(1)
    click.echo(f"the free text of line {line} is erased")
