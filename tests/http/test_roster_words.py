"""Every sentence of a draft, worked out again from what was asked for and what was built."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, g
from hypothesis import HealthCheck, given, settings

from app.core.wall_time import wall_of
from app.rotation.roster.asked import Asked, Helper, Piece
from app.rotation.roster.built import Built, Gap, WhyNot
from app.rotation.roster.intervals import joined, within
from app.rotation.roster.search import Effort
from app.rotation.roster.solve import build
from app.web.coordinator.rosters import words
from tests.domain.roster_parts import ZONE, day, limits, month, problems, turns

HOUR = timedelta(hours=1)
DAYS = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]


@pytest.fixture
def page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?lang=zh_Hans"):
        g.zone = ZONE
        yield


def numbers(sentence: str) -> list[float]:
    return [float(one) for one in re.findall(r"\d+(?:\.\d+)?", sentence)]


def duty(asked: Asked, built: Built, helper: Helper) -> float:
    """Hours on duty that begin in the month, with what was agreed to before."""
    held = [*helper.held, *(one for one in asked.kept if one.person_id == helper.person_id)]
    mine = [*turns(built, helper.person_id), *(o for o in held if o.starts_at >= asked.starts_at)]
    return sum(
        (one.ends_at - one.starts_at) / HOUR for one in mine if one.starts_at < asked.ends_at
    )


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(asked=problems(days=3, people=5, edges=4, layers=True))
def test_every_sentence_is_borne_out(page: None, asked: Asked) -> None:
    built = build(asked, Effort(seconds=20, workers=1))
    layers = max((one.layer for one in asked.pieces), default=1)
    _about_people(asked, built)
    _about_gaps(asked, built)
    _about_turns(asked, built)
    said = words.quality_words(built, 8, layers)
    assert built.coverage.proven == ("不可能再多" in said[0])
    if built.coverage.proven:
        assert numbers(said[0].replace("一小时抵后备的两小时", "")) == [8, asked.shortest_h]
        assert ("抵后备的两小时" in said[0]) == (layers > 1)
    else:
        assert numbers(said[0])[-1] >= built.coverage.bound - built.coverage.value - 1e-6
    assert built.fairness.proven == ("已经分得最匀" in said[-1])


def _about_people(asked: Asked, built: Built) -> None:
    offering = [
        one for one in asked.helpers if within(joined(one.offers), asked.starts_at, asked.ends_at)
    ]
    hours = [duty(asked, built, one) for one in offering]
    count, least, most, *_rest = numbers(words.range_words(built))
    assert count == len(offering)
    assert (least, most) == (min(hours, default=0), max(hours, default=0))
    nothing = {one.person_id for one, done in zip(offering, hours, strict=True) if not done}
    names = {one.person_id: f"第{one.person_id}位" for one in asked.helpers}
    assert {row[0] for row in words.idle_rows(built.idle, names)} == {names[n] for n in nothing}
    for one, line in zip(built.pairs, words.pair_words(built.pairs, names), strict=True):
        mine, theirs = (
            joined((t.starts_at, t.ends_at) for t in turns(built, who))
            for who in (one.person_id, one.other_id)
        )
        both = sum((e - s) / HOUR for a, b in mine for s, e in within(theirs, a, b))
        alone = sum((e - s) / HOUR for s, e in (*mine, *theirs)) - 2 * both
        assert numbers(line)[-2:] == [both, alone]


def _about_gaps(asked: Asked, built: Built) -> None:
    told: Counter[tuple[str, str]] = Counter()
    for line in words.gap_lines(built.gaps, ZONE):
        about, missing, why, days = words.gap_rows([line])[0]
        assert int(missing) == line.missing and len(days.split("、")) == len(line.days)
        told[about, why] += line.missing
    # Each gap is shown with its own reason.
    found: Counter[tuple[str, str]] = Counter()
    for gap in built.gaps:
        [line] = words.gap_lines([gap], ZONE)
        found[line.about, line.why] += gap.missing
        some = any(
            within(joined(one.offers), gap.piece.starts_at, gap.piece.ends_at)
            for one in asked.helpers
        )
        assert (line.why == "没有人报名这个时间") == (not some)
        assert line.about.startswith(DAYS[wall_of(gap.piece.starts_at, ZONE).weekday()])
    assert told == found


def _about_turns(asked: Asked, built: Built) -> None:
    names = {one.person_id: f"第{one.person_id}位" for one in asked.helpers}
    rows = words.day_rows(built, names, ZONE)
    said = Counter(name for row in rows for name in row[2].split("、") if name != "还缺人")
    assert said == {
        names[one.person_id]: len(turns(built, one.person_id))
        for one in asked.helpers
        if turns(built, one.person_id)
    }
    assert sum(row[2].count("还缺人") for row in rows) == sum(one.missing for one in built.gaps)


def test_each_line_of_gaps_has_its_own_reason(page: None) -> None:
    """Two Mondays at the same hours lack somebody for two reasons: two lines."""

    def gap(week: int, *reasons: WhyNot) -> Gap:
        return Gap(Piece(*day(7 * week, 0, 8)), 1, reasons)

    full, nobody = WhyNot("week_full", 2), WhyNot("no_offer", 3)
    lines = words.gap_lines([gap(0, nobody), gap(1, nobody, full), gap(2, nobody)], ZONE)
    assert {(one.why, len(one.days)) for one in lines} == {
        ("没有人报名这个时间", 2),
        ("2 人那个星期已经排满；3 人没有报名这个时间", 1),
    }


def test_what_would_change_it_is_said(page: None) -> None:
    one = Helper(1, (day(0, 0, 12),), limits())
    asked = replace(month((one,), days=1), longest_allowed_h=12)
    said = words.quality_words(build(asked, Effort(seconds=4, workers=1)), 8, 1)
    assert said[0].endswith("一班最长 8 小时、最短 2 小时，不可能再多。")
    assert said[1] == "如果一班可以 12 小时，至少能多排 4 小时。"


def test_a_draft_of_an_earlier_version_is_shown(page: None) -> None:
    asked = month((Helper(1, (day(0, 0, 8),), limits()),), days=1)
    old = replace(build(asked, Effort(seconds=2, workers=1)), shortest_h=0, idle=(), what_if=())
    assert "一班 8 小时" in words.quality_words(old, 8, 2)[0]


def test_a_turn_is_shown_as_it_will_be_asked(page: None) -> None:
    """Two parts of one person that touch are one line."""
    people = (
        Helper(1, (day(0, 6, 14),), limits()),
        Helper(2, (day(0, 14, 22),), limits()),
    )
    built = build(month(people, days=1), Effort(seconds=4, workers=1))
    rows = words.day_rows(built, {1: "甲", 2: "乙"}, ZONE)
    assert [(row[0].split()[-1], row[2]) for row in rows if row[2] != "还缺人"] == [
        ("06:00–14:00", "甲"),
        ("14:00–22:00", "乙"),
    ]
