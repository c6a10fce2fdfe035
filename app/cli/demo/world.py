"""What the parts of the demo know of each other while it is loaded."""

import random
from dataclasses import dataclass, field
from datetime import datetime

from app.areas.models import Area, Place
from app.catalogue.models import Category
from app.cli.demo.geography import Cell


@dataclass
class World:
    """Everything that was made so far."""

    chance: random.Random
    now: datetime
    top: Area = field(init=False)
    organisation_id: int | None = None
    areas: list[Area] = field(default_factory=list)
    communities: list[tuple[Area, Cell]] = field(default_factory=list)
    estates: list[Place] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    needed: dict[int, list[int]] = field(default_factory=dict)
    skills: list[int] = field(default_factory=list)
    volunteers: list[int] = field(default_factory=list)
