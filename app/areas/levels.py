"""Levels of the tree of areas."""

from enum import StrEnum


class AreaLevel(StrEnum):
    """From the largest to the smallest."""

    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    BLOCK = "block"
    GRID = "grid"
