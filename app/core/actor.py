"""Who does it: what a guard hands to a desk verb, and what the trail writes down."""

from dataclasses import dataclass, field

from app.core.errors import NotAllowed
from app.core.i18n import N_


@dataclass(frozen=True, slots=True)
class Scope:
    """A role that holds in an area and everything below it (`/1/7/` covers `/1/7/12/`)."""

    role: str
    area_path: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, by which door.

    `kind` is resident, volunteer, coordinator, administrator or system; `door` is web, sms, cli
    or jobs.
    """

    kind: str
    door: str
    person_id: int | None = None
    scopes: tuple[Scope, ...] = field(default=())

    def has(self, role: str, area_path: str) -> bool:
        """Whether the actor holds `role` for the area. An administrator is a coordinator too."""
        return any(
            area_path.startswith(scope.area_path)
            for scope in self.scopes
            if scope.role == role or (role == "coordinator" and scope.role == "administrator")
        )

    def needs(self, role: str, area_path: str) -> None:
        """Raises NotAllowed unless the actor holds `role` for the area."""
        if not self.has(role, area_path):
            raise NotAllowed(N_("您没有这个区域的权限"))

    def paths(self, role: str) -> tuple[str, ...]:
        """The areas for which the actor holds `role`."""
        return tuple(
            scope.area_path
            for scope in self.scopes
            if scope.role == role or (role == "coordinator" and scope.role == "administrator")
        )


def system(door: str) -> Actor:
    """The house itself, acting because a deadline passed or a command was given."""
    return Actor(kind="system", door=door)


def resident(door: str) -> Actor:
    """Whoever orders, without an account."""
    return Actor(kind="resident", door=door)
