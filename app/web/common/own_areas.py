"""The areas that the coordinator is responsible for."""

from app.core.actor import RoleName
from app.web.common.guards import actor_as

AREA_LEVELS = ("subdistrict", "community", "block")


def own_paths() -> tuple[str, ...]:
    """Paths of the areas that this coordinator is responsible for."""
    return actor_as(RoleName.COORDINATOR).paths(RoleName.COORDINATOR)
