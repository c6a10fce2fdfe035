"""Tables that `flask lab` prints: every measure with its interval, and differences in words."""

import click

from app.matching.lab.intervals import Interval
from app.matching.lab.measures import FEWEST_BLOCKS, FEWEST_REQUESTS, MEASURES, compare, judge
from app.matching.lab.outcomes import Run

SHARES = ("served", "gini", "not_asked", "no_task")
WORDS = {
    "better": "better",
    "worse": "worse",
    "at_a_price": "at the price of requests not served",
    "cannot_tell": "no difference can be told",
}


def print_one(run: Run, seed: int) -> None:
    """Prints one run."""
    for name, told in judge(run, seed=seed).items():
        click.echo(f"  {name:<15} {_shown(name, told)}")


def print_two(first: Run, second: Run, seed: int) -> None:
    """Prints two runs of the same requests."""
    for one in compare(first, second, seed=seed):
        click.echo(
            f"  {one.name:<15} {_shown(one.name, one.first):<28} {_shown(one.name, one.second):<28}"
            f" difference {_shown(one.name, one.difference):<30} {WORDS[one.verdict]}"
        )
    click.echo(
        "  (in brackets what 95 % of resamples lie within; intervals of the "
        f"{len(MEASURES)} differences are wider, so that 95 % of the time all hold the truth;\n"
        f"   no verdict with fewer than {FEWEST_REQUESTS} requests or {FEWEST_BLOCKS} days)"
    )


def _shown(name: str, told: Interval) -> str:
    if name in SHARES:
        return f"{told.value:.3f} [{told.low:.3f} {told.high:.3f}]"
    form = ".1f" if abs(told.value) < 100 else ".0f"
    return f"{told.value:{form}} [{told.low:{form}} {told.high:{form}}]"
