"""The form of a category: what it is, its deadlines, how volunteers are asked, its steps."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FloatField,
    IntegerField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired

from app.matching.ranking import PARTS, Weights
from app.usecases.community.manage_categories import NUMBERS, TEXTS, CategoryForm
from app.web.administrator.names import WEIGHTS
from app.web.common.forms import stripped

FLAGS = ("verify_first", "grab", "together", "named_in_texts", "active")


def _text(label: Any, **more: Any) -> StringField:
    return StringField(label, filters=[stripped], **more)


def _number(label: Any, unit: Any = None) -> IntegerField:
    return IntegerField(label, description=unit, validators=[InputRequired(_l("这里要填整数"))])


def _minutes(label: Any) -> IntegerField:
    return _number(label, _l("分钟"))


class EditForm(FlaskForm):  # type: ignore[misc]
    """Everything about a category."""

    code = _text(
        _l("代码"),
        description=_l("小写字母、数字和下划线，以后不能改"),
        validators=[InputRequired(_l("代码用小写字母、数字和下划线"))],
    )
    name_zh = _text(_l("名称（简体）"), validators=[InputRequired(_l("请写名称，不要太长"))])
    name_hant = _text(_l("名称（繁体）"))
    name_en = _text(_l("名称（英文）"))
    hint_zh = _text(_l("一句说明（简体）"))
    hint_hant = _text(_l("一句说明（繁体）"))
    hint_en = _text(_l("一句说明（英文）"))
    urgency = RadioField(
        _l("紧急程度"),
        choices=[("urgent", _l("紧急")), ("ordinary", _l("普通")), ("planned", _l("预约"))],
    )
    verify_first = BooleanField(_l("先由调度员审核"))
    mode = RadioField(
        _l("派单方式"),
        choices=[("auto", _l("系统自动一轮一轮地问")), ("manual", _l("每次由调度员批准"))],
    )
    grab = BooleanField(_l("也可以抢单：列给附近合适的志愿者自己选"))
    volunteers_needed = _number(_l("需要几位志愿者"))
    wishes = SelectMultipleField(_l("点单时问居民的愿望"))
    together = BooleanField(_l("人齐了才去：几位志愿者一起去，缺一位就不出发"))
    verify_minutes = _minutes(_l("多久之内审核"))
    dispatch_minutes = _minutes(_l("多久之内找到人"))
    accept_minutes = _minutes(_l("志愿者多久之内回复"))
    arrive_minutes = _minutes(_l("约定时间过后多久还没到算超时"))
    finish_minutes = _minutes(_l("多久之内做完"))
    feedback_minutes = _minutes(_l("多久之内请居民评价"))
    radius_m = _number(_l("先问多远以内的人"), _l("米"))
    wave_size = _number(_l("每轮问几个人"))
    position = _number(_l("排列顺序"), _l("小的在前"))
    active = BooleanField(_l("开放给居民点单"))
    named_in_texts = BooleanField(_l("短信里可以写这类服务的名称（手机可能被别人看到）"))
    keywords = TextAreaField(_l("短信关键词"), description=_l("短信里有这些词就算这一类，每行一个"))
    flow = TextAreaField(_l("服务步骤"), description=_l("志愿者怎么做，每行一步"))
    skill_ids = SelectMultipleField(_l("需要的技能"), coerce=int)
    one_is_enough_ids = SelectMultipleField(_l("几位一起去时，有一位会就行的技能"), coerce=int)

    def meant(self) -> CategoryForm:
        """The values of the form. Only for a form that is valid."""
        given = {name: self[name].data for name in ("code", "urgency", "mode", *TEXTS, *NUMBERS)}
        given |= {name: bool(self[name].data) for name in FLAGS}
        return CategoryForm(
            **given,
            keywords=lines(self.keywords.data),
            flow=lines(self.flow.data),
            wishes=tuple(self.wishes.data or ()),
            skill_ids=tuple(self.skill_ids.data or ()),
            one_is_enough_ids=tuple(self.one_is_enough_ids.data or ()),
            weights=self._weights(),
        )

    def _weights(self) -> dict[str, float]:
        given = {part: self[f"weight_{part}"].data for part in PARTS}
        return {part: float(value) for part, value in given.items() if value is not None}


# One field for each part of the ranking.
for _part in PARTS:
    setattr(EditForm, f"weight_{_part}", FloatField(_l(WEIGHTS[_part])))


def lines(text: str | None) -> tuple[str, ...]:
    """The lines that are not empty, without repetitions."""
    return tuple(dict.fromkeys(one.strip() for one in (text or "").splitlines() if one.strip()))


def values_of(category: CategoryForm) -> dict[str, Any]:
    """The form's values for a category as it is."""
    names = ("code", "urgency", "mode", *TEXTS, *NUMBERS, *FLAGS)
    weights = {f"weight_{part}": getattr(Weights(), part) for part in PARTS}
    weights |= {f"weight_{part}": value for part, value in category.weights.items()}
    return {
        **{name: getattr(category, name) for name in names},
        **weights,
        "keywords": "\n".join(category.keywords),
        "flow": "\n".join(category.flow),
        "wishes": list(category.wishes),
        "skill_ids": list(category.skill_ids),
        "one_is_enough_ids": list(category.one_is_enough_ids),
    }


def values_of_new() -> dict[str, Any]:
    """The form's values for a new category."""
    fresh = CategoryForm(code="", name_zh="")
    names = ("urgency", "mode", *NUMBERS, *FLAGS)
    weights = {f"weight_{part}": getattr(Weights(), part) for part in PARTS}
    return {**{name: getattr(fresh, name) for name in names}, **weights}
