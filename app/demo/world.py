"""What the parts of the demo share while it is loaded."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.areas.models import Area, Place
from app.catalogue.models import Category
from app.demo.geography import Cell
from app.demo.helper import Helper


@dataclass(frozen=True, slots=True)
class Size:
    """How much is generated. With `crowded`, half of the volunteers live in four communities."""

    volunteers: int
    requests: int
    past: timedelta
    callers: int
    crowded: bool


@dataclass
class World:
    """Everything created so far. `tell` is called with each line of progress."""

    chance: random.Random
    now: datetime
    size: Size
    tell: Callable[[str], None]
    top: Area = field(init=False)
    organisation_id: int | None = None
    administrator: int = 0
    coordinator: int = 0
    areas: list[Area] = field(default_factory=list)
    communities: list[tuple[Area, Cell]] = field(default_factory=list)
    estates: list[Place] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    needed: dict[int, list[int]] = field(default_factory=dict)
    skills: list[int] = field(default_factory=list)
    volunteers: list[Helper] = field(default_factory=list)
