"""What became of a community, as a line of a file: a run of hours goes on where it was stopped."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.life.run import KEPT, Measures, Outcome

KEPT_IDS = frozenset(one.promise for one in KEPT)


@dataclass(frozen=True, slots=True)
class Result:
    """One community: what people had of it, and how often each promise was broken."""

    database: str
    seed: int
    days: float
    measures: Measures
    broken: dict[str, int]
    # The words of each broken promise that the product keeps.
    words: tuple[str, ...]

    @property
    def name(self) -> tuple[str, int, float]:
        """By what a run knows that it has lived this one already."""
        return self.database, self.seed, self.days


def result_of(database: str, days: float, outcome: Outcome) -> Result:
    """The result of a run that was not cut short."""
    assert outcome.measures is not None
    return Result(
        database,
        outcome.scenario.seed,
        days,
        outcome.measures,
        dict(Counter(one.promise for one in outcome.breaches)),
        tuple(str(one) for one in outcome.breaches if one.promise in KEPT_IDS),
    )


def as_line(result: Result) -> str:
    """The result as a line of a file."""
    return json.dumps(asdict(result), ensure_ascii=False)


def read_results(file: Path) -> Iterator[Result]:
    """The results in a file, in its order; none if there is no file. A half line is left out."""
    for line in file.read_text("utf-8").splitlines() if file.exists() else ():
        if line.endswith("}"):
            found: dict[str, Any] = json.loads(line)
            measures = Measures(**found.pop("measures"))
            yield Result(**{**found, "measures": measures, "words": tuple(found["words"])})


def missing(
    seeds: Iterable[int], database: str, days: float, known: Iterable[Result]
) -> Iterator[int]:
    """The seeds that no result has on this database for this long."""
    lived = {one.name for one in known}
    return (seed for seed in seeds if (database, seed, days) not in lived)
