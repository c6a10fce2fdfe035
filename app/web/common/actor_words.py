"""Words for the actor and the entry point in a line of the trail."""

from collections.abc import Mapping

from flask_babel import gettext as _

from app.core.actor import ActorKind
from app.core.i18n import N_
from app.trail.queries import TrailLine
from app.web.common.wording import say

ACTORS = {
    "resident": N_("居民"),
    "volunteer": N_("志愿者"),
    "coordinator": N_("调度员"),
    "administrator": N_("管理员"),
    "system": N_("系统"),
    "person": N_("本人"),
}

DOORS = {
    "web": N_("网页"),
    "sms": N_("短信"),
    "jobs": N_("自动"),
    "cli": N_("命令行"),
    "api": N_("其他系统"),
    "phone": N_("电话"),
}


def word(names: Mapping[str, str], code: str) -> str:
    """The word for a code; the code itself if it has none yet."""
    return str(_(names[code])) if code in names else code


def actor_word(kind: str) -> str:
    """The role in which somebody did something."""
    return word(ACTORS, kind)


def entry_word(entry: str) -> str:
    """The entry point through which something was done."""
    return word(DOORS, entry)


def who(line: TrailLine, names: Mapping[int, str]) -> str:
    """For example 林晓（调度员） · 网页."""
    kind = actor_word(line.actor_kind)
    name = names.get(line.actor_id or 0)
    shown = say(N_("%(name)s（%(kind)s）"), name=name, kind=kind) if name else kind
    return shown if line.actor_kind == ActorKind.SYSTEM else f"{shown} · {entry_word(line.door)}"
