"""Rules of people: phone numbers, and what a log-in code and a log-in may do."""

from datetime import timedelta
from enum import StrEnum

import phonenumbers

from app.core.actor import RoleName

CODE_LIVES = timedelta(minutes=10)
CODE_TRIES = 5
VOLUNTEER_LOG_IN_LIVES = timedelta(days=30)
STAFF_LOG_IN_LIVES = timedelta(hours=12)


class PersonState(StrEnum):
    """The state of an account."""

    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REJECTED = "rejected"


# Family names of two characters; every other Chinese family name has one.
DOUBLE_FAMILY_NAMES = frozenset(
    [
        "欧阳",
        "歐陽",
        "司马",
        "司馬",
        "上官",
        "诸葛",
        "諸葛",
        "东方",
        "東方",
        "皇甫",
        "尉迟",
        "尉遲",
        "公孙",
        "公孫",
        "慕容",
        "令狐",
        "司徒",
        "夏侯",
        "长孙",
        "長孫",
        "宇文",
        "轩辕",
        "軒轅",
        "端木",
        "百里",
        "南宫",
        "南宮",
        "独孤",
        "獨孤",
    ]
)


class BadPhone(ValueError):
    """Not a valid phone number."""


def normalise_phone(text: str, region: str) -> str:
    """The number in E.164; `region` applies without a country code. Raises BadPhone."""
    try:
        parsed = phonenumbers.parse(text[:40], region)
    except phonenumbers.NumberParseException as error:
        raise BadPhone(text) from error
    if not phonenumbers.is_possible_number(parsed) or _invalid(parsed):
        raise BadPhone(text)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def is_phone(text: str, region: str) -> bool:
    """Whether it is a valid phone number."""
    try:
        normalise_phone(text, region)
    except BadPhone:
        return False
    return True


def _invalid(parsed: phonenumbers.PhoneNumber) -> bool:
    """Whether it is invalid. Accepts the demo's numbers (174 0), which no carrier assigns."""
    demo = parsed.country_code == 86 and str(parsed.national_number).startswith("1740")
    return not demo and not phonenumbers.is_valid_number(parsed)


def log_in_lives(roles: frozenset[str]) -> timedelta:
    """How long a log-in lives: a day for people who see others' data."""
    staff = roles & {RoleName.COORDINATOR, RoleName.ADMINISTRATOR}
    return STAFF_LOG_IN_LIVES if staff else VOLUNTEER_LOG_IN_LIVES


def badge_name(name: str) -> str:
    """A volunteer's name as residents see it: the family name of a Chinese name, else the first."""
    words = name.split()
    if not words:
        return ""
    first = words[0]
    if not "\u4e00" <= first[0] <= "\u9fff":
        return first
    return first[:2] if first[:2] in DOUBLE_FAMILY_NAMES and len(first) > 2 else first[0]
