"""The form of a roster to be built."""

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField

from app.usecases.rosters.build_roster import MOST_PEOPLE, PIECE_HOURS
from app.usecases.rosters.gather_roster import Terms

PEOPLE = [(one, _l("%(n)s 人", n=one)) for one in range(MOST_PEOPLE + 1)]
FORTNIGHT = 14


class RosterForm(FlaskForm):  # type: ignore[misc]
    """Which rota, which days, the length of turns, how many people for each."""

    rota = SelectField(_l("轮值表"), coerce=int)
    period = SelectField(_l("排哪些天"))
    hours = SelectField(
        _l("一班最长多久"),
        coerce=int,
        default=8,
        choices=[(one, _l("%(n)s 小时", n=one)) for one in PIECE_HOURS],
    )
    first_hour = SelectField(
        _l("每天从几点开始分班"),
        coerce=int,
        default=8,
        choices=[(one, f"{one:02}:00") for one in range(24)],
    )
    first_call = SelectField(_l("首叫要几个人"), coerce=int, default=1, choices=PEOPLE[1:])
    backup = SelectField(_l("后备要几个人"), coerce=int, default=1, choices=PEOPLE)
    reserve = SelectField(_l("第 3 层要几个人"), coerce=int, default=0, choices=PEOPLE)

    def terms(self) -> Terms:
        """The lengths of turns and the people needed; layers end at the first that needs nobody."""
        needs = [self.first_call.data]
        for more in (self.backup.data, self.reserve.data):
            if not more:
                break
            needs.append(more)
        return Terms(self.hours.data, self.first_hour.data, tuple(needs))

    def days(self) -> tuple[date, int]:
        """The first day and how many days."""
        first, days = self.period.data.split("/")
        return date.fromisoformat(first), int(days)


def periods(today: date) -> list[tuple[str, str]]:
    """The periods to choose from: next month, the rest of this one, the coming two weeks."""
    tomorrow = today + timedelta(days=1)
    following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (following + timedelta(days=32)).replace(day=1)
    found = [
        (
            f"{following}/{(last - following).days}",
            _("下个月（%(month)s月）整月", month=following.month),
        ),
        (f"{tomorrow}/{FORTNIGHT}", _("明天起两个星期")),
    ]
    if tomorrow < following:
        found.insert(1, (f"{tomorrow}/{(following - tomorrow).days}", _("明天到这个月底")))
    return found
