"""Tunes our policy on pilot requests so that it sends no more messages than a peer.

It tunes numbers that a coordinator may change too: open asks, target, how long until an ask is
silent, whether a refusal is replaced. Where no setting is clearly sooner to a yes and no later at
the door, it also changes the weights of the ranking, from the default (`usual`) to some with more
weight on the chance of a yes (`likely`) or on the minutes of the way (`close`). Of the settings
that are early in both it takes the first at the door; if there are none, the one whose worse goal
is best.

Two rounds on separate requests: the first tries every setting on a few, the second the promising
ones on many. So the choice does not depend on luck in the first round.
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

WEIGHTS = {
    "usual": Weights(),
    "likely": Weights(distance=20, chance=60),
    "close": Weights(distance=20, travel=80),
}


@dataclass(frozen=True)
class Setting:
    """One setting of ours."""

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
# Thresholds on the pilot: clearly sooner, and more served where more can be.
SOONER, MORE, SURE = 0.85, 0.02, 0.995
# At the door no later, with some margin.
NO_LATER = 0.95
# No more messages than a peer on other requests either, with 99 % confidence.
SURE_OF_MESSAGES = 2.33
# First round: how many standard errors more a setting may send, and how many of the fastest go on.
DOUBT, HOPEFUL = 1.0, 10


def ours_at(setting: Setting) -> Policy:
    """Ours with a setting; it spares nobody, because the requests are urgent."""
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
    """Results on the pilot: messages, seconds to a yes and to the door of each request, share of
    places filled."""

    asked: tuple[int, ...]
    waited_s: tuple[float, ...]
    door_s: tuple[float, ...]
    filled: float

    def may_spare(self, peer: "Tried") -> bool:
        """Whether it possibly sends no more than a peer, judged by these requests."""
        more = self._more(peer)
        return mean(more) - DOUBT * stdev(more) / sqrt(len(more)) <= 0

    def spares(self, peer: "Tried", others: int) -> bool:
        """Whether it certainly sends no more on this many other requests, whose draws differ."""
        more = self._more(peer)
        error = stdev(more) * sqrt(1 / len(more) + 1 / others)
        return mean(more) + SURE_OF_MESSAGES * error <= 0

    def _more(self, peer: "Tried") -> list[int]:
        return [one - other for one, other in zip(self.asked, peer.asked, strict=True)]

    def slowness(self, peer: "Tried") -> float:
        """Waiting time relative to a peer's, by mean and by median; the worse of both."""
        return max(
            mean(self.waited_s) / mean(peer.waited_s), median(self.waited_s) / median(peer.waited_s)
        )

    def lateness(self, peer: "Tried") -> float:
        """Time until somebody is at the door relative to a peer's, by mean."""
        return mean(self.door_s) / mean(peer.door_s)

    def worse_goal(self, peer: "Tried") -> float:
        """The worse of both goals relative to a peer: time to a yes, time to the door."""
        return max(self.slowness(peer), self.lateness(peer))

    def serves(self, peer: "Tried") -> bool:
        """More places filled than with a peer, where more can be."""
        return self.filled >= min(SURE, peer.filled + MORE)

    def is_clear(self, peer: "Tried") -> bool:
        """Clearly sooner, and more served where more can be."""
        return self.slowness(peer) <= SOONER and self.serves(peer)

    def is_early(self, peer: "Tried") -> bool:
        """Clearly sooner to a yes, and no later at the door."""
        return self.is_clear(peer) and self.lateness(peer) <= NO_LATER

    def is_no_worse(self, other: "Tried") -> bool:
        """In messages, waiting, time to the door and places filled, on the same requests."""
        return (
            sum(self.asked) <= sum(other.asked)
            and mean(self.waited_s) <= mean(other.waited_s)
            and median(self.waited_s) <= median(other.waited_s)
            and mean(self.door_s) <= mean(other.door_s)
            and self.filled >= other.filled
        )


def tried(run: Run) -> Tried:
    """The results of a run."""
    return Tried(
        tuple(one.messages for one in run.outcomes),
        tuple(one.waited_s for one in run.outcomes),
        tuple(one.door_s for one in run.outcomes),
        mean(one.filled for one in run.outcomes),
    )


@dataclass(frozen=True)
class Pilot:
    """Requests for tuning ours: each peer's results on them, and how to try a setting.

    `others` is the number of requests on which it will be judged.
    """

    peers: Mapping[str, Tried]
    try_ours: Callable[[Setting], Tried]
    others: int

    def of(self, settings: Iterable[Setting]) -> dict[Setting, Tried]:
        """The results of each of these settings."""
        return {one: self.try_ours(one) for one in settings}


def settings_for(few: Pilot, many: Pilot) -> dict[str, Setting]:
    """The tuned setting for each peer."""
    peers = many.peers
    usual = many.of(_hopeful(few, peers, "usual"))
    chosen = {name: _choose(usual, peer, many.others) for name, peer in peers.items()}
    found = usual
    for weights in ("close", "likely"):
        unsure = [name for name, peer in peers.items() if not found[chosen[name]].is_early(peer)]
        if unsure:
            found = found | many.of(_hopeful(few, unsure, weights))
            chosen |= {name: _choose(found, peers[name], many.others) for name in unsure}
    return chosen


def _hopeful(few: Pilot, names: Iterable[str], weights: str) -> list[Setting]:
    """The settings that the first round leaves for any of these peers."""
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
        able.sort(key=lambda key: (not found[key].serves(peer), found[key].worse_goal(peer)))
        hopeful |= dict.fromkeys(able[:HOPEFUL])
    return list(hopeful)


def _is_beaten(one: Tried, others: Iterable[Tried]) -> bool:
    return any(other.is_no_worse(one) and not one.is_no_worse(other) for other in others)


def _choose(found: Mapping[Setting, Tried], peer: Tried, others: int) -> Setting:
    """Of those that send no more messages: the first at the door of those early in both goals.

    If there are none: the one whose worse goal is best, of those that serve more, if there are any.
    """
    spare = [key for key, one in found.items() if one.spares(peer, others)]
    if not spare:
        return min(found, key=lambda key: mean(found[key].asked))
    early = [key for key in spare if found[key].is_early(peer)]
    if early:
        return min(early, key=lambda key: found[key].lateness(peer))
    serving = [key for key in spare if found[key].serves(peer)]
    return min(serving or spare, key=lambda key: found[key].worse_goal(peer))
