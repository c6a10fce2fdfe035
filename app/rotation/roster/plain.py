"""A month and its roster as plain data (JSON), for the solver process and for storage.

Only ids and times, no personal data.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.rotation.rest import Limits
from app.rotation.roster.asked import Asked, Helper, Piece, Wish
from app.rotation.roster.built import Built, Gap, Idle, Quality, Share, Together, WhatIf, WhyNot
from app.rotation.rules import Span

Plain = dict[str, Any]


def plain_asked(asked: Asked) -> Plain:
    """The month as `asked_from` reads it."""
    return {
        "zone": asked.zone.key,
        "starts_at": asked.starts_at.isoformat(),
        "ends_at": asked.ends_at.isoformat(),
        "pieces": [_piece(one) for one in asked.pieces],
        "helpers": [_helper(one) for one in asked.helpers],
        "kept": [_span(one) for one in asked.kept],
        "shortest_h": asked.shortest_h,
        "longest_allowed_h": asked.longest_allowed_h,
    }


def asked_from(value: Mapping[str, Any]) -> Asked:
    """Reads the month from plain data."""
    return Asked(
        zone=ZoneInfo(value["zone"]),
        starts_at=_at(value["starts_at"]),
        ends_at=_at(value["ends_at"]),
        pieces=tuple(_piece_from(one) for one in value["pieces"]),
        helpers=tuple(_helper_from(one) for one in value["helpers"]),
        kept=tuple(_span_from(one) for one in value["kept"]),
        shortest_h=value["shortest_h"],
        longest_allowed_h=value["longest_allowed_h"],
    )


def plain_built(built: Built) -> Plain:
    """The roster as `built_from` reads it."""
    return {
        "spans": [_span(one) for one in built.spans],
        "gaps": [
            {
                "piece": _piece(one.piece),
                "missing": one.missing,
                "reasons": [[why.code, why.people] for why in one.reasons],
            }
            for one in built.gaps
        ],
        "shares": [asdict(one) for one in built.shares],
        "filled": built.filled,
        "wanted": built.wanted,
        "coverage": asdict(built.coverage),
        "fairness": asdict(built.fairness),
        "wishes": asdict(built.wishes),
        "idle": [asdict(one) for one in built.idle],
        "pairs": [asdict(one) for one in built.pairs],
        "what_if": [asdict(one) for one in built.what_if],
        "shortest_h": built.shortest_h,
        "seconds": round(built.seconds, 3),
    }


def built_from(value: Mapping[str, Any]) -> Built:
    """Reads the roster from plain data."""
    return Built(
        spans=tuple(_span_from(one) for one in value["spans"]),
        gaps=tuple(
            Gap(
                _piece_from(one["piece"]),
                one["missing"],
                tuple(WhyNot(code, people) for code, people in one["reasons"]),
            )
            for one in value["gaps"]
        ),
        shares=tuple(Share(**one) for one in value["shares"]),
        filled=value["filled"],
        wanted=value["wanted"],
        coverage=Quality(**value["coverage"]),
        fairness=Quality(**value["fairness"]),
        wishes=Quality(**value["wishes"]),
        # Drafts of earlier versions have none of these.
        idle=tuple(Idle(**one) for one in value.get("idle", ())),
        pairs=tuple(Together(**one) for one in value.get("pairs", ())),
        what_if=tuple(WhatIf(**one) for one in value.get("what_if", ())),
        shortest_h=value.get("shortest_h", 0),
        seconds=value["seconds"],
    )


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _span(one: Span) -> list[Any]:
    return [one.person_id, one.starts_at.isoformat(), one.ends_at.isoformat(), one.layer]


def _span_from(value: list[Any]) -> Span:
    person_id, start, end, layer = value
    return Span(person_id, _at(start), _at(end), layer)


def _piece(one: Piece) -> list[Any]:
    return [one.starts_at.isoformat(), one.ends_at.isoformat(), one.layer, one.needs]


def _piece_from(value: list[Any]) -> Piece:
    start, end, layer, needs = value
    return Piece(_at(start), _at(end), layer, needs)


def _helper(one: Helper) -> Plain:
    return {
        "person_id": one.person_id,
        "offers": [[start.isoformat(), end.isoformat()] for start, end in one.offers],
        "limits": asdict(one.limits),
        "wishes": [
            [wish.starts_at.isoformat(), wish.ends_at.isoformat(), wish.like] for wish in one.wishes
        ],
        "held": [_span(span) for span in one.held],
        "couple": one.couple,
    }


def _helper_from(value: Mapping[str, Any]) -> Helper:
    return Helper(
        person_id=value["person_id"],
        offers=tuple((_at(start), _at(end)) for start, end in value["offers"]),
        limits=Limits(**value["limits"]),
        wishes=tuple(Wish(_at(start), _at(end), like) for start, end, like in value["wishes"]),
        held=tuple(_span_from(one) for one in value["held"]),
        couple=value["couple"],
    )
