"""The forms of an order, one for each step. They read input; the rules are in the use cases."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from app.people.rules import is_phone
from app.web.common.formatting import day_in_words
from app.web.common.settings import phone_region

NEED_MAX = 1000
LONGEST_AHEAD = timedelta(days=60)
# More people than this are arranged by telephone.
MOST_ASKED_FOR = 6
NUMBERS = [(str(n), _l("%(n)s 位", n=n)) for n in range(1, MOST_ASKED_FOR + 1)]

PARTS_OF_DAY = {
    "any": (time(8), time(21)),
    "morning": (time(8), time(12)),
    "noon": (time(11), time(14)),
    "afternoon": (time(13), time(18)),
    "evening": (time(18), time(21)),
}


class NeedForm(FlaskForm):  # type: ignore[misc]
    """What is needed."""

    category = RadioField(_l("需要哪种帮助？"), validators=[InputRequired(_l("请选一种服务"))])
    need = TextAreaField(
        _l("请说说要帮什么忙"),
        description=_l(
            "一两句话就好，比如：买一盒降压药，药店在小区门口。不要写身份证号和银行卡号。"
        ),
        filters=[lambda text: (text or "").strip()],
        validators=[
            DataRequired(_l("请写一句要帮什么忙")),
            Length(max=NEED_MAX, message=_l("请少写一些，最多 1000 个字")),
        ],
    )
    volunteers_needed = SelectField(
        _l("要几位志愿者？"),
        choices=[("", _l("按平常的安排")), *NUMBERS],
        default="",
    )

    def say_usual(self, usual: int) -> None:
        """Says how many volunteers come where the resident chooses no number."""
        first = ("", _("按平常的安排（%(n)s 位）", n=usual))
        self.volunteers_needed.choices = [first, *NUMBERS]


class WhereForm(FlaskForm):  # type: ignore[misc]
    """Where help is needed: a place of the gazetteer, a pin, or words."""

    place = StringField(
        _l("小区、楼栋或地名"),
        description=_l("输入两个字就能找到，比如：民乐"),
        filters=[lambda text: (text or "").strip()],
        validators=[Length(max=120, message=_l("请少写一些"))],
    )
    place_id = HiddenField(validators=[Optional()])
    lat = HiddenField(validators=[Optional()])
    lon = HiddenField(validators=[Optional()])
    door = StringField(
        _l("门牌号"),
        description=_l("比如：3 栋 502。只有接单的志愿者能看到。"),
        filters=[lambda text: (text or "").strip()],
        validators=[Length(max=120, message=_l("请少写一些"))],
    )

    def validate_place(self, field: Any) -> None:
        """Requires a place, a pin or an address."""
        if not (field.data or self.place_id.data or (self.lat.data and self.lon.data)):
            raise ValidationError(_l("请写小区名，或在地图上点一下位置"))


class WhenForm(FlaskForm):  # type: ignore[misc]
    """When help is wanted, in the community's zone."""

    day = RadioField(
        _l("什么时候需要？"),
        choices=[
            ("soon", _l("越快越好")),
            ("today", _l("今天")),
            ("tomorrow", _l("明天")),
            ("other", _l("另选一天")),
        ],
        default="soon",
    )
    date = DateField(_l("哪一天"), validators=[Optional()])
    part = SelectField(
        _l("什么时段"),
        choices=[
            ("any", _l("都可以 8–21 点")),
            ("morning", _l("上午 8–12 点")),
            ("noon", _l("中午 11–14 点")),
            ("afternoon", _l("下午 13–18 点")),
            ("evening", _l("晚上 18–21 点")),
        ],
        default="any",
    )

    def validate_date(self, field: Any) -> None:
        """Required only if another day was chosen."""
        if self.day.data == "other" and field.data is None:
            raise ValidationError(_l("请选一天"))


class ContactForm(FlaskForm):  # type: ignore[misc]
    """How to reach the resident."""

    phone = StringField(
        _l("手机号码"),
        description=_l("只有接单的志愿者和调度员能看到。"),
        filters=[lambda text: (text or "").strip()],
        validators=[
            DataRequired(_l("请写手机号码，我们才能联系您")),
            Length(max=30, message=_l("这个号码太长了")),
        ],
    )
    name = StringField(
        _l("怎么称呼您"),
        description=_l("可以不写，比如：陈阿姨"),
        filters=[lambda text: (text or "").strip()],
        validators=[Length(max=40, message=_l("请少写一些"))],
    )
    for_family = BooleanField(
        _l("我替家人点单"), description=_l("志愿者去帮您的家人，有事先打电话给他。")
    )
    visited_name = StringField(
        _l("家人怎么称呼"),
        description=_l("比如：陈阿姨"),
        filters=[lambda text: (text or "").strip()],
        validators=[Length(max=40, message=_l("请少写一些"))],
    )
    visited_phone = StringField(
        _l("家人的手机号码"),
        description=_l("没有手机可以不写，志愿者会打给您。"),
        filters=[lambda text: (text or "").strip()],
        validators=[Length(max=30, message=_l("这个号码太长了"))],
    )
    spoken = SelectField(
        _l("您说什么话"),
        choices=[
            ("", _l("普通话就可以")),
            ("yue", _l("粤语")),
            ("hak", _l("客家话")),
            ("en", _l("英语")),
        ],
        default="",
    )

    wishes = SelectMultipleField(_l("对来的人有什么希望"))

    def validate_phone(self, field: Any) -> None:
        """A number that can be called."""
        if field.data and not is_phone(field.data, phone_region()):
            raise ValidationError(_l("这个手机号码不对，请检查一下"))

    def validate_visited_phone(self, field: Any) -> None:
        """The same, if there is one."""
        if self.for_family.data and field.data and not is_phone(field.data, phone_region()):
            raise ValidationError(_l("家人的手机号码不对，请检查一下"))

    def whom(self) -> dict[str, str]:
        """The answers about the person to visit; empty unless the order is for somebody else."""
        if not self.for_family.data:
            return {"for_family": "", "visited_name": "", "visited_phone": ""}
        return {
            "for_family": "y",
            "visited_name": self.visited_name.data or "",
            "visited_phone": self.visited_phone.data or "",
        }

    def validate_visited_name(self, field: Any) -> None:
        """Required if the order is for somebody else."""
        if self.for_family.data and not field.data:
            raise ValidationError(_l("请写家人怎么称呼，志愿者好找人"))


def day_choices(now: datetime, zone: ZoneInfo) -> list[tuple[str, str]]:
    """The days to choose from with their dates; today only if part of it is left."""
    local = now.astimezone(zone)
    today, tomorrow = (day_in_words(local.date() + timedelta(days=n)) for n in (0, 1))
    days = [
        ("soon", _("越快越好")),
        ("today", _("今天（%(day)s）", day=today)),
        ("tomorrow", _("明天（%(day)s）", day=tomorrow)),
        ("other", _("另选一天")),
    ]
    over = local.time() >= PARTS_OF_DAY["evening"][1]
    return [choice for choice in days if not (over and choice[0] == "today")]


def part_choices(form: WhenForm, now: datetime, zone: ZoneInfo) -> list[tuple[str, Any]]:
    """The parts of a day; those that are over today say so."""
    passed = now.astimezone(zone).time()
    return [
        (part, _("%(part)s（今天已过）", part=words) if PARTS_OF_DAY[part][1] <= passed else words)
        for part, words in form.part.choices
    ]


def wanted_period(
    day: str, chosen: date | None, part: str, *, now: datetime, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """The half-open period that the answers mean. Raises ValueError if it has passed."""
    if day == "soon":
        return None, None
    today = now.astimezone(zone).date()
    wanted = {"today": today, "tomorrow": today + timedelta(days=1)}.get(day) or chosen
    if wanted is None or wanted > today + LONGEST_AHEAD:
        raise ValueError("too_far")
    first, last = PARTS_OF_DAY.get(part, PARTS_OF_DAY["any"])
    start = datetime.combine(wanted, first, tzinfo=zone)
    end = datetime.combine(wanted, last, tzinfo=zone)
    if end <= now:
        raise ValueError("passed")
    return max(start, now), end
