"""Sentences for residents and volunteers: what is promised, what is late, why somebody is asked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g

from app.areas.datum import Datum, to_wgs84
from app.core.travel import Travel
from app.usecases.requests.follow_request import Followed
from app.usecases.requests.see_story import Moment
from app.web.account.device_words import device_words
from app.web.coordinator.cases.match_words import exclusion_words
from app.web.coordinator.cases.story import DETAILS
from app.web.resident.words import is_late, promise, timeline_items, what_next
from app.web.volunteer.words import map_links, own_way, why_you
from tests.factories import NOW

HOUR = timedelta(hours=1)
ORDER = Followed(
    code="ABCDEFGH",
    state="open",
    own_state="open",
    category="代买药",
    urgency="ordinary",
    rough_place="民乐老村",
    submitted_at=NOW,
    wanted_from=None,
    wanted_to=None,
    places_taken=0,
    volunteers_needed=1,
    phone_confirmed=False,
    arrival_code=None,
    reason=None,
    coming=(),
    stars=None,
    area_path="/1/",
    due_at=NOW + 2 * HOUR,
)


@pytest.fixture
def page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?lang=zh_Hans"):
        g.now = NOW
        yield


@pytest.mark.usefixtures("page")
class TestPromises:
    """Until when, in the community's zone."""

    def test_the_deadline_is_said(self) -> None:
        assert promise(ORDER, NOW) == "最晚 今天 12:00 告诉您结果。"
        assert not is_late(ORDER, NOW)

    def test_no_answer_is_promised_for_after_the_wished_time(self) -> None:
        wanted = {"wanted_from": NOW, "wanted_to": NOW + HOUR}
        assert promise(replace(ORDER, **wanted), NOW) == "最晚 今天 11:00 告诉您结果。"  # type: ignore[arg-type]

    def test_at_its_moment_it_is_late(self) -> None:
        assert is_late(ORDER, NOW + 2 * HOUR) and "对不起" in promise(ORDER, NOW + 2 * HOUR)

    def test_who_comes_at_a_wanted_time_is_awaited_then(self) -> None:
        wanted = {"wanted_from": NOW + 3 * HOUR, "wanted_to": NOW + 5 * HOUR}
        coming = replace(ORDER, state="assigned", due_at=NOW + 4 * HOUR, **wanted)  # type: ignore[arg-type]
        assert promise(coming, NOW) == "今天 13:00 到 15:00 之间到。"
        assert is_late(coming, NOW + 4 * HOUR)

    def test_how_many_are_still_looked_for_is_said(self) -> None:
        some = replace(ORDER, state="in_progress", places_taken=1, volunteers_needed=3)
        assert what_next(some) == "志愿者正在为您服务，还在找 2 位。"
        assert what_next(replace(some, state="matching")) == "已有 1 位接单，还在找 2 位。"
        assert what_next(replace(some, time_over=True)) == "志愿者正在为您服务。"
        passed = replace(ORDER, state="matching", time_over=True)
        assert "另选时间" in what_next(passed) and promise(passed, NOW) == ""
        assert what_next(replace(some, places_taken=3)) == "志愿者正在为您服务。"

    def test_who_has_finished_is_not_said_to_come(self) -> None:
        one = replace(ORDER, places_taken=1, volunteers_needed=2, places_finished=1)
        assert what_next(replace(one, state="matching")) == "已有 1 位做完，还在找 1 位。"
        two = replace(one, places_taken=2)
        assert what_next(replace(two, state="assigned")) == "已有 1 位做完，还有 1 位会过来。"
        assert "1 位做完" in what_next(replace(two, state="in_progress"))
        passed = replace(one, state="matching", time_over=True)
        assert "另选时间" in what_next(passed)

    def test_fewer_are_enough_only_where_places_were_left(self) -> None:
        one = replace(ORDER, state="assigned", places_taken=1, places_left=1)
        assert what_next(one).startswith("已按 1 位安排")
        assert what_next(replace(one, places_left=0)) == "志愿者已接单，会按时过来。"

    @pytest.mark.parametrize("state", ["closed", "cancelled", "rejected", "finished"])
    def test_nothing_is_promised_when_it_is_over(self, state: str) -> None:
        over = replace(ORDER, state=state, due_at=NOW - HOUR)
        assert promise(over, NOW) == "" and not is_late(over, NOW)

    def test_timeline_goes_from_what_was_to_what_comes(self) -> None:
        told = (Moment("help_request.placed", NOW), Moment("match.sent", NOW, "", 3))
        items = timeline_items(replace(ORDER, state="matching"), told)
        assert [item["kind"] for item in items] == ["done", "done", "now", *["later"] * 3]
        assert items[1]["title"] == "问了附近的 3 位志愿者"


@pytest.mark.usefixtures("page")
class TestWhyYou:
    """Reasons that neither flatter nor reveal anybody."""

    def test_reasons_in_words(self) -> None:
        reasons: list[dict[str, Any]] = [
            {"code": "distance", "points": 30, "numbers": {"metres": 344}},
            {"code": "load", "points": 0, "numbers": {"tasks": 2, "limit": 2}},
            {"code": "idle", "points": 15, "numbers": {"days": None}},
            {"code": "familiar", "points": 5, "numbers": {"times": 2}},
            {"code": "of_tomorrow", "points": 1, "numbers": {}},
        ]
        assert why_you(reasons, "代买药") == [
            "您选了“代买药”",
            "您离得近，340 米",
            "还没有麻烦过您",
        ]

    def test_what_earlier_versions_stored_has_its_words(self) -> None:
        zone = ZoneInfo("Asia/Shanghai")
        assert exclusion_words("weary", {}, zone) == exclusion_words("fatigued", {}, zone)
        about = DETAILS["escalation.again"]
        assert about({"told": 2}) == about({"notified": 2}) == "叫了 2 人"

    def test_the_way_is_longer_than_the_line(self) -> None:
        assert own_way(350, Travel.FOOT) == "350 米，走路约 7 分钟"
        assert own_way(900, Travel.BICYCLE) == "900 米，骑车约 9 分钟"
        assert own_way(2400, Travel.CAR) == "2.4 公里，开车约 19 分钟"
        # Nobody takes the bicycle or the car next door.
        assert own_way(100, Travel.CAR) == own_way(100, Travel.FOOT) == "100 米，走路约 3 分钟"
        assert own_way(None, Travel.FOOT) == ""
        assert own_way(9000, Travel.FOOT) == "9.0 公里"

    def test_each_map_gets_its_own_datum(self) -> None:
        (_, phone), (_, amap) = map_links(22.62, 114.03)
        assert phone == "geo:22.620000,114.030000?q=22.620000,114.030000"
        lon, lat = (float(part) for part in amap.split("position=")[1].split("&")[0].split(","))
        assert to_wgs84(lat, lon, Datum.GCJ02) == pytest.approx((22.62, 114.03), abs=1e-5)
        assert map_links(None, None) == []

    def test_devices_have_names(self) -> None:
        agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 MicroMessenger/8.0"
        assert device_words(agent) == "安卓手机，微信"
        assert device_words("") == "未知设备"
