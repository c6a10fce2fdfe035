"""Skills: what a volunteer can do, and which need a certificate."""

from sqlalchemy import select

from app.catalogue.models import CategorySkill, Skill
from app.core.context import Context
from app.core.errors import Invalid
from app.core.i18n import N_
from app.trail.chain import record
from app.usecases.community.follow_requirements import follow_requirements
from app.usecases.community.manage_categories import CODE, root_path


def save_skill(
    context: Context,
    *,
    code: str,
    name_zh: str,
    name_hant: str = "",
    name_en: str = "",
    needs_certificate: bool = False,
) -> int:
    """Adds a skill, or changes the one with this code."""
    path = root_path(context.session, context.actor)
    errors: dict[str, str] = {}
    if not CODE.fullmatch(code):
        errors["code"] = N_("代码用小写字母、数字和下划线")
    if not 0 < len(name_zh.strip()) <= 80 or max(len(name_hant), len(name_en)) > 80:
        errors["name_zh"] = N_("请写名称，不要太长")
    if errors:
        raise Invalid(errors)
    skill = context.session.scalar(select(Skill).where(Skill.code == code))
    known = skill is not None
    stricter = skill is not None and needs_certificate and not skill.needs_certificate
    skill = skill or Skill(code=code)
    skill.name_zh, skill.name_hant, skill.name_en = name_zh.strip(), name_hant, name_en
    skill.needs_certificate = needs_certificate
    context.session.add(skill)
    context.session.flush()
    record(
        context,
        kind="skill.changed" if known else "skill.added",
        subject=("skill", skill.id),
        area_path=path,
        details={"certificate": needs_certificate},
    )
    if stricter:
        needing = select(CategorySkill.category_id).where(CategorySkill.skill_id == skill.id)
        follow_requirements(context, context.session.scalars(needing).all())
    return skill.id
