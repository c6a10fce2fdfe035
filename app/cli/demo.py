"""`flask demo`: fills an empty database with the made-up community."""

import click
from flask.cli import with_appcontext

from app.cli.opening import need_keys
from app.cli.settings import refuse
from app.demo.first_load import load_into_empty
from app.demo.load import SIZES


@click.command("demo")
@click.option(
    "--size",
    type=click.Choice(sorted(SIZES)),
    default="small",
    show_default=True,
    help="How many people.",
)
@with_appcontext
def demo(size: str) -> None:
    """Loads the demo community into an empty database.

    It never mixes with real people: any other database is refused.
    """
    need_keys()
    world = load_into_empty(size=size, tell=click.echo)
    if world is None:
        refuse("the database is not empty: the demo is loaded only into an empty one")
    click.echo(f"{len(world.volunteers)} volunteers, {len(world.communities)} communities")
