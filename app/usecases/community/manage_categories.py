"""Categories: what can be ordered, its deadlines, its flow and how volunteers are asked."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.areas.queries import root_area
from app.catalogue.models import Category, CategorySkill, Skill
from app.catalogue.queries import shared_skills, skills_needed
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.core.wishes import known_wishes
from app.help_requests.rules import URGENCY_RANK
from app.matching.ranking import weights_from
from app.trail.chain import record
from app.usecases.community.follow_requirements import follow_requirements
from app.usecases.shared.team_state import check_teams_of

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
MODES = ("auto", "manual")
TEXTS = {
    "name_zh": 80,
    "name_hant": 80,
    "name_en": 80,
    "hint_zh": 200,
    "hint_hant": 200,
    "hint_en": 200,
}
# Each number with its least and greatest sensible value.
NUMBERS = {
    "volunteers_needed": (1, 20),
    "verify_minutes": (1, 10_080),
    "dispatch_minutes": (1, 10_080),
    "accept_minutes": (1, 1440),
    "arrive_minutes": (1, 10_080),
    "finish_minutes": (1, 10_080),
    "feedback_minutes": (1, 20_160),
    "radius_m": (100, 50_000),
    "wave_size": (1, 50),
    "position": (0, 10_000),
}


@dataclass(frozen=True, slots=True)
class CategoryForm:
    """Everything about a category, in minutes and metres; empty texts fall back to Chinese."""

    code: str
    name_zh: str
    name_hant: str = ""
    name_en: str = ""
    hint_zh: str = ""
    hint_hant: str = ""
    hint_en: str = ""
    urgency: str = "ordinary"
    verify_first: bool = True
    mode: str = "auto"
    grab: bool = False
    volunteers_needed: int = 1
    together: bool = False
    wishes: tuple[str, ...] = ()
    verify_minutes: int = 30
    dispatch_minutes: int = 120
    accept_minutes: int = 30
    arrive_minutes: int = 60
    finish_minutes: int = 240
    feedback_minutes: int = 1440
    radius_m: int = 1500
    wave_size: int = 3
    position: int = 0
    active: bool = True
    named_in_texts: bool = True
    keywords: tuple[str, ...] = ()
    flow: tuple[str, ...] = ()
    skill_ids: tuple[int, ...] = ()
    # Those of `skill_ids` that one member of a team is enough for.
    one_is_enough_ids: tuple[int, ...] = ()
    # Weight of each part of the ranking, 0 to 100; empty: the defaults of `matching.ranking`.
    weights: Mapping[str, float] = field(default_factory=dict)


def root_path(session: Session, actor: Actor) -> str:
    """The root area's path. Raises NotAllowed unless the actor administers it."""
    root = root_area(session)
    path = root.path if root else "/"
    actor.needs(RoleName.ADMINISTRATOR, path)
    return path


def _errors(session: Session, form: CategoryForm) -> dict[str, str]:
    errors = {**_text_errors(form), **_choice_errors(form)}
    there = session.scalars(select(Skill.id).where(Skill.id.in_(form.skill_ids))).all()
    if set(there) != set(form.skill_ids):
        errors["skills"] = N_("有一项技能不在目录里")
    if not set(form.one_is_enough_ids) <= set(form.skill_ids):
        errors["one_is_enough"] = N_("请先在上面选这项技能")
    return errors


def _text_errors(form: CategoryForm) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not CODE.fullmatch(form.code):
        errors["code"] = N_("代码用小写字母、数字和下划线")
    if not form.name_zh.strip():
        errors["name_zh"] = N_("请写名称，不要太长")
    for name, most in TEXTS.items():
        if len(getattr(form, name)) > most:
            errors[name] = N_("请少写一些")
    if len(form.keywords) > 40 or any(not 0 < len(word) <= 20 for word in form.keywords):
        errors["keywords"] = N_("关键词最多 40 个，每个最多 20 个字")
    if len(form.flow) > 20 or any(not 0 < len(step) <= 80 for step in form.flow):
        errors["flow"] = N_("流程最多 20 步，每步最多 80 个字")
    return errors


def _choice_errors(form: CategoryForm) -> dict[str, str]:
    errors: dict[str, str] = {}
    if form.urgency not in URGENCY_RANK:
        errors["urgency"] = N_("请选紧急程度")
    if form.mode not in MODES:
        errors["mode"] = N_("请选派单方式")
    for name, (low, high) in NUMBERS.items():
        if not low <= getattr(form, name) <= high:
            errors[name] = N_("这个数字太大或太小")
    try:
        weights_from(form.weights)
    except ValueError:
        errors["weights"] = N_("每项的分量是 0 到 100")
    return errors


def _columns(form: CategoryForm) -> dict[str, Any]:
    values = asdict(form)
    del values["skill_ids"], values["one_is_enough_ids"], values["code"]
    return {
        **values,
        "keywords": list(form.keywords),
        "flow": list(form.flow),
        "weights": dict(form.weights),
        "wishes": known_wishes(form.wishes),
    }


def _write_skills(session: Session, category_id: int, form: CategoryForm) -> None:
    changed(session, delete(CategorySkill).where(CategorySkill.category_id == category_id))
    for skill_id in dict.fromkeys(form.skill_ids):
        insert_once(
            session,
            CategorySkill,
            category_id=category_id,
            skill_id=skill_id,
            one_is_enough=skill_id in form.one_is_enough_ids,
        )


def load_category(session: Session, category_id: int) -> Category:
    """The category; anybody may see it. Raises NotFound."""
    category = session.get(Category, category_id)
    if category is None:
        raise NotFound(N_("没有这种服务"))
    return category


def form_of(session: Session, category: Category) -> CategoryForm:
    """A category's present values as the form that changes it."""
    plain = (
        *TEXTS,
        *NUMBERS,
        "code",
        "urgency",
        "verify_first",
        "mode",
        "grab",
        "active",
        "together",
        "named_in_texts",
    )
    return CategoryForm(
        **{name: getattr(category, name) for name in plain},
        wishes=tuple(category.wishes),
        keywords=tuple(category.keywords or ()),
        flow=tuple(category.flow or ()),
        skill_ids=tuple(sorted(skills_needed(session, category.id))),
        one_is_enough_ids=tuple(sorted(shared_skills(session, category.id))),
        weights=category.weights or {},
    )


def add_category(context: Context, *, form: CategoryForm) -> int:
    """Adds a category. Its code never changes."""
    path = root_path(context.session, context.actor)
    errors = _errors(context.session, form)
    if context.session.scalar(select(Category.id).where(Category.code == form.code)) is not None:
        errors["code"] = N_("这个代码已经有了")
    if errors:
        raise Invalid(errors)
    made = Category(code=form.code, **_columns(form))
    context.session.add(made)
    context.session.flush()
    _write_skills(context.session, made.id, form)
    _note(context, "category.added", made.id, path, form)
    return made.id


def change_category(
    context: Context, *, category_id: int, form: CategoryForm, version: int
) -> None:
    """Changes a category; running requests keep the deadlines that were set for them."""
    path = root_path(context.session, context.actor)
    category = context.session.get(Category, category_id, populate_existing=True)
    if category is None:
        raise NotFound(N_("没有这种服务"))
    errors = _errors(context.session, form)
    if form.code != category.code:
        errors["code"] = N_("代码不能改")
    if errors:
        raise Invalid(errors)
    was_together, required = category.together, skills_needed(context.session, category_id)
    still = update(Category).where(Category.id == category_id, Category.version == version)
    if not changed(context.session, still.values(**_columns(form), version=Category.version + 1)):
        raise Stale(N_("这种服务已经被改过了，请看最新内容"))
    context.session.refresh(category)
    _write_skills(context.session, category_id, form)
    if was_together and not form.together:
        check_teams_of(context.session, category_id, context.now)
    if set(form.skill_ids) - required:
        follow_requirements(context, [category_id])
    _note(context, "category.changed", category_id, path, form)


def _note(context: Context, kind: str, category_id: int, path: str, form: CategoryForm) -> None:
    numbers = {name: getattr(form, name) for name in NUMBERS}
    record(
        context,
        kind=kind,
        subject=("category", category_id),
        area_path=path,
        details={
            **numbers,
            "urgency": form.urgency,
            "mode": form.mode,
            "verify_first": form.verify_first,
            "grab": form.grab,
            "together": form.together,
            "wishes": known_wishes(form.wishes),
            "active": form.active,
            "named_in_texts": form.named_in_texts,
            "skills": sorted(form.skill_ids),
            "one_is_enough": sorted(form.one_is_enough_ids),
            "weights": dict(form.weights),
        },
    )
