"""Ladders as plain data: what is read, what is refused."""

import pytest

from app.dispatch.ladder import DEFAULT, BadLadder, Rung, read_ladder


def rung(
    after_s: object = 0, who: object = "coordinator", by: object = ("sms",)
) -> dict[str, object]:
    return {"after_s": after_s, "who": who, "by": list(by) if isinstance(by, tuple) else by}


def test_nothing_is_the_default_which_ends_with_the_coordinator() -> None:
    assert read_ladder([]) == read_ladder(None) == DEFAULT
    again = [{"after_s": one.after_s, "who": one.who, "by": list(one.by)} for one in DEFAULT]
    assert read_ladder(again) == DEFAULT


def test_a_ladder_is_read_in_order() -> None:
    read = read_ladder([rung(0, "backup", ("call", "call", "sms")), rung(60)])
    assert read == (Rung(0, "backup", ("call", "sms")), Rung(60, "coordinator", ("sms",)))


@pytest.mark.parametrize(
    "bad",
    [
        "soon",
        [rung()] * 21,
        [{"after_s": 0, "who": "coordinator"}],
        [rung(after_s=-1)],
        [rung(after_s=True)],
        [rung(who="mayor")],
        [rung(by="sms")],
        [rung(by=())],
        [rung(by=("pigeon",))],
        [rung(60), rung(30)],
        [rung(who="backup")],
    ],
)
def test_what_is_no_ladder_is_refused(bad: object) -> None:
    with pytest.raises(BadLadder):
        read_ladder(bad)
