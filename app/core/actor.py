"""The actor of an action: guards hand it to use cases, and the trail records it."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.core.errors import NotAllowed
from app.core.i18n import N_


class RoleName(StrEnum):
    """What a person may do in an area and below it."""

    VOLUNTEER = "volunteer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class ActorKind(StrEnum):
    """In which capacity somebody acts. A person uses their own account; the system, a deadline."""

    RESIDENT = "resident"
    VOLUNTEER = "volunteer"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    PERSON = "person"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Scope:
    """A role that holds in an area and everything below it (`/1/7/` covers `/1/7/12/`)."""

    role: str
    area_path: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, through which entry point.

    `kind` is resident, volunteer, coordinator, administrator or system; `via` is web, sms, cli
    or jobs.
    """

    kind: str
    via: str
    person_id: int | None = None
    scopes: tuple[Scope, ...] = field(default=())

    def has(self, role: RoleName, area_path: str) -> bool:
        """Whether the actor holds `role` for the area. An administrator is a coordinator too."""
        return any(
            area_path.startswith(scope.area_path)
            for scope in self.scopes
            if scope.role == role
            or (role == RoleName.COORDINATOR and scope.role == RoleName.ADMINISTRATOR)
        )

    def needs(self, role: RoleName, area_path: str) -> None:
        """Raises NotAllowed unless the actor holds `role` for the area."""
        if not self.has(role, area_path):
            raise NotAllowed(N_("您没有这个区域的权限"))

    def paths(self, role: RoleName) -> tuple[str, ...]:
        """The areas for which the actor holds `role`."""
        return tuple(
            scope.area_path
            for scope in self.scopes
            if scope.role == role
            or (role == RoleName.COORDINATOR and scope.role == RoleName.ADMINISTRATOR)
        )


def system(via: str) -> Actor:
    """The product itself, acting because a deadline passed or a command was given."""
    return Actor(kind=ActorKind.SYSTEM, via=via)


def resident(via: str) -> Actor:
    """A resident who orders without an account."""
    return Actor(kind=ActorKind.RESIDENT, via=via)
