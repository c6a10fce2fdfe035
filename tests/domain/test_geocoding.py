"""Geocoders: asked in order against a fake, answers in WGS-84, failures with a code."""

import logging
from collections.abc import Iterator

import pytest

from app.areas import geocoding
from app.areas.datum import Datum, from_wgs84
from app.areas.geocoding import Asked, Outcome, attempts, build, geocode
from tests.fakes.geocoders import GeocoderStandIn, geocoder_standin

KINDS = ("nominatim", "baidu", "amap")
HERE = (22.6231, 114.0312)
ADDRESS = "民乐老村3栋402"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[GeocoderStandIn]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(geocoding, "TIMEOUT_S", 0.3)
    with geocoder_standin() as running:
        yield running


def asking(kind: str, server: GeocoderStandIn) -> Asked:
    """A client whose fake answers HERE in the datum of the service it imitates."""
    made = build(kind, url=server.url, key="key")
    server.lat, server.lon = from_wgs84(*HERE, made.datum)
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_answer_is_wgs84_whoever_gives_it(kind: str, server: GeocoderStandIn) -> None:
    place = geocode(ADDRESS, [asking(kind, server)])
    assert place is not None
    assert (place.lat, place.lon) == pytest.approx(HERE, abs=1e-6)
    assert (place.source, place.precision) == (kind, "fine")
    assert place.label == {"nominatim": "某楼", "baidu": "", "amap": "某小区"}[kind]
    assert server.user_agents == ["diandan"]


def test_each_answers_in_its_own_datum() -> None:
    datums = [build(kind, url="", key="key").datum for kind in KINDS]
    assert datums == [Datum.WGS84, Datum.BD09, Datum.GCJ02]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("mode", "outcome"),
    [
        ("coarse", Outcome.TOO_COARSE),
        ("empty", Outcome.UNKNOWN),
        ("500", Outcome.UNAVAILABLE),
        ("429", Outcome.QUOTA),
        ("garbage", Outcome.UNAVAILABLE),
        ("nonsense", Outcome.BAD_ANSWER),
        ("timeout", Outcome.TIMEOUT),
    ],
)
def test_failure_has_a_code_and_no_place(
    kind: str, mode: str, outcome: Outcome, server: GeocoderStandIn
) -> None:
    asked = asking(kind, server)
    server.mode = mode
    assert [one.outcome for one in attempts(ADDRESS, [asked])] == [outcome]
    assert geocode(ADDRESS, [asked]) is None


@pytest.mark.parametrize("kind", ["baidu", "amap"])
def test_used_up_quota_and_bad_key_are_told_apart(kind: str, server: GeocoderStandIn) -> None:
    asked = asking(kind, server)
    server.mode = "quota"
    assert attempts(ADDRESS, [asked])[0].outcome is Outcome.QUOTA
    server.mode = "key"
    assert attempts(ADDRESS, [asked])[0].outcome is Outcome.REFUSED


def test_key_of_a_nominatim_server_is_sent_and_never_logged(
    server: GeocoderStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asked = build("nominatim", url=f"{server.url}/v1", key="pk.secret&1")
    place = geocode(ADDRESS, [asked])
    assert place is not None and place.source == "nominatim"
    assert server.asked == [("/v1/search", ADDRESS)]
    assert server.keys == [{"key": "pk.secret&1", "api_key": "pk.secret&1"}]
    for mode in ("401", "404", "none", "garbage"):
        server.mode = mode
        attempts(ADDRESS, [asked])
    assert "secret" not in caplog.text and "secret" not in repr(asked)


def test_plain_nominatim_gets_no_key(server: GeocoderStandIn) -> None:
    assert geocode(ADDRESS, [build("nominatim", url=server.url, key="")]) is not None
    assert server.asked == [("/search", ADDRESS)] and server.keys == [{}]


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [("none", Outcome.UNKNOWN), ("404", Outcome.UNAVAILABLE), ("401", Outcome.REFUSED)],
)
def test_unknown_address_of_a_keyed_server_is_told_from_a_wrong_path(
    mode: str, outcome: Outcome, server: GeocoderStandIn
) -> None:
    server.mode = mode
    asked = build("nominatim", url=f"{server.url}/v1", key="k")
    assert [one.outcome for one in attempts(ADDRESS, [asked])] == [outcome]


def test_nobody_listening_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with geocoder_standin() as gone:
        asked = build("amap", url=gone.url, key="key")
    assert attempts(ADDRESS, [asked])[0].outcome is Outcome.UNAVAILABLE


def test_next_is_asked_when_one_fails_and_none_after_the_first_answer(
    server: GeocoderStandIn,
) -> None:
    with geocoder_standin() as broken:
        broken.mode = "500"
        chain = [build("baidu", url=broken.url, key="k"), asking("nominatim", server)]
        chain.append(build("amap", url=server.url, key="k"))
        made = attempts(ADDRESS, chain)
    assert [(one.source, one.outcome) for one in made] == [
        ("baidu", Outcome.UNAVAILABLE),
        ("nominatim", Outcome.FOUND),
    ]
    assert [path for path, _ in server.asked] == ["/search"]


def test_region_is_put_before_an_address_that_lacks_it(server: GeocoderStandIn) -> None:
    asked = asking("amap", server)
    geocode(ADDRESS, [asked], "龙华区")
    geocode("龙华区" + ADDRESS, [asked], "龙华区")
    assert [address for _, address in server.asked] == ["龙华区" + ADDRESS] * 2


@pytest.mark.parametrize("mode", ["ok", "500", "garbage"])
@pytest.mark.parametrize("kind", KINDS)
def test_address_is_never_logged(
    kind: str, mode: str, server: GeocoderStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    server.mode = mode
    with caplog.at_level(logging.DEBUG):
        geocode("secret-address", [asking(kind, server)])
    assert "secret" not in caplog.text


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="google"):
        build("google", url="", key="")
