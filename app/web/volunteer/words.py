"""Words about a match for a volunteer: why they are asked, how far it is, how to get there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from app.areas.datum import Datum, from_wgs84
from app.core.i18n import N_
from app.core.travel import Travel
from app.matching.conflicts import Exclusion
from app.matching.travel import way_of
from app.web.common.formatting import during, metres, when
from app.web.common.travel_words import way_words

SPOKEN = {"yue": N_("居民说粤语"), "hak": N_("居民说客家话"), "en": N_("居民说英语")}
WORTH_SAYING_DAYS = 3
# Nobody is told the minutes of a longer way: it may well be gone in another way.
LONGEST_SAID_MIN = 60


def own_way(distance_m: int | None, travel: Travel) -> str:
    """For example 350 米，走路约 7 分钟. Empty if the distance is unknown."""
    if distance_m is None:
        return ""
    far, way = metres(distance_m), way_of(distance_m, travel)
    if way.minutes > LONGEST_SAID_MIN:
        return far
    said = way_words(way.by, max(1, round(way.minutes)))
    return str(_("%(far)s，%(way)s", far=far, way=said))


def why_you(reasons: list[dict[str, Any]], category: str) -> list[str]:
    """Why this volunteer is asked, the plainest reasons first; nothing about the resident."""
    parts = {str(reason["code"]): reason for reason in reasons}
    said = [_("您选了“%(category)s”", category=category)]
    for code, words in (("duty", _on_duty), ("distance", _near), ("load", _free), ("idle", _idle)):
        part = parts.get(code)
        line = words(part) if part and part.get("points") else ""
        if line:
            said.append(line)
    return [str(line) for line in said]


def _on_duty(part: dict[str, Any]) -> str:
    return str(_("您正在值班"))


def _near(part: dict[str, Any]) -> str:
    far = part["numbers"].get("metres")
    return "" if far is None else str(_("您离得近，%(far)s", far=metres(far)))


def _free(part: dict[str, Any]) -> str:
    return "" if part["numbers"].get("tasks") else str(_("您那天没有别的单"))


def _idle(part: dict[str, Any]) -> str:
    days = part["numbers"].get("days")
    if days is None:
        return str(_("还没有麻烦过您"))
    if days < WORTH_SAYING_DAYS:
        return ""
    return str(ngettext("%(n)s 天没有麻烦您了", "%(n)s 天没有麻烦您了", days, n=days))


def map_links(lat: float | None, lon: float | None) -> list[tuple[str, str]]:
    """Links that open the place in the phone's own map (WGS-84) and in AMap (GCJ-02)."""
    if lat is None or lon is None:
        return []
    there = f"{lat:.6f},{lon:.6f}"
    amap_lat, amap_lon = from_wgs84(lat, lon, Datum.GCJ02)
    amap = f"https://uri.amap.com/marker?position={amap_lon:.6f},{amap_lat:.6f}&src=diandan"
    return [
        (str(_("手机地图")), f"geo:{there}?q={there}"),
        (str(_("高德地图")), f"{amap}&callnative=1"),
    ]


def conflict_words(found: Iterable[Exclusion], zone: ZoneInfo) -> list[str]:
    """What the volunteer has at the time of a task, one sentence each."""
    return [_conflict(why, zone) for why in found]


def _conflict(why: Exclusion, zone: ZoneInfo) -> str:
    at = {
        key: datetime.fromisoformat(why.numbers[key])
        for key in ("from", "to", "until")
        if key in why.numbers
    }
    if why.code == "busy_then":
        return str(_("您那时已经有一单（%(during)s）", during=during(at["from"], at["to"], zone)))
    if why.code == "on_duty_then":
        return str(_("您那时在值班（%(during)s）", during=during(at["from"], at["to"], zone)))
    if why.code == "duty_soon":
        return str(_("您之后马上要值班（%(time)s）", time=when(at["from"], zone)))
    return str(_("您刚值完班，最好休息到 %(time)s", time=when(at["until"], zone)))
