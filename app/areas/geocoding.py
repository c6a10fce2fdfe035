"""Asking geocoders where an address is. Off the request path; answers are WGS-84.

Stores and logs nothing, because an address is personal data. Reports what each geocoder did as an
`Outcome`.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode, urlsplit

from geopy.adapters import AdapterHTTPError, URLLibAdapter
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderQuotaExceeded,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
    GeopyError,
)
from geopy.geocoders import BaiduV3, Nominatim
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from app.areas.datum import Datum, to_wgs84

TIMEOUT_S = 2.0
USER_AGENT = "diandan"
# geopy logs the URL it requests, which contains the address.
logging.getLogger("geopy").setLevel(logging.CRITICAL)
# geopy's default adapter tries three times: a time-out would last three times as long and be
# reported as another error.
ADAPTER = URLLibAdapter

# Too coarse to use: the middle of a town. A pin set by a coordinator is better.
COARSE = {"国家", "省", "城市", "市", "区县", "区域", "开发区", "乡镇", "未知", "UNKNOWN"}
COARSE |= {"country", "state", "province", "region", "county", "city", "city_district"}
COARSE |= {"district", "municipality", "borough", "town", "postcode", "administrative"}
FINE = {"门址", "门牌号", "单元号", "楼号", "地产小区", "住宅区", "兴趣点"}
FINE |= {"house", "building", "apartments", "amenity", "residential", "shop"}
# AMap's answers with status 0, by its public table of info codes.
AMAP_QUOTA = frozenset(["10003", "10004", "10014", "10019", "10020", "10021", "10029", "10044"])
AMAP_KEY = frozenset(["10001", "10002", "10005", "10006", "10007", "10008", "10009", "10012"])


class Outcome(StrEnum):
    """What became of asking one geocoder."""

    FOUND = "found"
    UNKNOWN = "unknown"
    TOO_COARSE = "too_coarse"
    TIMEOUT = "timeout"
    QUOTA = "quota"
    REFUSED = "refused"
    UNAVAILABLE = "unavailable"
    BAD_ANSWER = "bad_answer"


# The first match counts, so geopy's subclasses stand before their base classes.
OUTCOMES: tuple[tuple[type[Exception], Outcome], ...] = (
    (GeocoderTimedOut, Outcome.TIMEOUT),
    (GeocoderQuotaExceeded, Outcome.QUOTA),
    (GeocoderAuthenticationFailure, Outcome.REFUSED),
    (GeocoderInsufficientPrivileges, Outcome.REFUSED),
    (GeocoderUnavailable, Outcome.UNAVAILABLE),
    (GeocoderServiceError, Outcome.UNAVAILABLE),
)


@dataclass(frozen=True, slots=True)
class Geocoded:
    """Where an address is (WGS-84), and which geocoder found it.

    `precision` is "fine" (a building or an estate) or "street"; `label` is the address in the
    geocoder's words, personal like the address itself, and empty where it gives none.
    """

    lat: float
    lon: float
    source: str
    precision: str = "street"
    label: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A geocoder to ask, and the datum in which it answers."""

    name: str
    datum: Datum
    geocoder: Any


@dataclass(frozen=True, slots=True)
class Attempt:
    """One geocoder's outcome; `place` only when it was found."""

    source: str
    outcome: Outcome
    place: Geocoded | None = None


class AMap(Geocoder):  # type: ignore[misc]
    """The AMap (高德) web service, which geopy does not have. It answers in GCJ-02."""

    api_path = "/v3/geocode/geo"

    def __init__(
        self, api_key: str, *, scheme: str | None = None, domain: str = "restapi.amap.com"
    ) -> None:
        super().__init__(scheme=scheme, user_agent=USER_AGENT, adapter_factory=ADAPTER)
        self.api_key = api_key
        self.domain = domain

    def geocode(self, query: str, *, exactly_one: bool = True, timeout: Any = None) -> Any:
        """The best place for the address, or None. Raises geopy's errors."""
        values = {"key": self.api_key, "address": query, "output": "JSON"}
        url = f"{self.scheme}://{self.domain}{self.api_path}?{urlencode(values)}"
        return self._call_geocoder(url, self._read, timeout=timeout or TIMEOUT_S)

    def _read(self, answer: dict[str, Any]) -> Location | None:
        if answer.get("status") != "1":
            raise _amap_error(str(answer.get("infocode", "unknown")))
        places = answer.get("geocodes") or []
        if not places:
            return None
        lon, lat = (float(part) for part in places[0]["location"].split(","))
        return Location(places[0].get("formatted_address") or "", (lat, lon, 0.0), places[0])


class KeyedNominatim(Nominatim):  # type: ignore[misc]
    """Nominatim for servers that ask for a key, as LocationIQ and geocode.maps.co do.

    One reads `key` and the other `api_key`; each ignores the other's.
    """

    def __init__(self, api_key: str, **server: str) -> None:
        super().__init__(user_agent=USER_AGENT, adapter_factory=ADAPTER, **server)
        self.api_key = api_key

    def _call_geocoder(self, url: str, callback: Any, **options: Any) -> Any:
        if self.api_key:
            url = f"{url}&{urlencode({'key': self.api_key, 'api_key': self.api_key})}"
        try:
            return super()._call_geocoder(url, callback, **options)
        except GeocoderServiceError as error:
            # LocationIQ says so of an address that it does not know; a wrong path is 404 too.
            cause = error.__cause__
            if isinstance(cause, AdapterHTTPError) and "Unable to geocode" in (cause.text or ""):
                return None
            raise


def _amap_error(code: str) -> GeopyError:
    if code in AMAP_QUOTA:
        return GeocoderQuotaExceeded(code)
    if code in AMAP_KEY:
        return GeocoderAuthenticationFailure(code)
    return GeocoderServiceError(code)


def build(kind: str, *, url: str, key: str) -> Asked:
    """A geocoder by its kind: nominatim, baidu or amap. Raises ValueError for another.

    `url` is a server with the same protocol, with the path before the protocol's own if there is
    one; empty for the service's own. Nominatim's own server asks for no key.
    """
    if kind == "nominatim":
        return Asked(kind, Datum.WGS84, KeyedNominatim(key, **_split(url)))
    if kind == "baidu":
        return Asked(kind, Datum.BD09, _baidu(url, key))
    if kind == "amap":
        return Asked(kind, Datum.GCJ02, AMap(key, **_split(url)))
    raise ValueError(kind)


def _split(url: str) -> dict[str, str]:
    """Scheme, and host with path, as geopy's two arguments; none for the service's own server."""
    if not url:
        return {}
    parts = urlsplit(url)
    return {"scheme": parts.scheme, "domain": parts.netloc + parts.path}


def _baidu(url: str, key: str) -> BaiduV3:
    """BaiduV3 hard-codes its host, so another is set on the instance."""
    parts = _split(url)
    scheme = parts.get("scheme")
    made = BaiduV3(key, scheme=scheme, user_agent=USER_AGENT, adapter_factory=ADAPTER)
    if parts:
        made.api = f"{parts['scheme']}://{parts['domain']}{made.api_path}"
    return made


def geocode(address: str, geocoders: Sequence[Asked], region: str = "") -> Geocoded | None:
    """The first answer of the geocoders in their order; None when none knows or answers.

    `region` ("深圳市龙华区") is put before an address that does not name it.
    """
    return next((one.place for one in attempts(address, geocoders, region) if one.place), None)


def attempts(address: str, geocoders: Sequence[Asked], region: str = "") -> list[Attempt]:
    """What each geocoder said, in order, up to the first that found the address."""
    query = address if not region or region in address else f"{region}{address}"
    made: list[Attempt] = []
    for asked in geocoders:
        made.append(_ask(asked, query))
        if made[-1].place:
            break
    return made


def _ask(asked: Asked, query: str) -> Attempt:
    try:
        place = asked.geocoder.geocode(query, timeout=TIMEOUT_S)
        return _attempt(asked, place)
    except GeopyError as error:
        outcome = next((one for kind, one in OUTCOMES if isinstance(error, kind)), None)
        return Attempt(asked.name, outcome or Outcome.UNAVAILABLE)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        # Garbage in an answer that could be read as JSON.
        return Attempt(asked.name, Outcome.BAD_ANSWER)


def _attempt(asked: Asked, place: Location | None) -> Attempt:
    if place is None:
        return Attempt(asked.name, Outcome.UNKNOWN)
    raw = place.raw or {}
    level = str(raw.get("level") or raw.get("addresstype") or raw.get("type") or "")
    if level in COARSE:
        return Attempt(asked.name, Outcome.TOO_COARSE)
    lat, lon = to_wgs84(place.latitude, place.longitude, asked.datum)
    # Baidu's "address" is its level, not an address.
    label = "" if asked.datum is Datum.BD09 else str(place.address or "")
    precision = "fine" if level in FINE else "street"
    return Attempt(asked.name, Outcome.FOUND, Geocoded(lat, lon, asked.name, precision, label))
