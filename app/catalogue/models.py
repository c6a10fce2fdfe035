"""Tables of the catalogue: categories, skills, and which category needs which skill."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, false, true
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.rules import DispatchMode
from app.core.base import Base
from app.core.urgency import Urgency


def in_language(locale: str, zh: str, hant: str, en: str) -> str:
    """The text in a language; simplified Chinese where that is empty."""
    return {"zh_Hant": hant, "en": en}.get(locale, zh) or zh


class Skill(Base):
    """What a volunteer can do (技能)."""

    __tablename__ = "skill"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_hant: Mapped[str] = mapped_column(String(80), default="")
    name_en: Mapped[str] = mapped_column(String(80), default="")
    needs_certificate: Mapped[bool] = mapped_column(default=False)

    def name(self, locale: str) -> str:
        """The name in a language, Chinese where it has none."""
        return in_language(locale, self.name_zh, self.name_hant, self.name_en)


class Category(Base):
    """What can be ordered (服务类别), its deadlines in minutes and the steps of its flow."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(80))
    name_hant: Mapped[str] = mapped_column(String(80), default="")
    name_en: Mapped[str] = mapped_column(String(80), default="")
    hint_zh: Mapped[str] = mapped_column(String(200), default="")
    hint_hant: Mapped[str] = mapped_column(String(200), default="")
    hint_en: Mapped[str] = mapped_column(String(200), default="")
    urgency: Mapped[str] = mapped_column(String(10), default=Urgency.ORDINARY)
    verify_first: Mapped[bool] = mapped_column(default=True)
    # `auto`: waves go out by themselves once open; `manual`: a coordinator approves each.
    mode: Mapped[str] = mapped_column(String(10), default=DispatchMode.AUTO)
    # 抢单: also listed to eligible volunteers near by.
    grab: Mapped[bool] = mapped_column(default=False)
    volunteers_needed: Mapped[int] = mapped_column(default=1)
    # Help begins only when all places are taken.
    together: Mapped[bool] = mapped_column(default=False, server_default=false())
    # The wishes (`core.wishes`) that a resident is asked for.
    wishes: Mapped[Any] = mapped_column(JSON, default=list, server_default="[]")
    verify_minutes: Mapped[int] = mapped_column(default=30)
    dispatch_minutes: Mapped[int] = mapped_column(default=120)
    accept_minutes: Mapped[int] = mapped_column(default=30)
    arrive_minutes: Mapped[int] = mapped_column(default=60)
    finish_minutes: Mapped[int] = mapped_column(default=240)
    feedback_minutes: Mapped[int] = mapped_column(default=1440)
    radius_m: Mapped[int] = mapped_column(default=1500)
    wave_size: Mapped[int] = mapped_column(default=3)
    # Escalation policy of an urgent request (dispatch.escalation_policy). Empty: the default.
    escalation_policy: Mapped[Any] = mapped_column(JSON, default=list)
    flow: Mapped[Any] = mapped_column(JSON, default=list)
    weights: Mapped[Any] = mapped_column(JSON, default=dict)
    # Words by which a text message means this category.
    keywords: Mapped[Any] = mapped_column(JSON, default=list)
    # Whether a text may name it: others may read the phone.
    named_in_texts: Mapped[bool] = mapped_column(default=True, server_default=true())
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    def name(self, locale: str) -> str:
        """The name in a language, Chinese where it has none."""
        return in_language(locale, self.name_zh, self.name_hant, self.name_en)

    def hint(self, locale: str) -> str:
        """What the category is for, in a language."""
        return in_language(locale, self.hint_zh, self.hint_hant, self.hint_en)


class CategorySkill(Base):
    """A skill that a category needs."""

    __tablename__ = "category_skill"

    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), primary_key=True)
    skill_id: Mapped[int] = mapped_column(ForeignKey("skill.id"), primary_key=True)
    # One member of the team with it is enough.
    one_is_enough: Mapped[bool] = mapped_column(default=False, server_default=false())
