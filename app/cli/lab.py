"""`flask lab`: replays a policy on a community's past, or on a synthetic one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import click
from flask.cli import AppGroup

from app.areas.queries import area_by_code, root_area
from app.catalogue.queries import category_by_code
from app.cli.lab_tables import print_one, print_two
from app.cli.opening import need_keys
from app.cli.settings import refuse
from app.cli.whole_number import MOST, WholeNumber
from app.core.clock import utc_now
from app.core.db import Session, db
from app.core.urgency import Urgency
from app.matching.lab.crowd import Crowd
from app.matching.lab.generate import District, district
from app.matching.lab.habits import Usual
from app.matching.lab.outcomes import Run
from app.matching.lab.people import People
from app.matching.lab.pools import Pools
from app.matching.lab.shipped import SHIPPED, read_policy, shipped
from app.matching.lab.simulate import Answering, PolicyFor, replay
from app.matching.lab.world import LabRequest, World
from app.matching.policy import Policy
from app.matching.ranking import Weights
from app.usecases.community.manage_categories import load_category
from app.usecases.dispatch.decide_asks import policy_here
from app.usecases.policies.replay_history import Asked, read_history

lab = AppGroup(
    "lab",
    help="The dispatch lab (派单试算): policies, replay.",
    callback=need_keys,
)

TODAY = "today"

Command = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Ground:
    """What is replayed: a world, its people, and today's policy if there is one."""

    world: World
    crowd: Callable[[], Answering]
    today: PolicyFor | None
    about: str


def _number(
    name: str, default: int, low: int, high: int, about: str
) -> Callable[[Command], Command]:
    """An option that is a whole number; its help names the limits."""
    about = f"{about}, {low} to {high}."
    kind = WholeNumber(low, high)
    return click.option(name, default=default, show_default=True, type=kind, help=about)


@lab.command("policies")
def policies() -> None:
    """Lists the policies that are shipped."""
    for name in SHIPPED:
        policy = shipped(name)
        click.echo(f"{name}: order {policy.order}, {len(policy.phases)} phases")


@lab.command("replay")
@click.option(
    "--policy", "first", required=True, help="A TOML file, a shipped name, or today's: today."
)
@click.option("--compare", "second", help="A second policy, named in the same way.")
@click.option("--area", help="Code of the area; the topmost one when left out.")
@click.option("--category", help="Code of a category; every one when left out.")
@click.option(
    "--urgency", type=click.Choice([one.value for one in Urgency]), help="Every one when left out."
)
@_number("--days", 30, 1, 366, "Days to replay")
@_number("--most", 2000, 1, 100_000, "The newest help requests of one's own past")
@click.option("--generated", is_flag=True, help="A made-up community instead of one's own past.")
@_number("--people", 2000, 10, 100_000, "Volunteers of a made-up community")
@_number("--orders", 40, 1, 5000, "Help requests a day of a made-up community")
@_number("--seed", 1, 0, MOST, "Where the random numbers begin")
def replay_policy(
    *,
    first: str,
    second: str | None,
    area: str | None,
    category: str | None,
    urgency: str | None,
    days: int,
    most: int,
    generated: bool,
    people: int,
    orders: int,
    seed: int,
) -> None:
    """Replays help requests under one policy or two.

    Of two, both get the same random numbers.
    """
    names = [first] if second is None else [first, second]
    chosen = {name: _policy(name) for name in names if name != TODAY}
    if generated and TODAY in names:
        refuse("today: a made-up community has no policy of today")
    if generated:
        ground = _made_up(people, orders, days, seed)
    else:
        ground = _own_past(db.session(), area, category, urgency, days=days, most=most, seed=seed)
    click.echo(ground.about)
    runs = [_run(ground, chosen.get(name)) for name in names]
    for name, run in zip(names, runs, strict=True):
        click.echo(f"{name}: {run.replayed} answers as in reality, {run.drawn} drawn by chance")
    if second is None:
        print_one(runs[0], seed)
    else:
        print_two(runs[0], runs[1], seed)


def _policy(name: str) -> Policy:
    if name in SHIPPED:
        return shipped(name)
    try:
        return read_policy(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        refuse(f"{name}: {error.strerror}; shipped are {', '.join(SHIPPED)}")
    except UnicodeDecodeError:
        refuse(f"{name}: no text in UTF-8")
    except ValueError as error:
        refuse(f"{name}: {error}")


def _run(ground: Ground, policy: Policy | None) -> Run:
    """Replays under this policy; under today's if it is None."""
    pools = Pools(ground.world)
    if policy is not None:
        return replay(ground.world, lambda _: policy, ground.crowd(), pools)
    assert ground.today is not None, "refused before"
    return replay(ground.world, ground.today, ground.crowd(), pools)


def _made_up(people: int, orders: int, days: int, seed: int) -> Ground:
    # The same density as 20,000 volunteers on 175 square kilometres.
    side = 13_200.0 * (people / 20_000) ** 0.5
    clusters = max(2, 110 * people // 20_000)
    shape = District(people, orders, days, side, clusters)
    made = district(seed, shape, People(), Weights())
    about = (
        f"Made up: {people} volunteers, {len(made.world.requests)} help requests in {days} days. "
        "Every answer is drawn; figures of the papers, see matching/lab/crowd.py."
    )
    return Ground(made.world, partial(Crowd, Usual(made.chances), seed), None, about)


def _own_past(
    session: Session,
    area_code: str | None,
    category_code: str | None,
    urgency: str | None,
    *,
    days: int,
    most: int,
    seed: int,
) -> Ground:
    area = area_by_code(session, area_code) if area_code else root_area(session)
    category = category_by_code(session, category_code) if category_code else None
    if area is None:
        refuse(f"--area: no area has the code {area_code}" if area_code else "there is no area yet")
    if category_code and category is None:
        refuse(f"--category: no category has the code {category_code}")
    now = utc_now()
    only = category.id if category else None
    asked = Asked(area.path, only, urgency, now - timedelta(days=days), now, most)
    history = read_history(session, asked)
    if history is None:
        refuse("nothing to replay: no such help request was matched")
    true = history.calibration()
    about = (
        f"{len(history.world.requests)} help requests of {days} days, {history.left_out} left out "
        f"(no place, or never matched), {len(history.world.volunteers)} volunteers with today's "
        "offers.\nAnswers of reality are replayed; where nobody was asked, they are drawn from the "
        f"learnt chance (Brier {true.brier:.3f}, saying the mean rate {true.brier_of_rate:.3f})."
    )
    today = partial(_policy_of_today, session, area.path)
    return Ground(history.world, partial(history.crowd, seed), today, about)


def _policy_of_today(session: Session, area_path: str, request: LabRequest) -> Policy:
    category = load_category(session, request.category_id)
    return policy_here(session, area_path, category, request.urgency)
