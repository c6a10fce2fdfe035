"""Skills: what a volunteer can do, and which need a certificate."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Skill
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.i18n import N_
from app.trail.chain import record
from app.usecases.community.manage_categories import CODE, root_path


def save_skill(
    session: Session,
    *,
    actor: Actor,
    code: str,
    name_zh: str,
    now: datetime,
    name_hant: str = "",
    name_en: str = "",
    needs_certificate: bool = False,
) -> int:
    """Adds a skill, or changes the one with this code."""
    path = root_path(session, actor)
    errors: dict[str, str] = {}
    if not CODE.fullmatch(code):
        errors["code"] = N_("代码用小写字母、数字和下划线")
    if not 0 < len(name_zh.strip()) <= 80 or max(len(name_hant), len(name_en)) > 80:
        errors["name_zh"] = N_("请写名称，不要太长")
    if errors:
        raise Invalid(errors)
    skill = session.scalar(select(Skill).where(Skill.code == code))
    known = skill is not None
    skill = skill or Skill(code=code)
    skill.name_zh, skill.name_hant, skill.name_en = name_zh.strip(), name_hant, name_en
    skill.needs_certificate = needs_certificate
    session.add(skill)
    session.flush()
    record(
        session,
        actor=actor,
        kind="skill.changed" if known else "skill.added",
        subject=("skill", skill.id),
        area_path=path,
        now=now,
        details={"certificate": needs_certificate},
    )
    return skill.id
