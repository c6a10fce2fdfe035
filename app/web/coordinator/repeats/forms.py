"""The forms of repeating services."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, TimeField
from wtforms.validators import InputRequired, Optional

from app.repeats.rules import Schedule
from app.web.common.schedule_words import WEEKDAYS


class FamiliarForm(FlaskForm):  # type: ignore[misc]
    """Who comes, and who is the substitute."""

    familiar = SelectField(_l("请谁上门"), coerce=int, description=_l("先问他；不选就问上次去的人"))
    substitute = SelectField(_l("替补"), coerce=int, description=_l("上门的人来不了，马上问替补"))

    def offer(self, people: list[tuple[int, str]]) -> None:
        """Sets the people to choose from; 0 is nobody."""
        self.familiar.choices = [(0, _("上次去的人")), *people]
        self.substitute.choices = [(0, _("没有")), *people]

    @property
    def chosen(self) -> dict[str, int | None]:
        """The chosen people, as the use case takes them."""
        return {
            "familiar_id": self.familiar.data or None,
            "substitute_id": self.substitute.data or None,
        }


class RepeatForm(FamiliarForm):
    """Also when it takes place."""

    weekdays = SelectMultipleField(
        _l("每周哪几天"), coerce=int, validators=[InputRequired(_l("请至少选一天"))]
    )
    start = TimeField(_l("几点"), validators=[InputRequired(_l("请选时间"))])
    minutes = IntegerField(
        _l("多少分钟"), default=60, validators=[InputRequired(_l("请填 15 分钟到 12 小时"))]
    )
    first = DateField(_l("从哪天开始"), validators=[InputRequired(_l("请选一天"))])
    until = DateField(_l("到哪天为止"), validators=[Optional()], description=_l("不填就一直继续"))

    def offer(self, people: list[tuple[int, str]]) -> None:
        """Sets the people and the days of the week to choose from."""
        super().offer(people)
        self.weekdays.choices = [(number, _(day)) for number, day in enumerate(WEEKDAYS)]

    @property
    def schedule(self) -> Schedule:
        """The schedule that was filled in."""
        at = self.start.data
        first: date = self.first.data
        days = tuple(sorted(set(self.weekdays.data)))
        return Schedule(days, at.hour * 60 + at.minute, self.minutes.data, first, self.until.data)
