"""A volunteer as the demo's past needs to know them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Helper:
    """Where they start from, what they offer and when.

    `ready` are the hours of the week, 24 for each day from Monday; `keen` is how readily they say
    yes, 1.0 for the average.
    """

    person_id: int
    lat: float
    lon: float
    radius_m: int
    category_ids: frozenset[int]
    ready: frozenset[int]
    keen: float
