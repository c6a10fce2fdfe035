"""Reads of the catalogue."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Category, CategorySkill, Skill, in_language


def active_categories(session: Session) -> Sequence[Category]:
    """What can be ordered, in the order that an administrator gave."""
    return session.scalars(
        select(Category).where(Category.active).order_by(Category.position, Category.id)
    ).all()


def all_categories(session: Session) -> Sequence[Category]:
    """Every category, disabled ones included."""
    return session.scalars(select(Category).order_by(Category.position, Category.id)).all()


def category_by_code(session: Session, code: str) -> Category | None:
    """The category with this code."""
    return session.scalar(select(Category).where(Category.code == code))


def category_names(session: Session, locale: str) -> dict[int, str]:
    """Every category's name, by id."""
    rows = session.execute(
        select(Category.id, Category.name_zh, Category.name_hant, Category.name_en)
    )
    return {key: in_language(locale, zh, hant, en) for key, zh, hant, en in rows}


def kind_names(session: Session, locale: str) -> dict[str, str]:
    """Every category's name, by code."""
    return {one.code: one.name(locale) for one in all_categories(session)}


def skills(session: Session) -> Sequence[Skill]:
    """Every skill."""
    return session.scalars(select(Skill).order_by(Skill.id)).all()


def skills_needed(session: Session, category_id: int) -> frozenset[int]:
    """Ids of the skills that a category needs."""
    rows = session.scalars(
        select(CategorySkill.skill_id).where(CategorySkill.category_id == category_id)
    )
    return frozenset(rows)


def skills_by_who(session: Session, category_id: int) -> tuple[frozenset[int], frozenset[int]]:
    """The skills that every volunteer must have, and those that one of a team is enough for."""
    rows = session.execute(
        select(CategorySkill.skill_id, CategorySkill.one_is_enough).where(
            CategorySkill.category_id == category_id
        )
    ).all()
    shared = frozenset(skill_id for skill_id, one_is_enough in rows if one_is_enough)
    return frozenset(skill_id for skill_id, _ in rows) - shared, shared


def shared_skills(session: Session, category_id: int) -> frozenset[int]:
    """Those of the skills that a category needs that one member of the team is enough for."""
    rows = session.scalars(
        select(CategorySkill.skill_id).where(
            CategorySkill.category_id == category_id, CategorySkill.one_is_enough
        )
    )
    return frozenset(rows)
