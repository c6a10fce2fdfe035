"""The browser assets are complete, our own, and load nothing from other hosts."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from app.dispatch.rules import MatchState
from app.help_requests.rules import STATE_NAMES, URGENCY_NAMES
from app.help_requests.state_words import state_words

ROOT = Path(__file__).resolve().parent.parent.parent
STATIC = ROOT / "app" / "web" / "static"
TEMPLATES = ROOT / "app" / "web" / "templates"
ASSETS = ROOT / "app" / "web" / "assets"
BUILT = STATIC / "built"
HASHED = re.compile(r".+\.([0-9a-f]{12})\.\w+")
MATCH_STATE_NAMES = {
    MatchState.PROPOSED: "已推荐",
    MatchState.SENT: "已询问",
    MatchState.ACCEPTED: "已接单",
    MatchState.DECLINED: "这次不方便",
    MatchState.EXPIRED: "已过时",
    MatchState.WITHDRAWN: "已撤回",
    MatchState.ON_THE_WAY: "在路上",
    MatchState.ARRIVED: "已到达",
    MatchState.FINISHED: "已完成",
}
# What makes a browser load: url() and @import in sheets, import and loaders in scripts.
FETCHES = re.compile(
    r"(?:url\(|@import|\bimport\b|\bfrom\b|fetch\(|\.src\s*=|Worker\()\s*[\"'(]*\s*(?:https?:)?//",
    re.IGNORECASE,
)


def manifest() -> dict[str, str]:
    found: dict[str, str] = json.loads((BUILT / "manifest.json").read_text())
    return found


def served() -> list[Path]:
    return [path for path in STATIC.rglob("*") if path.suffix in (".css", ".js")]


def test_manifest_names_every_asset_that_pages_ask_for() -> None:
    asked = {
        name
        for page in TEMPLATES.rglob("*.html")
        for name in re.findall(r"asset\(['\"]([^'\"]+)['\"]\)", page.read_text())
    }
    own = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.*")}
    vendors = {"leaflet.css", "leaflet.js", "htmx.min.js"}
    assert {"app.css", "coordinator.css", "service_worker.js"} | vendors <= manifest().keys()
    assert asked - manifest().keys() - own == set()


def test_built_files_exist_and_carry_their_content_hash() -> None:
    files = manifest().values()
    assert sorted(files) == sorted(p.name for p in BUILT.iterdir() if p.name != "manifest.json")
    for file in files:
        found = HASHED.fullmatch(file)
        assert found is not None, file
        content = (BUILT / file).read_bytes()
        assert hashlib.sha256(content).hexdigest().startswith(found.group(1)), file


def test_every_script_is_used() -> None:
    """A script is loaded by a page or is the service worker, and a module is imported by one."""
    scripts = ASSETS / "scripts"
    pages = "".join(page.read_text() for page in TEMPLATES.rglob("*.html"))
    loaded = {path.name for path in scripts.glob("*.js") if f"asset('{path.name}')" in pages}
    assert {path.name for path in scripts.glob("*.js")} - loaded == {"service_worker.js"}
    imported = {
        (path.parent / name).resolve()
        for path in scripts.rglob("*.js")
        for name in re.findall(r'from "(\.[^"]+)"', path.read_text())
    }
    assert set(scripts.glob("*/*.js")) == imported


def test_sheets_are_split_by_subject() -> None:
    sheets = list((ASSETS / "styles").rglob("*.scss"))
    lines = {path.name: path.read_text().splitlines() for path in sheets}
    assert [name for name, found in lines.items() if len(found) > 300] == []
    assert [name for name, found in lines.items() if max(map(len, found)) > 100] == []


def classes_in(sheet: str) -> set[str]:
    """The classes that a built sheet has rules for."""
    selectors = re.sub(r"\{[^{}]*\}", "{}", (BUILT / manifest()[sheet]).read_text())
    return set(re.findall(r"\.([a-z][\w-]*)", selectors))


def pages_without_office() -> set[str]:
    """Templates that are shown with the residents' sheet, and what they import or include."""
    office = ("coordinator/", "administrator/", "layout_coordinator", "layout_administrator")
    names = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    waiting = [name for name in names if not name.startswith((*office, "components/"))]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        asked = re.findall(r'"([\w/]+\.html)"', (TEMPLATES / name).read_text())
        waiting += [other for other in asked if other not in found and other in names]
    return found


def test_residents_pages_use_no_class_of_the_office() -> None:
    """Their sheet leaves out the classes of coordinators' pages, so they must not use those."""
    office = classes_in("coordinator.css") - classes_in("app.css")
    assert {"board", "chip", "govuk-breadcrumbs__list"} <= office
    pages = pages_without_office()
    assert {"resident/track.html", "components/card.html", "layout.html"} <= pages
    for name in sorted(pages):
        attributes = re.findall(
            r'class="((?:[^"{]|\{\{.*?\}\}|\{%.*?%\})*)"', (TEMPLATES / name).read_text()
        )
        used = {word for words in attributes for word in re.findall(r"[a-z][\w-]*", words)}
        assert used & office == set(), name


def test_sheets_call_only_pictures_that_were_built() -> None:
    for sheet in BUILT.glob("*.css"):
        for target in re.findall(r"url\([\"']?([^\"')]+)", sheet.read_text()):
            assert target.startswith("#") or (BUILT / target).exists(), f"{sheet.name}: {target}"


@pytest.mark.parametrize("path", served(), ids=lambda path: path.name.split(".")[0])
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    assert FETCHES.findall(path.read_text()) == []


def test_fetches_from_elsewhere_would_be_seen() -> None:
    for wrong in ("url(https://a.example/b.png)", 'import x from "//a.example"', "url( 'http://a"):
        assert FETCHES.search(wrong), wrong


def test_pages_hold_no_inline_scripts_styles_or_handlers() -> None:
    """The content security policy blocks them, and a page would break silently."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.I)
    for page in TEMPLATES.rglob("*.html"):
        assert inline.findall(page.read_text()) == [], page.name


def test_lock_names_exact_versions_and_no_registry() -> None:
    packages = json.loads((ROOT / "package.json").read_text())
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    pins = packages["dependencies"] | packages["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pins.values())
    assert {name: lock[f"node_modules/{name}"]["version"] for name in pins} == pins
    assert [name for name, package in lock.items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in lock.items() if name)


def test_build_gives_the_same_files_again(tmp_path: Path) -> None:
    node = shutil.which("node") or str(ROOT / ".venv" / "bin" / "node")
    subprocess.run([node, str(ASSETS / "build.mjs"), str(tmp_path / "again")], check=True, cwd=ROOT)
    assert json.loads((tmp_path / "again" / "manifest.json").read_text()) == manifest()


def components() -> Environment:
    """Components by themselves, in the language of their texts."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.globals["say_state"] = lambda state, *_: state_words(state, finished=0, taken=0)[0]
    return environment


@pytest.mark.parametrize(
    ("macro", "names"),
    [
        ("state_tag", STATE_NAMES),
        ("match_tag", MATCH_STATE_NAMES),
        ("urgency_tag", URGENCY_NAMES),
    ],
)
def test_tag_says_the_word_of_every_state_with_a_shape(macro: str, names: dict[str, str]) -> None:
    tag = getattr(components().get_template("components/tag.html").module, macro)
    for state, word in names.items():
        shown = tag(state)
        assert word in shown and "<svg" in shown, state
    shapes = {re.sub(r".*(<svg.*</svg>).*", r"\1", tag(state)) for state in names}
    assert len(shapes) == len(names), "two states have the same shape"


def test_posted_text_is_escaped_in_a_card() -> None:
    card = components().get_template("components/card.html").module.card  # type: ignore[attr-defined]
    assert "<script>" not in card("<script>alert(1)</script>", facts=["<script>", ("pin", "<b>")])
