"""Turning our policy so that it sends no more messages than a peer, on pilot requests.

What is turned are numbers that a coordinator may turn too: open asks, target, how long until an ask
is silent, whether a refusal is replaced. Where no setting is clearly better, the weights of the
ranking are turned as well, from the house's (`usual`) to some that count the chance of a yes for
more (`likely`).

Two rounds, each on requests of its own: in the first every setting is tried on a few, in the second
the hopeful ones on many. So the one that is chosen was not chosen for its luck in the first.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
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


FEW = range(1, 10)
MANY = (10, 14, 20, 24, 27, 90)
ONCE = (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 24, 27, 60, 90, 96)
TARGETS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
DIAL = (
    *(Setting(*one) for one in product(FEW, (1.0,), (120, 180, 240, 300, 450, 600, 900))),
    *(Setting(asks, 1.0, 300) for asks in MANY),
    *(Setting(*one) for one in product((6, 12), TARGETS, (300, 900))),
    *(Setting(asks, 1.0, 1800, replaces=False) for asks in ONCE),
)
# Clearly sooner on the pilot, and more served where more can be.
SOONER, MORE, SURE = 0.85, 0.02, 0.995
# No more messages than a peer on other requests either, in all but one of a hundred cases.
SURE_OF_MESSAGES = 2.33
# In the first round a setting may send so many standard errors more; so many of the fastest go on.
DOUBT, HOPEFUL = 1.0, 10


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

    def may_spare(self, peer: "Tried") -> bool:
        """Whether it may send no more than a peer, as far as these requests tell."""
        more = self._more(peer)
        return mean(more) - DOUBT * stdev(more) / sqrt(len(more)) <= 0

    def spares(self, peer: "Tried", others: int) -> bool:
        """Whether it surely sends no more on so many other requests, with luck of their own."""
        more = self._more(peer)
        error = stdev(more) * sqrt(1 / len(more) + 1 / others)
        return mean(more) + SURE_OF_MESSAGES * error <= 0

    def _more(self, peer: "Tried") -> list[int]:
        return [one - other for one, other in zip(self.asked, peer.asked, strict=True)]

    def slowness(self, peer: "Tried") -> float:
        """Waiting beside a peer's, in the mean and for half of the requests; the worse of both."""
        return max(
            mean(self.waited_s) / mean(peer.waited_s), median(self.waited_s) / median(peer.waited_s)
        )

    def serves(self, peer: "Tried") -> bool:
        """More places filled than with a peer, where more can be."""
        return self.filled >= min(SURE, peer.filled + MORE)

    def is_clear(self, peer: "Tried") -> bool:
        """Clearly sooner, and more served where more can be."""
        return self.slowness(peer) <= SOONER and self.serves(peer)

    def is_no_worse(self, other: "Tried") -> bool:
        """In messages, waiting and places filled, on the same requests."""
        return (
            sum(self.asked) <= sum(other.asked)
            and mean(self.waited_s) <= mean(other.waited_s)
            and median(self.waited_s) <= median(other.waited_s)
            and self.filled >= other.filled
        )


def tried(run: Run) -> Tried:
    """A run in few numbers."""
    return Tried(
        tuple(one.messages for one in run.outcomes),
        tuple(one.waited_s for one in run.outcomes),
        mean(one.filled for one in run.outcomes),
    )


@dataclass(frozen=True)
class Pilot:
    """Requests to turn ours on: what each peer did with them, and how to try a setting.

    `others` are the requests that it will be judged on.
    """

    peers: Mapping[str, Tried]
    try_ours: Callable[[Setting], Tried]
    others: int

    def of(self, settings: Iterable[Setting]) -> dict[Setting, Tried]:
        """Each of these settings, tried."""
        return {one: self.try_ours(one) for one in settings}


def settings_for(few: Pilot, many: Pilot) -> dict[str, Setting]:
    """Ours as it is turned for each peer."""
    peers = many.peers
    usual = many.of(_hopeful(few, peers, "usual"))
    chosen = {name: _choose(usual, peer, many.others) for name, peer in peers.items()}
    unsure = [name for name, peer in peers.items() if not usual[chosen[name]].is_clear(peer)]
    if unsure:
        both = usual | many.of(_hopeful(few, unsure, "likely"))
        chosen |= {name: _choose(both, peers[name], many.others) for name in unsure}
    return chosen


def _hopeful(few: Pilot, names: Iterable[str], weights: str) -> list[Setting]:
    """Those that the first round leaves for any of these peers."""
    peers = [few.peers[name] for name in names]
    most = max(mean(one.asked) for one in peers)
    turned = [replace(one, weights=weights) for one in DIAL if one.target < 1 or one.asks <= most]
    found = few.of(turned)
    best = [key for key, one in found.items() if not _is_beaten(one, found.values())]
    hopeful: dict[Setting, None] = {}
    for peer in peers:
        able = [key for key in best if found[key].may_spare(peer)]
        able.sort(key=lambda key: (not found[key].serves(peer), found[key].slowness(peer)))
        hopeful |= dict.fromkeys(able[:HOPEFUL] or best)
    return list(hopeful)


def _is_beaten(one: Tried, others: Iterable[Tried]) -> bool:
    return any(other.is_no_worse(one) and not one.is_no_worse(other) for other in others)


def _choose(found: Mapping[Setting, Tried], peer: Tried, others: int) -> Setting:
    """The fastest that sends no more messages; of those that serve more, if there are any."""
    spare = [key for key, one in found.items() if one.spares(peer, others)]
    if not spare:
        return min(found, key=lambda key: mean(found[key].asked))
    serving = [key for key in spare if found[key].serves(peer)]
    return min(serving or spare, key=lambda key: found[key].slowness(peer))
