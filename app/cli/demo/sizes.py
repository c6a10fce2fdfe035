"""How large a demo is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of a demo. Only detailed subdistricts have communities, blocks and grids."""

    name: str
    detailed: tuple[str, ...]
    volunteers: int
    past_requests: int
    live_requests: int
    history_days: int


MINZHI = "440309002"
SMALL = Size("small", (MINZHI,), 400, 352, 48, 30)
LARGE = Size(
    "large",
    ("440309001", MINZHI, "440309003", "440309004", "440309005", "440309006"),
    20_000,
    100_000,
    400,
    365,
)
SIZES = {size.name: size for size in (SMALL, LARGE)}
