"""Whether words say that it is urgent."""

import re

# 急诊, 急性, 急救药: names, no haste.
URGENT = re.compile(
    r"越快越好|急(?![诊性救支促躁剧])|紧急|救命|马上|立刻|立即|赶紧|赶快|快点|快来|快啲|即刻|"
    r"urgent|"
    r"asap|emergency|right away"
    r"|immediately|hurry"
)
DENIED = re.compile(
    r"(?:不是?[太很着著]*|别太?|唔|not?\s+)(?:紧?急|urgent|hurry)|不用(?:马上|立刻|着急|急|赶)|急诊"
)


def is_urgent(text: str) -> bool:
    """Whether a plain text says that it is urgent; 不急 and 急诊 do not."""
    return URGENT.search(DENIED.sub(" ", text)) is not None
