"""Turns typed answers into input of a use case: the place meant, the period, the summary."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.areas import queries as areas
from app.areas.queries import FoundPlace
from app.catalogue import queries as catalogue
from app.core.db import Session
from app.core.i18n import N_
from app.core.wishes import known_wishes
from app.usecases.requests.place_request import NewOrder, least_needed
from app.web.common.languages import current_locale
from app.web.common.order_forms import WhereForm
from app.web.common.row_ids import row_id
from app.web.common.wish_words import wish_words

SPOKEN_NAMES = {"yue": N_("粤语"), "hak": N_("客家话"), "en": N_("英语")}
MOST_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Meant:
    """The place that was meant: one place, several to choose from, a pin, or only words."""

    place: FoundPlace | None = None
    candidates: tuple[FoundPlace, ...] = ()
    error: str = ""


def chosen_place(session: Session, form: WhereForm, choice: str | None) -> Meant:
    """Finds the place that this step means, with and without JavaScript.

    `choice` is the answer to a list of candidates: a place's id, or `none` for "not in the list".
    """
    if choice == "none" or (form.lat.data and form.lon.data):
        return Meant(error=_bad_pin(session, form))
    wanted = row_id(choice or form.place_id.data)
    if wanted is not None:
        place = areas.place_by_id(session, wanted)
        if place is not None and (choice or place.name == form.place.data or not form.place.data):
            return Meant(place=place)
    found = areas.find_places(session, form.place.data or "", limit=MOST_CANDIDATES)
    exact = [place for place in found if place.name == form.place.data]
    if len(exact) == 1:
        return Meant(place=exact[0])
    return Meant(candidates=tuple(found))


def _bad_pin(session: Session, form: WhereForm) -> str:
    if not (form.lat.data and form.lon.data):
        return ""
    try:
        lat, lon = float(form.lat.data), float(form.lon.data)
    except ValueError:
        return N_("地图上的位置看不懂，请再点一次")
    if areas.area_of_point(session, lat, lon) is None:
        return N_("这个位置不在我们的服务范围内，请检查，或打电话给服务点")
    return ""


def remember_where(answers: dict[str, str], form: WhereForm, found: Meant) -> dict[str, str]:
    """The answers with this step's added; those about an earlier place are dropped."""
    kept = {k: v for k, v in answers.items() if k not in ("place_id", "lat", "lon", "place")}
    kept["door"] = form.door.data or ""
    if found.place is not None:
        return {**kept, "place": found.place.name, "place_id": str(found.place.id)}
    kept["place"] = form.place.data or ""
    if form.lat.data and form.lon.data:
        kept |= {"lat": form.lat.data, "lon": form.lon.data}
    return kept


def area_of(session: Session, answers: dict[str, str]) -> str:
    """The path of the area in which help is wanted; empty while that is not known."""
    if answers.get("place_id"):
        place = areas.place_by_id(session, int(answers["place_id"]))
        return place.area_path if place else ""
    if answers.get("lat") and answers.get("lon"):
        area = areas.area_of_point(session, float(answers["lat"]), float(answers["lon"]))
        return area.path if area else ""
    return ""


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def order_from(
    session: Session,
    answers: dict[str, str],
    locale: str,
    *,
    source: str = "web",
    urgency: str | None = None,
) -> NewOrder:
    """The order to place, as the use case takes it."""
    category = catalogue.category_by_code(session, answers["category"])
    parts = (answers.get("place", ""), answers.get("door", ""))
    return NewOrder(
        category_id=category.id if category else 0,
        need=answers["need"],
        phone=answers["phone"],
        name=answers.get("name") or None,
        visited_name=answers.get("visited_name") or None,
        visited_phone=answers.get("visited_phone") or None,
        address=" ".join(part for part in parts if part) or None,
        place_id=int(answers["place_id"]) if answers.get("place_id") else None,
        lat=float(answers["lat"]) if answers.get("lat") else None,
        lon=float(answers["lon"]) if answers.get("lon") else None,
        wanted_from=_instant(answers.get("wanted_from")),
        wanted_to=_instant(answers.get("wanted_to")),
        spoken_language=answers.get("spoken") or None,
        wishes=tuple(answers.get("wishes", "").split(",")),
        source=source,
        urgency=urgency,
        language=locale,
        volunteers_needed=int(answers.get("volunteers_needed") or 0) or None,
    )


def _wishes(answers: dict[str, str], asked: Iterable[str]) -> list[str]:
    """The wishes that were said and that the category asks for."""
    return known_wishes(answers.get("wishes", "").split(","), asked)


def summary(session: Session, answers: dict[str, str]) -> dict[str, Any]:
    """What the last step shows for checking."""
    category = catalogue.category_by_code(session, answers["category"])
    wishes = _wishes(answers, category.wishes if category else ())
    asked_for = int(answers.get("volunteers_needed") or 0)
    usual = category.volunteers_needed if category else 1
    return {
        **answers,
        "people": least_needed(asked_for or usual, wishes),
        "category_name": category.name(current_locale()) if category else "",
        "on_map": bool(answers.get("lat")),
        "area_path": area_of(session, answers),
        "from": _instant(answers.get("wanted_from")),
        "to": _instant(answers.get("wanted_to")),
        "wish_words": wish_words(wishes),
        "spoken_name": SPOKEN_NAMES.get(answers.get("spoken", ""), ""),
    }
