"""Words for how volunteers travel, and how long their way takes."""

from app.core.i18n import N_
from app.core.travel import Travel
from app.web.common.formatting import span
from app.web.common.wording import say

MEANS = {
    Travel.FOOT: N_("走路"),
    Travel.BICYCLE: N_("骑车"),
    Travel.CAR: N_("开车"),
}
WAYS = {
    Travel.FOOT: N_("走路约 %(time)s"),
    Travel.BICYCLE: N_("骑车约 %(time)s"),
    Travel.CAR: N_("开车约 %(time)s"),
}


def way_words(by: str, minutes: int) -> str:
    """For example 骑车约 8 分钟."""
    return say(WAYS[Travel(by)], time=span(minutes))


def means_words(travel: str) -> str:
    """The means of travel that an offer names."""
    return say(MEANS[Travel(travel)])
