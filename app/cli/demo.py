"""`flask demo`: fills an empty database with the made-up community."""

import click
from flask.cli import with_appcontext

from app.areas.queries import has_areas
from app.cli.opening import need_keys
from app.core.clock import utc_now
from app.core.db import writing
from app.demo.load import SIZES, load_demo


@click.command("demo")
@click.option("--size", type=click.Choice(sorted(SIZES)), default="small", show_default=True)
@with_appcontext
def demo(size: str) -> None:
    """Loads the demo community. Only into an empty database: it never mixes with real people."""
    need_keys()
    with writing() as session:
        if has_areas(session):
            raise click.ClickException("the database is not empty")
        world = load_demo(session, size=size, now=utc_now(), tell=click.echo)
    click.echo(f"{len(world.volunteers)} volunteers, {len(world.communities)} communities")
