"""The type of options and arguments that are whole numbers within limits."""

from typing import Any

import click

# Numbers of lines and seeds fit into four bytes in every database and library.
MOST = 2**31 - 1


class WholeNumber(click.ParamType[int]):
    """A whole number from `low` to `high`. Click's own type names its limits as `1<=x<=9`."""

    name = "number"

    def __init__(self, low: int, high: int = MOST) -> None:
        self.low, self.high = low, high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Raises BadParameter for anything else."""
        raw = str(value)
        short = raw.isascii() and raw.isdigit() and len(raw) <= len(str(self.high))
        if not short or not self.low <= int(raw) <= self.high:
            limits = f"a whole number from {self.low} to {self.high}"
            self.fail(f"must be {limits}, not {raw!r}", param, ctx)
        return int(raw)
