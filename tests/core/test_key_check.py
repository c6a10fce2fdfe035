"""Which keys a process may start with, as plain functions."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.core.key_check import (
    KeyState,
    Registered,
    build_keyring,
    changed_purposes,
    fingerprint,
    first_faults,
    in_words,
    key_faults,
)
from app.core.key_files import KEPT, PURPOSES, FoundKey

FOLDER = Path("/somewhere/keys")
keys = st.binary(min_size=32, max_size=32)


def found(purpose: str, number: int) -> FoundKey:
    return FoundKey(purpose, bytes([number]) * 32, f"file {number}")


def known(
    key: FoundKey, number: int = 1, state: KeyState = KeyState.ACTIVE, line: int = 0
) -> Registered:
    return Registered(key.purpose, number, fingerprint(key.purpose, key.key), state, line)


HERE = tuple(found(purpose, number) for number, purpose in enumerate(PURPOSES, start=1))
REGISTERED = [known(one) for one in HERE]
DATA, LOOKUP, TRAIL, SECRET, PUSH = HERE


def codes(registered: list[Registered], here: tuple[FoundKey, ...]) -> list[tuple[str, str]]:
    return [(one.purpose, one.code) for one in key_faults(registered, here)]


@given(key=keys, other=keys, purpose=st.sampled_from(PURPOSES))
def test_fingerprint_tells_keys_and_purposes_apart_and_shows_nothing(
    key: bytes, other: bytes, purpose: str
) -> None:
    mine = fingerprint(purpose, key)
    assert len(mine) == 32 and key.hex()[:16] not in mine
    assert (mine == fingerprint(purpose, other)) == (key == other)
    assert all(fingerprint(one, key) != mine for one in PURPOSES if one != purpose)


def test_keys_of_the_database_are_accepted() -> None:
    assert codes(REGISTERED, HERE) == []


@given(st.sets(st.sampled_from(KEPT), min_size=1))
def test_every_missing_key_is_named(gone: set[str]) -> None:
    left = tuple(one for one in HERE if one.purpose not in gone)
    assert codes(REGISTERED, left) == [(one, "missing") for one in KEPT if one in gone]


def test_cookies_and_pushes_are_not_worth_a_refusal() -> None:
    assert codes(REGISTERED, (DATA, LOOKUP, TRAIL)) == []
    other = (DATA, LOOKUP, TRAIL, SECRET, found("push", 9))
    assert changed_purposes(REGISTERED, other) == [("push", fingerprint("push", b"\x09" * 32))]
    assert changed_purposes(REGISTERED, HERE) == []


def test_another_key_in_its_place_is_told_from_one_too_many() -> None:
    other = found("data", 9)
    assert codes(REGISTERED, (other, LOOKUP, TRAIL)) == [("data", "other")]
    assert codes(REGISTERED, (DATA, other, LOOKUP, TRAIL)) == [("data", "unknown")]


def test_swapped_keys_are_said_to_be_swapped() -> None:
    swapped = (
        DATA,
        FoundKey("lookup", TRAIL.key, "lookup_key"),
        FoundKey("trail", LOOKUP.key, "trail_key"),
    )
    faults = key_faults(REGISTERED, swapped)
    assert [(one.purpose, one.code, one.belongs) for one in faults] == [
        ("lookup", "other", "trail"),
        ("trail", "other", "lookup"),
    ]
    assert "swapped" in in_words(faults[0], FOLDER)


def test_retired_key_may_be_gone_or_stay() -> None:
    newer = found("data", 9)
    registered = [*REGISTERED[1:], known(DATA, state=KeyState.RETIRED), known(newer, 2)]
    assert codes(registered, (newer, LOOKUP, TRAIL)) == []
    assert codes(registered, (DATA, newer, LOOKUP, TRAIL)) == []
    assert codes(registered, (DATA, LOOKUP, TRAIL)) == [("data", "missing")]


def test_nothing_else_runs_while_lookups_are_rewritten() -> None:
    coming = found("lookup", 9)
    registered = [*REGISTERED, known(coming, 2, KeyState.COMING)]
    faults = key_faults(registered, (DATA, LOOKUP, coming, TRAIL))
    assert [one.code for one in faults] == ["unfinished"]
    assert "flask keys rotate lookup" in in_words(faults[0], FOLDER)


def test_only_data_keys_may_be_several_at_first() -> None:
    assert first_faults((DATA, found("data", 9), LOOKUP, TRAIL)) == []
    assert [one.purpose for one in first_faults((*HERE, found("trail", 9)))] == ["trail"]


def test_words_say_which_key_where_and_what_to_do() -> None:
    (missing,) = key_faults(REGISTERED, (LOOKUP, TRAIL))
    words = in_words(missing, FOLDER)
    short = fingerprint("data", DATA.key)[:8]
    assert words.startswith("DATA_KEY: ") and short in words and "/somewhere/keys" in words
    assert "backup" in words and "\n" not in words
    (other,) = key_faults(REGISTERED, (found("data", 9), LOOKUP, TRAIL))
    words = in_words(other, FOLDER)
    assert short in words and "file 9" in words and fingerprint("data", b"\x09" * 32)[:8] in words
    (unknown,) = key_faults(REGISTERED, (*HERE, found("data", 9)))
    assert "flask keys rotate data" in in_words(unknown, FOLDER)


def test_numbers_are_the_databases_and_not_places_in_a_list() -> None:
    newer = found("data", 9)
    registered = [*REGISTERED[1:], known(DATA, state=KeyState.RETIRED), known(newer, 2)]
    for here in ((newer,), (newer, DATA), (DATA, newer)):
        ring = build_keyring((*here, LOOKUP, TRAIL), registered)
        assert ring is not None and ring.data[2] == newer.key and max(ring.data) == 2
        assert ring.data.get(1, DATA.key) == DATA.key


def test_newest_lookup_key_comes_first_and_trail_keys_have_spans() -> None:
    lookup, trail = found("lookup", 8), found("trail", 9)
    registered = [*REGISTERED, known(lookup, 2), known(trail, 2, line=100)]
    ring = build_keyring((DATA, LOOKUP, lookup, TRAIL, trail), registered, 3)
    assert ring is not None and ring.generation == 3
    assert ring.lookup == (lookup.key, LOOKUP.key)
    assert [ring.trail_key(seq) for seq in (1, 99, 100, 5000)] == [
        TRAIL.key,
        TRAIL.key,
        trail.key,
        trail.key,
    ]


def test_no_ring_while_a_purpose_has_no_key() -> None:
    assert build_keyring((DATA, LOOKUP)) is None
    assert build_keyring((DATA, LOOKUP, found("trail", 9)), REGISTERED) is None
