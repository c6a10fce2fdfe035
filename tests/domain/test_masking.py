"""What is shown of people before acceptance: badge names, needs without contacts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.help_requests.rules import without_contacts
from app.people.rules import badge_name


@pytest.mark.parametrize(
    ("name", "badge"),
    [
        ("林晓明", "林"),
        ("欧阳丽", "欧阳"),
        ("欧阳", "欧"),
        ("Mary Ann Lee", "Mary"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_badge_is_the_family_name(name: str, badge: str) -> None:
    assert badge_name(name) == badge


@given(st.text(alphabet="林欧阳晓明丽", min_size=3, max_size=4))
def test_badge_never_gives_the_whole_name(name: str) -> None:
    assert len(badge_name(name)) < len(name)


@pytest.mark.parametrize(
    ("need", "shown"),
    [
        ("买一盒降压药", "买一盒降压药"),
        ("打 138 0013 8000 找我", "打 … 找我"),
        ("身份证440309195001011234", "身份证…"),
        ("我住3栋502，上楼", "我住…，上楼"),
        ("B2栋 1203室门口", "…门口"),
        ("买 2 斤米、10 个鸡蛋", "买 2 斤米、10 个鸡蛋"),
        ("明天 8:30 出发", "明天 8:30 出发"),
        ("2026 年的挂历", "2026 年的挂历"),
    ],
)
def test_numbers_that_lead_to_somebody_become_dots(need: str, shown: str) -> None:
    assert without_contacts(need) == shown


@given(st.text(max_size=40), st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.text(max_size=40))
def test_a_phone_number_is_never_left(before: str, number: str, after: str) -> None:
    shown = without_contacts(f"{before} {number} {after}")
    assert number not in re.sub(r"\D", "", shown) or number in re.sub(r"\D", "", before + after)
