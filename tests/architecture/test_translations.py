"""Both catalogues contain exactly the texts of the code, each translated completely."""

import ast
import re
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from app.notifications.wording import TEMPLATES

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "app" / "translations").glob("*/LC_MESSAGES/*.po"))
KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None, "_l": None}
NUMBER = re.compile(r"%\(\w+\)[a-zA-Z]|%%|\{\w+\}")
# Characters of Chinese, and marks that only Chinese is written with.
CHINESE = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff00-\uffef“”]")
# One text, or the parts of one text on lines of their own.
TEXT = r"""(?:(?:"[^"]*"|'[^']*')\s*)+"""
MARKED = re.compile(rf"\b(?:_\(\s*{TEXT}|ngettext\(\s*{TEXT}\s*,\s*{TEXT})")
# Simplified characters that are not used in traditional Chinese.
SIMPLIFIED = re.compile(
    "[业东丢两个临为么乐书买从们价会传体余儿党关内册写况刚别办务动区医单历压双发变号听启员响园"
    "围图声处备复够头审对导将尽层属岗帮并应开张强归当录径态愿执扩扫扰抢报择换据数断旧时显暂机"
    "权条来标栋样档检楼横没测浏满点烦状现电画盘码确离种称竖筛签简类粤紧约级纬纸线组织终经结给"
    "络绝统继续维综编缩网联脑节荐获营补见规览计订认让讯记许论设证评识诉词试话询详语误说请读谁"
    "调谢账贴费资车转轮软载辈输边达过运还这进远连适选邮邻释钟钮钱链销错键长门闭问间阅队陈险随"
    "页项顺须顾预颗马验骑骤齐]"
)
# Chinese that English texts contain on purpose: words to text, and names on buttons.
QUOTED = (
    "买药 民乐老村3栋 明天上午",
    "买药 民乐老村3栋 一小时后",
    "民乐老村3栋",
    "民乐",
    "确认 %(code)s",
    "简, 繁, EN",
)
# Files whose Chinese is input, data or for machines: it is never shown as a text of ours.
NOT_SHOWN = (
    "app/areas/gazetteer.py",
    "app/areas/geocoding.py",
    "app/areas/opening.py",
    "app/channels/console.py",
    "app/demo",
    "app/cli/lab.py",
    "app/cli/offers.py",
    "app/cli/trail.py",
    "app/conversation",
    "app/core/codes.py",
    "app/usecases/volunteers/import_people.py",
    "app/usecases/community/import_places.py",
    "app/notifications/time_words.py",
    "app/help_requests/rules.py",
    "app/people/rules.py",
    "app/rotation/tables.py",
    "app/web/common/uploads.py",
    "app/web/common/formatting.py",
    "app/web/templates/components/frame.html",
)


@cache
def in_the_code() -> frozenset[str]:
    """Every msgid that Python and the templates name."""
    told = ConfigParser()
    told.read(ROOT / "babel.cfg")
    methods = [(files, how) for how, files in (one.split(": ") for one in told.sections())]
    found = extract_from_dir(str(ROOT), methods, keywords=KEYWORDS, directory_filter=_of_the_app)
    return frozenset(_first(message) for _, _, message, _, _ in found)


def _of_the_app(folder: str) -> bool:
    within = Path(folder).relative_to(ROOT).parts
    return within[:1] in ((), ("app",)) and "static" not in within


@cache
def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def _first(forms: object) -> str:
    """A text with a plural has two forms; its key is the first."""
    return str(forms[0] if isinstance(forms, (tuple, list)) else forms)


def pairs(path: Path) -> list[tuple[str, str]]:
    """Every msgid with its text; plurals with each form."""
    return [
        (_first(one.id), str(form))
        for one in catalogue(path)
        if one.id
        for form in (one.string if isinstance(one.string, (tuple, list)) else [one.string])
    ]


def texts(path: Path) -> dict[str, str]:
    return dict(pairs(path))


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.parts[-3])
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_catalogue_holds_every_text_and_no_other(path: Path) -> None:
    held = {msgid for msgid, _ in pairs(path)} - {msgid for msgid, text in pairs(path) if not text}
    assert len(in_the_code()) > 1000
    assert {"missing": in_the_code() - held, "stale": held - in_the_code()} == {
        "missing": set(),
        "stale": set(),
    }


def test_catalogue_is_easy_to_compare(path: Path) -> None:
    """Sorted, without code locations, fuzzy or obsolete entries."""
    ids = [_first(one.id) for one in catalogue(path) if one.id]
    assert ids == sorted(ids)
    assert not any(one.fuzzy or one.locations for one in catalogue(path) if one.id)
    assert not catalogue(path).obsolete


def test_translations_keep_the_numbers(path: Path) -> None:
    for msgid, text in pairs(path):
        assert sorted(NUMBER.findall(text)) == sorted(NUMBER.findall(msgid)), msgid
    for message in catalogue(path):
        assert not list(message.check(catalogue(path))), message.id


def test_english_is_english() -> None:
    for msgid, text in pairs(CATALOGUES[0]):
        plain = text
        for quoted in QUOTED:
            plain = plain.replace(quoted, "")
        assert not CHINESE.search(plain), msgid


def test_traditional_is_traditional() -> None:
    for msgid, text in pairs(CATALOGUES[1]):
        assert not SIMPLIFIED.search(text), (msgid, text)


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_english_text_message_is_of_plain_letters(template: str) -> None:
    """One letter outside GSM-7 cuts a text from 160 characters to 70."""
    assert texts(CATALOGUES[0])[TEMPLATES[template]].isascii()


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of a module that are not docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def left_over(path: Path) -> Iterator[tuple[int, str]]:
    """Lines of a template without its texts and comments."""
    plain = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    yield from enumerate(MARKED.sub("", plain).splitlines(), 1)


def test_every_chinese_text_is_marked() -> None:
    """An unmarked text is in no catalogue, and stays Chinese on an English page."""
    for name in NOT_SHOWN:
        assert (ROOT / name).exists()
    found = []
    for kind, read in (("*.py", literals), ("*.html", left_over)):
        for path in sorted((ROOT / "app").rglob(kind)):
            if str(path.relative_to(ROOT)).startswith(NOT_SHOWN):
                continue
            found += [
                (str(path), line, text)
                for line, text in read(path)
                if CHINESE.search(text) and text not in in_the_code()
            ]
    assert found == []


def test_one_and_many() -> None:
    """English says one day and two days; Chinese needs no second form, and falls back to none."""
    said = {}
    for path in CATALOGUES:
        with path.with_suffix(".mo").open("rb") as file:
            told = GNUTranslations(file)
        text = "%(n)s 天"
        said[path.parts[-3]] = [told.ngettext(text, text, n) % {"n": n} for n in (1, 2)]
    assert said == {"en": ["1 day", "2 days"], "zh_Hant": ["1 天", "2 天"]}
