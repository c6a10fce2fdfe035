"""A volunteer, as far as the demo's simulated past needs one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Helper:
    """Where they start from, what they offer and when.

    `ready` are the hours of the week, 24 for each day from Monday; `keen` is their readiness to
    accept, 1.0 on average.
    """

    person_id: int
    lat: float
    lon: float
    radius_m: int
    category_ids: frozenset[int]
    ready: frozenset[int]
    keen: float
