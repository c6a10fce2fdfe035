"""Every path of the repository that the documentation names is there, and every link leads on."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    path.relative_to(ROOT) for pattern in ("*.md", "docs/**/*.md") for path in ROOT.glob(pattern)
)
# What was true then: paths of the past are no mistake there, links are.
HISTORY = Path("CHANGELOG.md")
# Where a short form may begin: `usecases/duty/` is app/usecases/duty/.
ROOTS = ("", "app", "app/usecases", "app/web", "app/web/assets", "app/web/templates")
FOLDERS = ("app", "bench", "docs", "migrations", "tests")
# Made when the product is set up or runs, so not always there.
MADE = ("instance/", "app/web/static/built/", "manifest.json")
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Lower-case names with slashes between or behind them; `/health` is an address, `PORT/x` a value.
SLASHED = re.compile(r"[a-z_.*][\w.*-]*(?:/[\w.*-]+)*/?")
FILE = re.compile(r"[\w*-]+\.(?:py|md|toml|txt|html|js|mjs|css|scss|json|po)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ANY_NAME = re.compile(r"<\w+>")


@cache
def file_names() -> frozenset[str]:
    """Names of all files; a style sheet under the name that it is built to, too."""
    inside = (path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    names = {*inside, *(path.name for path in ROOT.iterdir())}
    return frozenset(names | {name.replace(".scss", ".css") for name in names})


def paths_in(text: str) -> Iterator[str]:
    """What stands in backticks and names files or folders; `<name>` is any name."""
    for span in SPAN.findall(text):
        path = ANY_NAME.sub("*", span)
        if path.startswith(MADE):
            continue
        if FILE.fullmatch(path) or ("/" in path and SLASHED.fullmatch(path)):
            yield path


def is_there(path: str) -> bool:
    """Whether some file or folder is meant by it; a module may stand without `.py`."""
    if "/" not in path:
        return path in file_names()
    names = (path.rstrip("/"), f"{path}.py")
    return any(any((ROOT / start).glob(name)) for start in ROOTS for name in names)


@pytest.mark.parametrize("document", [one for one in DOCUMENTS if one != HISTORY], ids=str)
def test_every_path_is_there(document: Path) -> None:
    named = paths_in((ROOT / document).read_text("utf-8"))
    assert [path for path in named if not is_there(path)] == []


def leads_on(document: Path, link: str) -> bool:
    """Whether a link's file is there, with the heading that it names."""
    name, _, anchor = link.partition("#")
    target = (ROOT / document).parent / name if name else ROOT / document
    return target.exists() and (not anchor or anchor in anchors(target))


@cache
def anchors(path: Path) -> frozenset[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = HEADING.findall(path.read_text("utf-8"))
    return frozenset(re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings)


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_leads_on(document: Path) -> None:
    links = LINK.findall((ROOT / document).read_text("utf-8"))
    inside = [link for link in links if "://" not in link]
    assert [link for link in inside if not leads_on(document, link)] == []


def test_what_is_a_link() -> None:
    readme = Path("README.md")
    assert leads_on(readme, "#keys") and not leads_on(readme, "#no-such-heading")
    assert not leads_on(readme, "docs/no-such-page.md")


def test_what_is_a_path() -> None:
    text = (
        "`usecases/duty/` `web/hooks/<name>.py` `/health` `a or b` `PORT/x` `gone.py` `instance/`"
    )
    assert list(paths_in(text)) == ["usecases/duty/", "web/hooks/*.py", "gone.py"]
    assert [is_there(path) for path in paths_in(text)] == [True, True, False]
    assert not is_there("usecases/no_such_package/")
