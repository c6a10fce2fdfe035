"""Imports accept the column names that pages ask for, in each language."""

import re

import pytest

from app.core.i18n import LOCALES, translate
from app.rotation import tables
from app.usecases.community import import_places
from app.usecases.volunteers import import_people

PEOPLE = "第一行要有这些列：姓名、手机、区域、服务类别"
PLACES = "第一行写：名称,类型,纬度,经度,别名,所属小区"
TURNS = (
    "第一行写：开始,结束,层,编号,姓名,组织。时间写成 2026-03-04 08:00；编号和姓名写一个就行。"
    "表格里不要写电话。有一行不对，就一行也不导入。"
)
KINDS = "类型请填小区、楼栋或地标"


def called(columns: dict[str, tuple[str, ...]]) -> set[str]:
    return {name for names in columns.values() for name in names}


@pytest.mark.parametrize("locale", LOCALES)
def test_columns_are_asked_for_as_they_are_read(locale: str) -> None:
    people = re.split("、|, | and ", re.split("：|columns ", translate(locale, PEOPLE))[1])
    places = re.split("：|: ", translate(locale, PLACES))[1].split(",")
    turns = re.split("：|: |。|\\. ", translate(locale, TURNS))[1].split(",")
    assert len(people) == len(import_people.NEEDED)
    assert set(people) <= called(import_people.COLUMNS)
    assert len(places) == len(import_places.COLUMNS)
    assert set(places) <= called(import_places.COLUMNS)
    assert len(turns) == len(tables.COLUMNS)
    assert set(turns) <= called(tables.COLUMNS)


@pytest.mark.parametrize("locale", ["zh_Hans", "zh_Hant"])
def test_kinds_of_places_are_asked_for_as_they_are_read(locale: str) -> None:
    words = translate(locale, KINDS)
    kinds = re.split("、|或", words[len("类型请填") :])
    assert {import_places.KINDS[kind] for kind in kinds} == {"estate", "building", "landmark"}
