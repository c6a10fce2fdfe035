"""Turning our policy so that it sends no more messages than a peer, on pilot requests.

What is turned are numbers that a coordinator may turn too: open asks, target, how long until an ask
is silent, whether a refusal is replaced. Where no setting is clearly better, the weights of the
ranking are turned as well, from the house's (`usual`) to some that count the chance of a yes for
more (`likely`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import sqrt
from statistics import mean, median, stdev

from app.matching.lab.outcomes import Run
from app.matching.lab.shipped import shipped
from app.matching.policy import COORDINATOR, Policy
from app.matching.ranking import Weights

WEIGHTS = {"usual": Weights(), "likely": Weights(distance=20, chance=60)}


@dataclass(frozen=True)
class Setting:
    """One way of turning ours."""

    asks: int
    target: float
    answer_s: int
    replaces: bool = True
    weights: str = "usual"


DIAL = (
    *(Setting(1, 1.0, seconds) for seconds in (300, 240, 180, 120)),
    *(Setting(6, target, 300) for target in (0.3, 0.5, 0.7, 0.9)),
    *(Setting(asks, 1.0, 900) for asks in (2, 3, 4, 5)),
    *(Setting(asks, 1.0, 300) for asks in (2, 3, 4, 5, 6, 7, 8, 10, 14, 20, 24, 27, 90)),
    *(
        Setting(asks, 1.0, 1800, replaces=False)
        for asks in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 24, 27, 60, 90, 96)
    ),
)
# Clearly sooner on the pilot, and more served where more can be.
SOONER, MORE, SURE = 0.85, 0.02, 0.995
# No more messages than a peer, so many standard errors of the pilot away from it.
SURE_OF_MESSAGES = 1.64


def ours_at(setting: Setting) -> Policy:
    """Ours turned to a setting; it spares nobody in urgent need."""
    base = shipped("ours")
    phases = tuple(
        one
        if one.audience == COORDINATOR
        else replace(one, open_asks=setting.asks, target=setting.target, answer_s=setting.answer_s)
        for one in base.phases
    )
    return replace(
        base,
        phases=phases,
        replace=setting.replaces,
        most_open=setting.asks,
        idle_share=0.0,
        fatigue=None,
    )


@dataclass(frozen=True)
class Tried:
    """What the pilot says: messages and seconds of each request, places filled of one."""

    asked: tuple[int, ...]
    waited_s: tuple[float, ...]
    filled: float

    def spares(self, peer: "Tried") -> bool:
        """Whether it surely sends no more than a peer."""
        more = [one - other for one, other in zip(self.asked, peer.asked, strict=True)]
        return mean(more) + SURE_OF_MESSAGES * stdev(more) / sqrt(len(more)) <= 0

    def slowness(self, peer: "Tried") -> float:
        """Waiting beside a peer's, in the mean and for half of the requests; the worse of both."""
        return max(
            mean(self.waited_s) / mean(peer.waited_s), median(self.waited_s) / median(peer.waited_s)
        )

    def is_clear(self, peer: "Tried") -> bool:
        """Clearly sooner, and more served where more can be."""
        return self.slowness(peer) <= SOONER and self.filled >= min(SURE, peer.filled + MORE)


def tried(run: Run) -> Tried:
    """A run in few numbers."""
    return Tried(
        tuple(one.messages for one in run.outcomes),
        tuple(one.waited_s for one in run.outcomes),
        mean(one.filled for one in run.outcomes),
    )


def settings_for(
    peers: Mapping[str, Tried], try_ours: Callable[[Setting], Tried]
) -> dict[str, Setting]:
    """Ours as it is turned for each peer."""
    usual = _turn(peers, try_ours, "usual")
    chosen = {name: _choose(usual, peer) for name, peer in peers.items()}
    unsure = {name: peer for name, peer in peers.items() if not usual[chosen[name]].is_clear(peer)}
    if unsure:
        both = usual | _turn(unsure, try_ours, "likely")
        chosen |= {name: _choose(both, peer) for name, peer in unsure.items()}
    return chosen


def _turn(
    peers: Mapping[str, Tried], try_ours: Callable[[Setting], Tried], weights: str
) -> dict[Setting, Tried]:
    """Every setting that may keep to the messages of these peers."""
    most = max(mean(one.asked) for one in peers.values())
    turned = [replace(one, weights=weights) for one in DIAL if one.target < 1 or one.asks <= most]
    return {one: try_ours(one) for one in turned}


def _choose(found: Mapping[Setting, Tried], peer: Tried) -> Setting:
    """The fastest that sends no more messages; of those that serve no fewer, if there are any."""
    spare = [key for key, one in found.items() if one.spares(peer)]
    if not spare:
        return min(found, key=lambda key: mean(found[key].asked))
    serving = [key for key in spare if found[key].filled >= min(SURE, peer.filled + MORE)]
    return min(serving or spare, key=lambda key: found[key].slowness(peer))
