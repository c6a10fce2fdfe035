"""Administration in a real browser: every page by axe and width, an outline, posters on A4."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from app.areas.models import Place
from app.factory import create_app
from app.people.models import Organisation
from tests import factories
from tests.browsers import PHONE
from tests.databases import copy_sqlite
from tests.pages.stage import Stage, log_in, serving
from tests.pages.test_pages import AXE, RUN_AXE, WIDE
from tests.usecases.heat import begun

pytestmark = pytest.mark.xdist_group("browser_pages")

PAGES = (
    "/a",
    "/c/plans",
    "/c/plans/new",
    "/c/plans/{plan_id}/start",
    "/c/plans/started/{activation_id}",
    "/a/areas",
    "/a/areas/{area}",
    "/a/areas/{area}/new",
    "/a/points",
    "/a/points/{point}",
    "/a/points/in/{area}/new",
    "/a/places",
    "/a/places/{place}",
    "/a/places/new",
    "/a/posters/places/{place}",
    "/a/organisations",
    "/a/organisations/{organisation}",
    "/a/categories",
    "/a/categories/{category}",
    "/a/categories/{category}/edit",
    "/a/skills",
    "/a/settings",
    "/a/accounts?role=",
    "/a/accounts/{person}",
    "/a/accounts/new",
    "/a/notifications",
    "/a/trail?subject=all",
)


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A small community with one thing of each kind; `paths` are ids by kind."""
    database = copy_sqlite(sqlite_template, tmp_path_factory.mktemp("office"))
    with serving(create_app(database.config)) as url, database.new_session() as session:
        made = Stage(url)
        place = factories.community(session)
        admin = factories.administrator(session, place.district)
        point = factories.service_point(session, place.here, phone="0755-00000001")
        organisation = Organisation(name="第一党支部", area_id=place.here.id)
        building = Place(
            public_code="0123456789",
            area_id=place.here.id,
            area_path=place.here.path,
            kind="building",
            name="民乐老村4栋",
            search_key="民乐老村4栋",
            rough_name="民乐老村",
            parent_id=place.estate.id,
            lat=factories.HOME[0],
            lon=factories.HOME[1],
        )
        session.add_all([organisation, building])
        session.flush()
        made.cookies["administrator"] = {"diandan": log_in(session, admin, datetime.now(UTC))}
        helper = factories.volunteer(session, place)
        begun_now = begun(session, place, helper, datetime.now(UTC))
        made.paths = {
            **{name: str(key) for name, key in begun_now.items()},
            "area": str(place.here.id),
            "point": str(point.id),
            "place": str(place.estate.id),
            "organisation": str(organisation.id),
            "category": str(place.medicine.id),
            "person": str(admin.id),
        }
        session.commit()
        session.close()
        yield made
    database.engine.dispose()


@pytest.fixture(scope="module")
def page(browser: Browser, office: Stage) -> Iterator[Page]:
    """A phone on which the administrator is logged in."""
    context = browser.new_context(viewport=PHONE, locale="zh-CN", service_workers="block")  # type: ignore[arg-type]
    cookies = office.cookies["administrator"]
    context.add_cookies([{"name": k, "value": v, "url": office.url} for k, v in cookies.items()])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_page_is_for_everybody(page: Page, office: Stage, path: str) -> None:
    answer = page.goto(office.url + path.format(**office.paths))
    assert answer is not None and answer.status == 200
    page.evaluate(AXE.read_text())
    assert [*page.evaluate(RUN_AXE), *page.evaluate(WIDE)] == []
    page.goto(f"{page.url}{'&' if '?' in page.url else '?'}lang=en")
    assert page.evaluate(WIDE) == []
    page.context.clear_cookies(name="lang")


def outline(page: Page, text: str) -> None:
    """Uploads a file as an administrator does."""
    given: FilePayload = {
        "name": "民乐.geojson",
        "mimeType": "application/geo+json",
        "buffer": text.encode(),
    }
    page.set_input_files("[name=outline]", files=[given])
    page.click("text=上传边界")


def test_outline_is_uploaded_and_drawn(page: Page, office: Stage) -> None:
    page.goto(f"{office.url}/a/areas/{office.paths['area']}")
    shape = factories.square(*factories.HOME, 0.015)
    ring = [[lat, lon] for lon, lat in shape["coordinates"][0]]
    outline(page, json.dumps({"type": "Polygon", "coordinates": [ring]}))
    expect(page.locator(".govuk-error-summary")).to_contain_text("写反了")
    outline(page, json.dumps(shape))
    expect(page.locator(".notice-good")).to_contain_text("边界已保存")
    expect(page.locator("#area-map path.leaflet-interactive, #area-map svg path")).to_have_count(1)


def sheets(page: Page) -> int:
    """How many sheets of A4 the page prints on."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True)))


def test_each_poster_is_one_sheet(page: Page, office: Stage) -> None:
    for kind, path in (("place", "places/{place}"), ("point", "points/{point}")):
        page.goto(f"{office.url}/a/posters/{path.format(**office.paths)}")
        expect(page.locator(".poster")).to_contain_text("不用注册")
        expect(page.locator(".poster-qr svg")).to_be_visible()
        assert sheets(page) == 1, kind
    page.goto(f"{office.url}/a/posters/places/{office.paths['place']}/buildings")
    assert sheets(page) == page.locator(".poster").count() == 2
