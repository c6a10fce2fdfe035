"""Opening hours as service points write them: those that a program can read."""

import re
from datetime import time

SPAN = re.compile(r"(\d{1,2})[:：](\d{2})\s*[-–—~～至到]\s*(\d{1,2})[:：](\d{2})")
ALL_DAY = re.compile(r"24\s*(小时|小時|h)", re.IGNORECASE)


def open_at(opening: str, local: time) -> bool | None:
    """Whether a point with these hours is open at a local time; None when they cannot be read.

    Reads spans like 09:00–18:00, several of them, also over midnight. Words such as 周一至周五
    make it None: the page then shows the words alone.
    """
    if ALL_DAY.search(opening):
        return True
    spans = SPAN.findall(opening)
    if not spans or re.search(r"[周週日一二三四五六]|[A-Za-z]", SPAN.sub("", opening)):
        return None
    now = local.hour * 60 + local.minute
    return any(_within(int(a) * 60 + int(b), int(c) * 60 + int(d), now) for a, b, c, d in spans)


def _within(start: int, end: int, now: int) -> bool:
    if start <= end:
        return start <= now < end
    return now >= start or now < end
