"""The areas that a coordinator looks after."""

from app.web.common.guards import actor_as

AREA_LEVELS = ("subdistrict", "community", "block")


def own_paths() -> tuple[str, ...]:
    """The areas that this coordinator looks after."""
    return actor_as("coordinator").paths("coordinator")
