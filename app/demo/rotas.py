"""What the demo's rotas plan: layers with people in turn, and offered hours for the night."""

from dataclasses import dataclass
from typing import Any

WEEK, WORKDAYS = tuple(range(7)), tuple(range(5))


@dataclass(frozen=True, slots=True)
class Turns:
    """One layer of turns: `people` take turns; the `unsure` want to be asked each time."""

    number: int
    name: str
    windows: tuple[tuple[tuple[int, ...], str, str], ...]
    turn: str
    people: int
    unsure: int = 0

    def pattern(self, starts: str) -> dict[str, Any]:
        """The pattern as JSON."""
        windows = [
            {"day": day, "from": start, "to": end}
            for days, start, end in self.windows
            for day in days
        ]
        return {"kind": "windows", "windows": windows, "turn": self.turn, "starts": starts}


@dataclass(frozen=True, slots=True)
class Plan:
    """One rota. `area` is an area's name, None for the district. `flex`: a last layer of offers."""

    name: str
    area: str | None
    purpose: str
    layers: tuple[Turns, ...]
    wanted: tuple[str, str] | None = None
    flex: bool = False
    approve_swaps: bool = False


PLANS = (
    Plan(
        "全区值班（示例）",
        None,
        "general",
        (
            # Nobody covers the night from Wednesday to Thursday, nor those of Saturday and Sunday.
            Turns(
                1,
                "",
                (
                    (WEEK, "07:00", "15:00"),
                    (WEEK, "15:00", "23:00"),
                    ((0, 1, 3, 4), "23:00", "07:00"),
                ),
                "window",
                people=19,
                unsure=2,
            ),
            Turns(2, "", ((WORKDAYS, "19:00", "07:00"),), "day", people=8),
        ),
        flex=True,
    ),
    Plan(
        "民治白天值班（示例）",
        "民治街道",
        "general",
        (Turns(1, "", ((WEEK, "08:00", "20:00"),), "day", people=9, unsure=1),),
        wanted=("08:00", "20:00"),
        approve_swaps=True,
    ),
    Plan(
        "民乐夜间值班（示例）",
        "民乐社区",
        "night",
        (Turns(1, "", (((0, 1, 2, 3, 6), "20:00", "08:00"),), "window", people=7, unsure=1),),
        wanted=("20:00", "08:00"),
    ),
)
