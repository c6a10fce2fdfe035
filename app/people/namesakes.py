"""People of one name are told apart by the last digits of their phones."""

from collections.abc import Iterable
from dataclasses import dataclass

# How many digits follow a name that somebody else has too; more if these are the same.
PHONE_END = 4


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as coordinators see it; `phone_end`: last digits, if somebody else listed has it."""

    name: str
    phone_end: str = ""


def tell_apart(people: Iterable[tuple[int, str, str]]) -> dict[int, PersonName]:
    """The names of people, given as id, name and phone, by id.

    People of one name get as many last digits of their phones as tell them apart, at least four.
    """
    phones: dict[str, dict[int, str]] = {}
    names: dict[int, str] = {}
    for person_id, name, phone in people:
        names[person_id] = name
        phones.setdefault(_spoken(name), {})[person_id] = phone
    ends = {key: end for same in phones.values() for key, end in _ends(same).items()}
    return {key: PersonName(name, ends[key]) for key, name in names.items()}


def _spoken(name: str) -> str:
    """The name without what nobody hears: case and spaces."""
    return "".join(name.split()).casefold()


def _ends(phones: dict[int, str]) -> dict[int, str]:
    if len(phones) == 1:
        return dict.fromkeys(phones, "")
    longest = max(map(len, phones.values()))
    found = phones
    for digits in range(PHONE_END, longest + 1):
        found = {key: phone[-digits:] for key, phone in phones.items()}
        if len(set(found.values())) == len(found):
            break
    return found
