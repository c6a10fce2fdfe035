"""The trail of a help request in words: what happened, who did it, by which entry point."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import ngettext

from app.core.i18n import N_
from app.dispatch.rules import END_REASONS, EndReason
from app.matching.policy import COORDINATOR
from app.notifications.wording import ATTENTION
from app.trail.folding import fold_repeats
from app.trail.queries import TrailLine
from app.usecases.requests.see_board import Case
from app.web.common.actor_words import who, word
from app.web.common.escalation_words import CHANNEL_LABELS, TARGET_LABELS
from app.web.common.event_labels import event_label
from app.web.common.formatting import metres, span
from app.web.common.wording import say

FIELDS = {
    "category_id": N_("类别"),
    "need": N_("内容"),
    "urgency": N_("紧急程度"),
    "volunteers_needed": N_("人数"),
    "address": N_("地址"),
    "wanted_from": N_("时间"),
    "wanted_to": N_("时间"),
}
AUDIENCES = {
    "best": N_("问附近最合适的 %(n)s 人"),
    "near": N_("问附近最合适的 %(n)s 人"),
    "wider": N_("扩大范围，问 %(n)s 人"),
    "last_resort": N_("没有别人了，问本来让歇一歇的 %(n)s 人"),
    "duty": N_("问值班的 %(n)s 人"),
    "manual": N_("问调度员选的 %(n)s 人"),
    "batch": N_("和别的单一起派，问 %(n)s 人"),
    "familiar": N_("先问居民熟悉的 %(n)s 人"),
    "again": N_("再问原来愿意来的 %(n)s 人"),
}


def end_words(reason: str) -> str:
    """Why a match ended."""
    return say(END_REASONS[EndReason(reason)])


def title(line: TrailLine, names: Mapping[int, str]) -> str:
    """What happened, with the important numbers."""
    done = event_label(line.kind)
    more = _more(line.kind, line.details, names)
    return say(N_("%(done)s：%(more)s"), done=done, more=more) if more else done


def _more(kind: str, details: Mapping[str, Any], names: Mapping[int, str]) -> str:
    if kind.startswith(("match.", "pair.")):
        return _about_match(details, names)
    found = DETAILS.get(kind)
    return found(details) if found else ""


def _about_match(details: Mapping[str, Any], names: Mapping[int, str]) -> str:
    parts = [names.get(details.get("person") or 0, "")]
    if details.get("metres") is not None:
        parts.append(metres(details["metres"]))
    if details.get("wave"):
        parts.append(say(N_("第 %(n)s 轮"), n=details["wave"]))
    if details.get("reason") in END_REASONS:
        parts.append(end_words(details["reason"]))
    return say(N_("，")).join(part for part in parts if part)


def _about_dispatch(details: Mapping[str, Any]) -> str:
    audience = details.get("audience")
    if audience == COORDINATOR:
        return say(N_("附近的人都问过了，请调度员处理"))
    return say(AUDIENCES[audience], n=details.get("asked", 0)) if audience in AUDIENCES else ""


def _about_change(details: Mapping[str, Any]) -> str:
    words = [word(FIELDS, name) for name in details.get("fields", ())]
    return say(N_("、")).join(dict.fromkeys(words))


def _about_end(details: Mapping[str, Any]) -> str:
    if details.get("duplicate_of"):
        return say(N_("和另一单是同一件事"))
    reason = details.get("reason")
    return end_words(reason) if reason in END_REASONS else ""


def _about_stars(details: Mapping[str, Any]) -> str:
    stars = details.get("stars")
    return str(ngettext("%(n)s 星", "%(n)s 星", stars, n=stars)) if stars else ""


def _about_notified(details: Mapping[str, Any]) -> str:
    # Lines of earlier versions say "told"; the trail is never rewritten.
    return say(N_("叫了 %(n)s 人"), n=details.get("notified", details.get("told", 0)))


def _about_step(details: Mapping[str, Any]) -> str:
    """For example 首叫的值班人，叫了 1 人，电话没有开通."""
    parts = [
        word(TARGET_LABELS, details.get("who") or ""),
        _about_notified(details),
    ]
    parts += [
        say(N_("%(channel)s没有开通"), channel=word(CHANNEL_LABELS, one))
        for one in details.get("skipped", ())
    ]
    return say(N_("，")).join(part for part in parts if part)


DETAILS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "help_request.dispatch": _about_dispatch,
    "help_request.changed": _about_change,
    "help_request.reject": _about_end,
    "help_request.lose_volunteer": _about_end,
    "help_request.close": _about_stars,
    "help_request.reopen": _about_stars,
    "help_request.rated": _about_stars,
    "help_request.escalated": lambda d: word(ATTENTION, d.get("reason") or ""),
    "escalation.step": _about_step,
    "escalation.again": _about_notified,
    "help_request.deadline_extended": lambda d: span(d.get("minutes") or 0),
}


def timeline_of(case: Case, names: Mapping[int, str]) -> list[dict[str, Any]]:
    """The whole trail of a request, oldest first, for the timeline; what repeats stands once."""

    def says(line: TrailLine) -> tuple[str, str, str | None]:
        return title(line, names), who(line, names), line.note

    return [
        {
            "title": _counted(title(one.first, names), one.count),
            "at": one.first.at,
            "last": one.last.at if one.count > 1 else None,
            "by": who(one.first, names),
            "note": one.first.note,
            "kind": "late" if one.first.kind == "help_request.escalated" else "done",
        }
        for one in fold_repeats(case.story, says)
    ]


def _counted(words: str, count: int) -> str:
    return say(N_("%(what)s（%(n)s 次）"), what=words, n=count) if count > 1 else words
