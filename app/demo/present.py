"""The demo's present: requests in every state, made by the use cases at past moments.

Each scenario says what was ordered, and its steps: minutes ago, and a method of `Stage`.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.demo.present_state import Part, Stage
from app.demo.world import World

PLAYS: tuple[tuple[Part, str], ...] = (
    # Awaiting a coordinator: new, overdue, not understood, place unknown.
    (Part("escort", wanted=(1, 9, 12)), "12 order"),
    (Part("visit", estate=1, wanted=(2, 14, 17)), "55 order"),
    (
        Part("other", source="sms", need="我家门口那个东西又来了，麻烦你们派个人", raw_text=True),
        "3 order",
    ),
    (Part("meal", source="phone", estate=None), "9 order"),
    (Part("errand", estate=None, address="清湖路口小卖部后面的巷子"), "2 order"),
    (Part("visit", estate=2, wanted=(1, 15, 18)), "80 order, 60 approve"),
    # Being asked: one declined, open to all nearby, urgent, one of two found, given up.
    (Part("medicine", estate=3), "5 order, 5 ask, 3 no"),
    (Part("shopping", source="sms", estate=3), "6 order, 6 ask"),
    (Part("urgent_visit", source="phone", estate=1), "2 order, 2 ask"),
    (Part("carry", estate=2), "14 order, 14 ask, 9 yes"),
    (Part("repair", estate=-1), "40 order, 40 ask_house"),
    (Part("phone_help", estate=3, wanted=(3, 10, 12)), "8 order, 8 ask"),
    (Part("medicine", estate=4), "70 order, 70 ask, 66 yes, 31 give_up, 4 ask"),
    # Somebody is coming, or has arrived.
    (Part("meal", estate=5), "26 order, 26 ask, 24 no, 21 yes"),
    (Part("medicine", source="sms"), "48 order, 48 ask, 44 yes, 12 set_out"),
    (Part("shopping", estate=6), "150 order, 150 ask, 140 yes"),
    (Part("escort", wanted=(1, 8, 12)), "300 order, 290 approve, 289 ask, 240 yes"),
    (Part("repair", estate=2), "95 order, 95 ask, 88 yes, 60 set_out, 41 arrive"),
    (Part("carry", estate=7), "90 order, 90 ask, 85 yes, 80 yes, 45 arrive, 43 arrive"),
    # Done: to be rated, rated badly, rated well.
    (Part("errand"), "130 order, 130 ask, 120 yes, 80 arrive, 35 finish"),
    (Part("meal", source="sms", estate=3), "200 order, 200 ask, 195 yes, 150 arrive, 140 finish"),
    (
        Part("medicine", estate=1),
        "260 order, 260 ask, 250 yes, 215 arrive, 205 finish, 25 rate_badly",
    ),
    (
        Part("shopping", estate=5),
        "400 order, 400 ask, 393 yes, 360 set_out, 340 arrive, 300 finish, 280 rate_well",
    ),
    # Ended for another reason.
    (Part("wheelchair", estate=6), "180 order, 180 ask, 160 yes, 100 cancel"),
    (Part("other", estate=4), "220 order, 200 reject"),
)


def add_present(session: Session, world: World) -> None:
    """Plays all scenarios together, in the order in which things happened."""
    stage = Stage(session, world)
    moments = [
        (world.now - timedelta(minutes=int(minutes)), number, action)
        for number, (_, steps) in enumerate(PLAYS)
        for minutes, action in (step.split() for step in steps.split(", "))
    ]
    # Steps of the same minute keep their order.
    for at, number, action in sorted(moments, key=lambda moment: moment[0]):
        if action == "order":
            stage.order(number, PLAYS[number][0], at)
        else:
            getattr(stage, action)(number, at)
    stage.all_was_delivered()
