"""`flask admin`: creates the first account and the root of the areas, which no page can."""

from typing import NoReturn

import click
from flask import current_app
from flask.cli import AppGroup

from app.areas.queries import LEVELS, area_by_code, root_area
from app.cli.opening import need_keys
from app.cli.settings import refuse
from app.cli.welcome import terminal_locale
from app.core.actor import Actor, ActorKind, RoleName, Scope
from app.core.clock import utc_now
from app.core.context import Context
from app.core.db import writing
from app.core.errors import Invalid, Refused
from app.core.i18n import translate
from app.usecases.accounts.grant_roles import ROLES, enrol_person
from app.usecases.community.draw_areas import add_area

admin = AppGroup("admin", help="The first area, and accounts: area, add.", callback=need_keys)

ACTOR = Actor(ActorKind.ADMINISTRATOR, "cli", scopes=(Scope(RoleName.ADMINISTRATOR, "/"),))


@admin.command("add")
@click.option("--name", required=True, help="The person's name.")
@click.option("--phone", required=True, help="The mobile number that log-in codes go to.")
@click.option("--area", "code", help="Code of the area; the topmost one when left out.")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    default=RoleName.ADMINISTRATOR.value,
    show_default=True,
    help="What they may do there.",
)
def add(name: str, phone: str, code: str | None, role: str) -> None:
    """Gives somebody a role, and an account if need be."""
    try:
        with writing() as session:
            area = area_by_code(session, code) if code else root_area(session)
            if area is None:
                refuse(
                    f"--area: there is no area with the code {code}"
                    if code
                    else "there is no area yet: begin with `flask admin area`"
                )
            person_id = enrol_person(
                Context(session, ACTOR, utc_now()),
                name=name,
                phone=phone,
                role=role,
                area_id=area.id,
                region=current_app.config["DIANDAN"].phone_region,
            )
    except Refused as error:
        _refuse(error)
    click.echo(f"{role}: person {person_id}")


@admin.command("area")
@click.option("--name", required=True, help="The name of the topmost area, in Chinese.")
@click.option("--code", required=True, help="Its code, for example 440309.")
@click.option(
    "--level", type=click.Choice(LEVELS), default="district", show_default=True, help="Its level."
)
@click.option("--timezone", default="Asia/Shanghai", show_default=True, help="Its time zone.")
@click.option("--root", is_flag=True, help="Begin another tree beside the one that is there.")
def area(name: str, code: str, level: str, timezone: str, root: bool) -> None:
    """Adds the topmost area of an empty database.

    Areas below it are added on the administrators' pages.
    """
    try:
        with writing() as session:
            top = root_area(session)
            if top is not None and not root:
                refuse(
                    f"there is a topmost area already: {top.name_zh} ({top.code}); add areas below"
                    " it on the administrators' pages, or another top with --root"
                )
            area_id = add_area(
                Context(session, ACTOR, utc_now()),
                parent_id=None,
                level=level,
                scheme="cn",
                code=code,
                name_zh=name,
                timezone=timezone,
            )
    except Refused as error:
        _refuse(error)
    click.echo(f"area {area_id}")


def _refuse(error: Refused) -> NoReturn:
    """Says each wrong value in the terminal's language, and ends the process."""
    if isinstance(error, Invalid):
        *first, last = [translate(terminal_locale(), msgid) for msgid in error.fields.values()]
    else:
        first, last = [], translate(terminal_locale(), error.msgid, **error.params)
    for line in first:
        click.echo(line, err=True)
    refuse(last)
