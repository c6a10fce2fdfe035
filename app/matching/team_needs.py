"""What a team needs only once: skills that one member is enough for, and the resident's language.

Each open place is counted on for one missing thing. So somebody who brings none of `missing` may
take a place while as many others stay open as things are missing; of the last places only those
who bring enough are asked.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TeamNeed:
    """What nobody in the team has brought yet, and how many places are open for it.

    `skills` that one member is enough for; `language`, one of whom must speak it.
    """

    skills: frozenset[int] = frozenset()
    language: str | None = None
    places: int = 1

    @property
    def missing(self) -> int:
        """How many things are missing."""
        return len(self.skills) + (self.language is not None)

    @property
    def must_bring(self) -> int:
        """How many of them the next member has to bring, so that the other places can the rest."""
        return max(0, self.missing - max(0, self.places - 1))

    def brought_by(self, skills: frozenset[int], languages: frozenset[str]) -> int:
        """How many of them somebody with these skills and languages brings."""
        return len(self.skills & skills) + (self.language in languages)


NOTHING_MISSING = TeamNeed()
