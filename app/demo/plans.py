"""Emergency procedures of the demo: heat and typhoon, with people who offered beforehand."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.demo.world import World
from app.rotation.emergency.models import EmergencyPlan, PlanOffer
from app.rotation.emergency.rules import hours_of

HEAT: dict[str, Any] = {
    "name_zh": "高温应急（示例）",
    "name_hant": "高溫應急（示例）",
    "name_en": "Heat (example)",
    "purpose_zh": "守纳凉点，上门看望独居老人",
    "purpose_hant": "守納涼點，上門看望獨居長者",
    "purpose_en": "Keep cooling rooms open, look in on people who live alone",
    "trigger": "持续高温，最高气温达到",
    "trigger_value": 38.0,
    "trigger_unit": "°C",
    "trigger_days": 3,
    "wanted": [{"day": day, "from": "08:00", "to": "20:00"} for day in range(7)],
    "places": "各社区党群服务中心的纳凉点",
    "people": 4,
}
TYPHOON: dict[str, Any] = {
    "name_zh": "台风应急（示例）",
    "name_hant": "颱風應急（示例）",
    "name_en": "Typhoon (example)",
    "purpose_zh": "查看积水和高空坠物，帮住低处的人转移",
    "purpose_hant": "查看積水和高空墜物，幫住低處的人轉移",
    "purpose_en": "Look for floods and loose things, help people who live low to move",
    "trigger": "发布台风橙色或红色预警，风力达到",
    "trigger_value": 10.0,
    "trigger_unit": "级",
    "trigger_days": None,
    "wanted": [],
    "places": "服务中心、地下车库出入口",
    "people": 3,
}
DAYTIME = ("morning", "afternoon", "evening")
OFFERS = {"heat": 40, "typhoon": 15}
LONG_AGO = timedelta(days=20)


def add_plans(session: Session, world: World) -> None:
    """Adds two procedures for the whole district; each person who offered chose two day parts."""
    for values, count in ((HEAT, OFFERS["heat"]), (TYPHOON, OFFERS["typhoon"])):
        plan = EmergencyPlan(
            area_id=world.top.id,
            area_path=world.top.path,
            made_at=world.now - 2 * LONG_AGO,
            made_by=world.coordinator,
            changed_at=world.now - 2 * LONG_AGO,
            **values,
        )
        session.add(plan)
        session.flush()
        people = world.chance.sample(world.volunteers, min(count, len(world.volunteers)))
        rows = [
            {
                "plan_id": plan.id,
                "person_id": one.person_id,
                "hours": hours_of(world.chance.sample(DAYTIME, 2)),
                "made_at": world.now - LONG_AGO,
            }
            for one in people
        ]
        session.execute(insert(PlanOffer), rows)
