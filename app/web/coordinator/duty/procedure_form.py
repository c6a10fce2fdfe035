"""The form of an emergency procedure."""

from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FloatField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.validators import InputRequired, Optional

from app.usecases.emergencies.manage_procedures import TEXTS, PlanTerms
from app.web.common.forms import stripped

A_NUMBER = _l("这里要填数字")


def _text(label: Any, **more: Any) -> StringField:
    return StringField(label, filters=[stripped], **more)


class PlanForm(FlaskForm):  # type: ignore[misc]
    """The fields of a procedure."""

    area = SelectField(_l("区域"), coerce=int, description=_l("这个区域和它下面的都可以用"))
    name_zh = _text(_l("名称（简体）"), validators=[InputRequired(_l("请写名称，不要太长"))])
    name_hant = _text(_l("名称（繁体）"))
    name_en = _text(_l("名称（英文）"))
    purpose_zh = _text(_l("做什么（简体）"), validators=[InputRequired(_l("请写要做什么"))])
    purpose_hant = _text(_l("做什么（繁体）"))
    purpose_en = _text(_l("做什么（英文）"))
    trigger = _text(_l("什么时候启动"), description=_l("比如：连续三天最高气温到 38 度"))
    trigger_value = FloatField(_l("启动的数字"), validators=[Optional()])
    trigger_unit = _text(_l("单位"), description=_l("比如：°C、级、例"))
    trigger_days = IntegerField(_l("连续几天"), validators=[Optional()])
    starts = TimeField(_l("每天从"), validators=[Optional()])
    ends = TimeField(_l("到"), validators=[Optional()], description=_l("都不填就是全天"))
    people = IntegerField(_l("每个时段要几个人"), default=1, validators=[InputRequired(A_NUMBER)])
    places = _text(_l("在哪里"), description=_l("比如：三个纳凉点"))
    skill_ids = SelectMultipleField(_l("需要的技能"), coerce=int)

    def meant(self) -> PlanTerms:
        """The values of the form. Only for a form that is valid."""
        return PlanTerms(
            texts={name: self[name].data or "" for name in TEXTS},
            people=self.people.data,
            wanted=self._wanted(),
            trigger_value=self.trigger_value.data,
            trigger_days=self.trigger_days.data,
            skill_ids=tuple(self.skill_ids.data or ()),
        )

    def _wanted(self) -> list[dict[str, Any]]:
        start, end = self.starts.data, self.ends.data
        if start is None or end is None or start == end:
            return []
        times = {"from": f"{start:%H:%M}", "to": f"{end:%H:%M}"}
        return [{"day": day, **times} for day in range(7)]


def values_of(area_id: int, terms: PlanTerms) -> dict[str, Any]:
    """The form's values for stored terms."""
    first = terms.wanted[0] if terms.wanted else None
    times = (
        {"starts": _time(first["from"]), "ends": _time(first["to"])} if first is not None else {}
    )
    kept = {name: getattr(terms, name) for name in ("people", "trigger_value", "trigger_days")}
    skills = list(terms.skill_ids)
    return {**terms.texts, **kept, **times, "area": area_id, "skill_ids": skills}


def _time(clock: str) -> time:
    """Reads a time of day; 24:00 is the next midnight."""
    return time.fromisoformat("00:00" if clock == "24:00" else clock)
