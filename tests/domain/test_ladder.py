"""Ladders as plain data: what is read, what is refused."""

import pytest

from app.dispatch.escalation_policy import DEFAULT, BadLadder, Rung, read_ladder, text_waits_s


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


@pytest.mark.parametrize(
    ("rungs", "waits_s"),
    [
        ([], 30),
        ([rung(0, by=("sms",))], 0),
        ([rung(0, by=("push", "sms"))], 0),
        ([rung(0, by=("sms",)), rung(60, by=("push",))], 0),
        ([rung(0, by=("push",)), rung(45, by=("call", "sms"))], 45),
        ([rung(0, by=("push",)), rung(600, by=("sms",))], 60),
        ([rung(0, by=("push",)), rung(600, by=("call",))], 0),
        ([rung(30, by=("push",)), rung(40, by=("sms",))], 10),
    ],
)
def test_a_text_waits_for_the_answer_to_a_push_as_the_ladder_says(
    rungs: list[dict[str, object]], waits_s: int
) -> None:
    assert text_waits_s(read_ladder(rungs)) == waits_s
