"""The form of a trial, and the policy that it describes."""

from dataclasses import replace

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange

from app.matching.lab.shipped import SHIPPED, shipped
from app.matching.policy import NEAR, Policy

OWN = "own"
OUT_OF_RANGE = _l("这个数字太大或太小")


class TrialForm(FlaskForm):  # type: ignore[misc]
    """Area, category and policy of a trial."""

    area = SelectField(_l("区域"), coerce=int)
    category = SelectField(_l("服务类别"), coerce=int)
    urgency = SelectField(
        _l("紧急程度"),
        choices=[("ordinary", _l("普通")), ("urgent", _l("紧急")), ("planned", _l("预约"))],
    )
    policy = RadioField(
        _l("试哪一种问法"),
        choices=[*((name, _l(words[0])) for name, words in SHIPPED.items()), (OWN, _l("自己调"))],
        default="ours",
    )
    asks = IntegerField(
        _l("最多同时问几个人"), default=3, validators=[NumberRange(1, 100, OUT_OF_RANGE)]
    )
    sure = IntegerField(
        _l("有百分之几的把握就不再加人"), default=90, validators=[NumberRange(5, 100, OUT_OF_RANGE)]
    )
    minutes = IntegerField(
        _l("几分钟没回复就再问别人"), default=5, validators=[NumberRange(1, 1440, OUT_OF_RANGE)]
    )
    metres = IntegerField(
        _l("问多远的人（米）"), default=3000, validators=[NumberRange(50, 50_000, OUT_OF_RANGE)]
    )
    idle = IntegerField(
        _l("每一百次里，几次先问很久没问过的人"),
        default=20,
        validators=[NumberRange(0, 100, OUT_OF_RANGE)],
    )

    def chosen(self) -> Policy:
        """The policy to try: a built-in one, or one with the numbers of the form."""
        if self.policy.data != OWN:
            return shipped(self.policy.data)
        base = shipped("ours")
        phases = tuple(
            replace(
                one,
                radius_m=self.metres.data,
                open_asks=self.asks.data,
                target=self.sure.data / 100,
                answer_s=self.minutes.data * 60,
            )
            if one.audience == NEAR
            else one
            for one in base.phases
        )
        return replace(
            base,
            name=OWN,
            phases=phases,
            most_open=max(base.most_open, self.asks.data),
            idle_share=self.idle.data / 100,
        )
