"""Asking geocoders where an address is. Off the request path; answers are WGS-84."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from geopy.exc import GeocoderServiceError, GeopyError
from geopy.geocoders import BaiduV3, Nominatim
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from app.areas.datum import Datum, to_wgs84

TIMEOUT_S = 2.0
USER_AGENT = "diandan"


@dataclass(frozen=True, slots=True)
class Geocoded:
    """Where an address is, and who said so."""

    lat: float
    lon: float
    source: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A geocoder to ask, and the datum in which it answers."""

    name: str
    datum: Datum
    geocoder: Any


class AMap(Geocoder):  # type: ignore[misc]
    """The AMap (高德) web service, which geopy does not have. It answers in GCJ-02."""

    api_path = "/v3/geocode/geo"

    def __init__(
        self, api_key: str, *, scheme: str | None = None, domain: str = "restapi.amap.com"
    ) -> None:
        super().__init__(scheme=scheme, timeout=TIMEOUT_S, user_agent=USER_AGENT)
        self.api_key = api_key
        self.domain = domain

    def geocode(self, query: str, *, exactly_one: bool = True, timeout: Any = None) -> Any:
        """The best place for the address, or None. Raises geopy's errors."""
        from_url = f"{self.scheme}://{self.domain}{self.api_path}"
        url = f"{from_url}?{urlencode(self._values(query))}"
        return self._call_geocoder(url, self._read, timeout=timeout or TIMEOUT_S)

    def _values(self, query: str) -> dict[str, str]:
        return {"key": self.api_key, "address": query, "output": "JSON"}

    def _read(self, answer: dict[str, Any]) -> Location | None:
        if answer.get("status") != "1":
            raise GeocoderServiceError(str(answer.get("infocode", "unknown")))
        places = answer.get("geocodes") or []
        if not places:
            return None
        lon, lat = (float(part) for part in places[0]["location"].split(","))
        return Location(places[0].get("formatted_address", ""), (lat, lon, 0.0), places[0])


def _split(url: str) -> dict[str, str]:
    """geopy wants an address in two parts; nothing for the service's own."""
    if not url:
        return {}
    parts = urlsplit(url)
    return {"scheme": parts.scheme, "domain": parts.netloc}


def build(kind: str, *, url: str, key: str) -> Asked:
    """A geocoder by its kind: nominatim, baidu or amap. Raises ValueError for another."""
    if kind == "nominatim":
        made = Nominatim(user_agent=USER_AGENT, timeout=TIMEOUT_S, **_split(url))
        return Asked(kind, Datum.WGS84, made)
    if kind == "baidu":
        return Asked(kind, Datum.BD09, _baidu(url, key))
    if kind == "amap":
        return Asked(kind, Datum.GCJ02, AMap(key, **_split(url)))
    raise ValueError(kind)


def _baidu(url: str, key: str) -> BaiduV3:
    """BaiduV3 keeps its host in a class attribute, so a stand-in is set on the instance."""
    parts = _split(url)
    made = BaiduV3(api_key=key, timeout=TIMEOUT_S, scheme=parts.get("scheme"))
    if parts:
        made.api = f"{parts['scheme']}://{parts['domain']}{made.api_path}"
    return made


def geocode(address: str, geocoders: Sequence[Asked]) -> Geocoded | None:
    """The first answer of the geocoders in their order; None when none knows or answers."""
    for asked in geocoders:
        try:
            place = asked.geocoder.geocode(address, timeout=TIMEOUT_S)
        except (GeopyError, ValueError, KeyError, TypeError):
            # Quota, time-out, garbage: the next one is asked, and at last a coordinator.
            continue
        if place is not None:
            lat, lon = to_wgs84(place.latitude, place.longitude, asked.datum)
            return Geocoded(lat, lon, asked.name)
    return None
