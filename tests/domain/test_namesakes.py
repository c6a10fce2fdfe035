"""People of one name are told apart, others are called by their names alone."""

from hypothesis import given
from hypothesis import strategies as st

from app.people.namesakes import PHONE_END, PersonName, tell_apart

PHONES = st.integers(0, 10**9).map(lambda number: f"+8613{number:09}")
PEOPLE = st.dictionaries(PHONES, st.sampled_from(["林晓", "林 晓", "陈静", "Li Na", "li na"]))


def test_only_who_shares_a_name_gets_digits() -> None:
    people = [(1, "林晓", "+8613800000001"), (2, "陈静", "+8613800000002")]
    assert tell_apart(people) == {1: PersonName("林晓"), 2: PersonName("陈静")}
    found = tell_apart([*people, (3, "林晓", "+8613800000003")])
    assert found == {
        1: PersonName("林晓", "0001"),
        2: PersonName("陈静"),
        3: PersonName("林晓", "0003"),
    }


def test_as_many_digits_as_tell_them_apart() -> None:
    found = tell_apart([(1, "林晓", "+8613810001234"), (2, "林晓", "+8613820001234")])
    assert [one.phone_end for one in found.values()] == ["10001234", "20001234"]


def test_one_without_a_phone_beside_another() -> None:
    found = tell_apart([(1, "林晓", ""), (2, "林晓", "+8613800000001")])
    assert found == {1: PersonName("林晓"), 2: PersonName("林晓", "0001")}


@given(PEOPLE)
def test_no_two_are_called_the_same(people: dict[str, str]) -> None:
    rows = [(number, name, phone) for number, (phone, name) in enumerate(people.items())]
    found = tell_apart(rows)
    heard = {("".join(one.name.split()).casefold(), one.phone_end) for one in found.values()}
    assert len(heard) == len(rows)
    for number, name, phone in rows:
        one = found[number]
        assert one.name == name and phone.endswith(one.phone_end)
        assert not one.phone_end or len(one.phone_end) >= PHONE_END
