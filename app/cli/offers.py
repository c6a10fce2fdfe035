"""`flask offers`: checks that the search tables agree with the offers."""

import sys

import click
from flask.cli import AppGroup

from app.cli.opening import need_keys
from app.core.db import db, writing
from app.core.statements import in_chunks
from app.usecases.volunteers.spread_offer import spread_offers, stray_offers

offers = AppGroup("offers", help="Standing offers (服务供给): check.", callback=need_keys)


@offers.command("check")
@click.option("--repair", is_flag=True, help="Correct the search tables where they differ.")
def check_offers(repair: bool) -> None:
    """Compares the search tables with the offers.

    Ends with code 1 if they differ and are not repaired.
    """
    wrong = list(stray_offers(db.session()))
    click.echo(f"{len(wrong)} people with offers that differ in the search tables")
    if not wrong:
        return
    if not repair:
        click.echo("person ids: " + " ".join(map(str, wrong[:50])))
        sys.exit(1)
    for some in in_chunks(wrong):
        with writing() as session:
            spread_offers(session, list(some))
    click.echo("repaired")
