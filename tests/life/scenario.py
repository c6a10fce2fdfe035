"""A scenario: who takes part and what they mean to do, as plain data.

The same scenario gives the same history. What people do in answer to a message is not listed: it
follows from their habits and from the dice of each decision.
"""

import json
from collections.abc import Set
from dataclasses import asdict, dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody who takes part: a resident, a volunteer or a coordinator, and their habits."""

    name: str
    role: str
    habit: str = ""
    traits: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does of their own accord, `at_s` seconds after the beginning."""

    key: str
    at_s: float
    who: str
    what: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A community and its intentions. `left_out`: keys of reactions that do not happen."""

    seed: int
    days: float
    personas: tuple[Persona, ...]
    acts: tuple[Act, ...]
    rotas: tuple[dict[str, Any], ...] = ()
    left_out: frozenset[str] = frozenset()

    def without(self, keys: Set[str]) -> "Scenario":
        """The same without these personas, acts and reactions."""
        return replace(
            self,
            personas=tuple(one for one in self.personas if one.name not in keys),
            acts=tuple(one for one in self.acts if not {one.key, one.who} & keys),
            left_out=self.left_out | keys,
        )

    def as_text(self) -> str:
        """One line for each persona, rota and act."""
        lines = [f"seed {self.seed}, {self.days:g} days"]
        everything: list[dict[str, Any]] = [asdict(one) for one in self.personas]
        everything += [asdict(one) for one in self.acts]
        for one in everything:
            given = {name: value for name, value in one.items() if value not in ("", {})}
            lines.append(json.dumps(given, ensure_ascii=False))
        lines += [f"rota {json.dumps(plan, ensure_ascii=False)}" for plan in self.rotas]
        return "\n".join(lines)
