"""Policies as TOML files: the shipped ones, to compare with, and one's own."""

import tomllib
from importlib.resources import files

from app.core.i18n import N_
from app.matching.policy import Policy, policy_from

# Each with its name and what it does, in the order of a page.
SHIPPED = {
    "ours": (
        N_("综合推荐"),
        N_("先问最合适的几位，谁不方便就马上换人，也照顾很久没问过的人"),
    ),
    "nearest": (N_("就近逐个问"), N_("从最近的一位开始，五分钟没有回复再问下一位")),
    "keep7": (N_("始终七人"), N_("一公里内最近的七位，谁拒绝就换下一位")),
    "phases": (N_("分批加人"), N_("先问最近三位，过两分钟再加三位，再过两分钟加十位")),
    "broadcast": (N_("全部群发"), N_("一公里内的人一次全问，谁先接算谁的")),
}


def shipped(name: str) -> Policy:
    """A shipped policy. Raises KeyError for a name that is not in `SHIPPED`."""
    if name not in SHIPPED:
        raise KeyError(name)
    file = files("app.matching.lab") / "policies" / f"{name}.toml"
    return read_policy(file.read_text(encoding="utf-8"))


def read_policy(text: str) -> Policy:
    """The policy in a TOML text. Raises ValueError that names what is wrong with it."""
    return policy_from(tomllib.loads(text))
