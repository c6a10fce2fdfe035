"""The places of a help request: one for each volunteer it needs, each with a life of its own.

A request may be served at one place while another is still looked for. What a request is follows
from its places.
"""

from collections.abc import Collection
from enum import StrEnum

from app.core.i18n import N_
from app.core.life_cycle import LifeCycle, to
from app.help_requests.rules import State


class PlaceState(StrEnum):
    """The state of one place. Left: it ended without service, as it was not needed any more."""

    OPEN = "open"
    TAKEN = "taken"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    FINISHED = "finished"
    LEFT = "left"


# A volunteer holds it, or has served at it.
HELD = frozenset({PlaceState.TAKEN, PlaceState.ON_THE_WAY, PlaceState.ARRIVED, PlaceState.FINISHED})
BEFORE_SERVICE = (PlaceState.TAKEN, PlaceState.ON_THE_WAY)

PLACE_LIFE = LifeCycle(
    "request_place",
    PlaceState,
    {
        "take": to(PlaceState.TAKEN, PlaceState.OPEN),
        "set_out": to(PlaceState.ON_THE_WAY, PlaceState.TAKEN),
        "arrive": to(PlaceState.ARRIVED, *BEFORE_SERVICE),
        "finish": to(PlaceState.FINISHED, PlaceState.ARRIVED),
        "free": to(PlaceState.OPEN, *BEFORE_SERVICE, PlaceState.ARRIVED),
        "leave": to(PlaceState.LEFT, PlaceState.OPEN),
        "need_again": to(PlaceState.OPEN, PlaceState.LEFT),
    },
    N_("这张需求单的状态已经变了，请看最新情况"),
)


def state_from_places(before: State, places: Collection[PlaceState]) -> State:
    """The state of a request that is not over, from the states of its places of this round.

    A request with an open place stays as it was before anybody was found, or is matched again.
    """
    if PlaceState.ARRIVED in places:
        return State.IN_PROGRESS
    if PlaceState.OPEN in places:
        waits = before in (State.SUBMITTED, State.OPEN, State.REOPENED)
        return before if waits else State.MATCHING
    if any(one in places for one in BEFORE_SERVICE):
        return State.ASSIGNED
    return State.FINISHED if PlaceState.FINISHED in places else before
