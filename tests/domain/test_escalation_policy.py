"""Escalation policies as plain data: what is read, what is refused."""

import pytest

from app.dispatch.escalation_policy import (
    DEFAULT,
    BadEscalationPolicy,
    EscalationStep,
    read_escalation_policy,
    text_waits_s,
)


def step(
    after_s: object = 0, who: object = "coordinator", by: object = ("sms",)
) -> dict[str, object]:
    return {"after_s": after_s, "who": who, "by": list(by) if isinstance(by, tuple) else by}


def test_nothing_is_the_default_which_ends_with_the_coordinator() -> None:
    assert read_escalation_policy([]) == read_escalation_policy(None) == DEFAULT
    again = [{"after_s": one.after_s, "who": one.who, "by": list(one.by)} for one in DEFAULT]
    assert read_escalation_policy(again) == DEFAULT


def test_a_policy_is_read_in_order() -> None:
    read = read_escalation_policy([step(0, "backup", ("call", "call", "sms")), step(60)])
    assert read == (
        EscalationStep(0, "backup", ("call", "sms")),
        EscalationStep(60, "coordinator", ("sms",)),
    )


@pytest.mark.parametrize(
    "bad",
    [
        "soon",
        [step()] * 21,
        [{"after_s": 0, "who": "coordinator"}],
        [step(after_s=-1)],
        [step(after_s=True)],
        [step(who="mayor")],
        [step(by="sms")],
        [step(by=())],
        [step(by=("pigeon",))],
        [step(60), step(30)],
        [step(who="backup")],
    ],
)
def test_what_is_no_policy_is_refused(bad: object) -> None:
    with pytest.raises(BadEscalationPolicy):
        read_escalation_policy(bad)


@pytest.mark.parametrize(
    ("steps", "waits_s"),
    [
        ([], 30),
        ([step(0, by=("sms",))], 0),
        ([step(0, by=("push", "sms"))], 0),
        ([step(0, by=("sms",)), step(60, by=("push",))], 0),
        ([step(0, by=("push",)), step(45, by=("call", "sms"))], 45),
        ([step(0, by=("push",)), step(600, by=("sms",))], 60),
        ([step(0, by=("push",)), step(600, by=("call",))], 0),
        ([step(30, by=("push",)), step(40, by=("sms",))], 10),
    ],
)
def test_a_text_waits_for_the_answer_to_a_push_as_the_policy_says(
    steps: list[dict[str, object]], waits_s: int
) -> None:
    assert text_waits_s(read_escalation_policy(steps)) == waits_s
