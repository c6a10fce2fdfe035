"""Templates stay readable: short lines, short files, none unused."""

import fnmatch
import re
from pathlib import Path

from app.web.blueprints import PAGES

APP = Path(__file__).resolve().parents[2] / "app"
TEMPLATES = APP / "web" / "templates"
# A template's name where it is rendered, extended, included or imported; {…} in it is a
# placeholder.
NAMED = re.compile(r"""["']([a-z_]+(?:/[a-z_{}]+)*\.html)["']""")
ENDPOINT = re.compile(r"""url_for\(\s*["']([a-z_.]+)["']""")
LONGEST_LINE = 140
MOST_LINES = 200


def _lines() -> dict[str, list[str]]:
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text().splitlines()
        for path in TEMPLATES.rglob("*.*")
    }


def test_no_line_of_a_template_is_long() -> None:
    long = [
        f"{name}:{number} has {len(line)} characters"
        for name, lines in _lines().items()
        for number, line in enumerate(lines, 1)
        if len(line.encode()) > LONGEST_LINE
    ]
    assert long == []


def test_no_template_is_long() -> None:
    lengths = {name: len(lines) for name, lines in _lines().items()}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_every_template_is_there_and_used() -> None:
    sources = [*APP.rglob("*.py"), *TEMPLATES.rglob("*.html")]
    named = {
        re.sub(r"{.*?}", "*", name) for path in sources for name in NAMED.findall(path.read_text())
    }
    there = set(_lines())
    assert [name for name in named if not fnmatch.filter(there, name)] == []
    assert there - {found for name in named for found in fnmatch.filter(there, name)} == set()


def test_every_address_in_a_template_leads_to_a_page() -> None:
    endpoints = {
        f"{page.name}.{name}"
        for page in PAGES
        for name in re.findall(r"^def (\w+)\(", _source_of(page.import_name), re.MULTILINE)
    }
    named = {
        name for path in TEMPLATES.rglob("*.html") for name in ENDPOINT.findall(path.read_text())
    }
    assert len(named) > 100
    # An address that is put together ends with the dot.
    assert {name for name in named if not name.endswith(".")} - endpoints - {"static"} == set()


def _source_of(module: str) -> str:
    return (APP.parent / f"{module.replace('.', '/')}.py").read_text()


def test_texts_of_a_loop_are_not_glued_together() -> None:
    """What a loop writes in a line has white space, or a mark, between one and the next."""
    loop = re.compile(r"{%-? for [^%]*?%}(?:(?!{%-? for ).)*?{%-? endfor -?%}", re.DOTALL)
    inline = re.compile(r"{%-? for [^%]*?(?:-%}\s*|%})<(?:a|b|em|span|small|strong|time)\b")
    ends = re.compile(r"\S(?:{%|\s*{%-) endfor")
    glued = [
        f"{path.relative_to(TEMPLATES)}: {' '.join(found.split())[:80]}"
        for path in TEMPLATES.rglob("*.html")
        for found in loop.findall(path.read_text())
        if inline.match(found) and ends.search(found) and "loop.last" not in found
    ]
    assert glued == []
