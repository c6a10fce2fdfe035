"""Plays the scenarios of the demo's present: each step calls a use case at a past moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.areas.models import Place
from app.catalogue.models import Category
from app.core.actor import Actor, RoleName, Scope, resident, system
from app.core.context import Context
from app.demo.people import full_name, phone
from app.demo.request_texts import COMPLAINTS, NEEDS
from app.demo.rows import address
from app.demo.world import World
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, MatchState
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification, NotificationStep
from app.notifications.rules import NotificationState
from app.usecases.dispatch import answer_match
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.requests import do_task
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.place_request import NewOrder, place_request
from app.usecases.requests.rate_request import rate_request
from app.usecases.requests.reveal_task import reveal_task
from app.usecases.requests.verify_request import approve_request, reject_request

ZONE = ZoneInfo("Asia/Shanghai")
HOUSE = system("jobs")
FIRST_CALLER = 6_000_000
# Volunteers asked by hand if the matcher found nobody, for example at a late hour.
BY_HAND = 3
VISITED = ("民乐社区", "民治社区", "白石龙社区")
# Where few volunteers live.
FAR = "新牛社区"


@dataclass(frozen=True, slots=True)
class Part:
    """What one scenario orders. `wanted` are days from today and local hours, if it is not now."""

    category: str
    source: str = "web"
    # Index among the estates of the first communities, -1 a remote one; None: place unknown.
    estate: int | None = 0
    address: str | None = None
    need: str | None = None
    wanted: tuple[int, int, int] | None = None
    raw_text: bool = False


class Stage:
    """The database on which scenarios are played. Steps that no longer apply are left out."""

    def __init__(self, session: Session, world: World) -> None:
        self.session, self.world = session, world
        near = {area.id for area, _ in world.communities if area.name_zh in VISITED}
        self.estates = [one for one in world.estates if one.area_id in near]
        lonely = next(area.id for area, _ in world.communities if area.name_zh == FAR)
        self.far = next(one for one in world.estates if one.area_id == lonely)
        scope = Scope(RoleName.COORDINATOR, world.top.path)
        self.coordinator = Actor("coordinator", "web", world.coordinator, (scope,))
        self.requests: dict[int, int] = {}

    def order(self, number: int, part: Part, at: datetime) -> None:
        """A resident orders: scenario `number` begins."""
        category = self._category(part.category)
        place = self._estate(part.estate)
        start, end = self._period(part)
        actor = self.coordinator if part.source == "phone" else resident(part.source)
        placed = place_request(
            Context(self.session, actor, at),
            order=NewOrder(
                category_id=category.id,
                need=part.need or self.world.chance.choice(NEEDS[part.category]),
                phone=phone(FIRST_CALLER + number),
                source=part.source,
                name=None if part.source == "sms" else full_name(self.world.chance),
                address=address(place, number) if place else part.address,
                place_id=place.id if place else None,
                wanted_from=start,
                wanted_to=end,
                raw_text=part.raw_text,
            ),
            region="CN",
            phone_confirmed=part.source == "sms" or number % 2 == 0,
        )
        self.requests[number] = placed.request_id

    def _category(self, code: str) -> Category:
        return next(one for one in self.world.categories if one.code == code)

    def _estate(self, number: int | None) -> Place | None:
        if number is None:
            return None
        return self.far if number < 0 else self.estates[number % len(self.estates)]

    def _period(self, part: Part) -> tuple[datetime | None, datetime | None]:
        if part.wanted is None:
            return None, None
        days, first, last = part.wanted
        today = self.world.now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        day = today + timedelta(days=days)
        return day + timedelta(hours=first), day + timedelta(hours=last)

    def _request(self, number: int) -> HelpRequest:
        return self.session.get_one(HelpRequest, self.requests[number])

    def _first(self, number: int, *states: str) -> tuple[Match, Actor] | None:
        """A request's first match in one of `states`, and its volunteer."""
        match = self.session.scalar(
            select(Match)
            .where(Match.request_id == self.requests[number], Match.state.in_(states))
            .order_by(Match.id)
            .limit(1)
        )
        if match is None:
            return None
        return match, Actor("volunteer", "web", match.person_id)

    def approve(self, number: int, at: datetime) -> None:
        """A coordinator approves the request."""
        approve_request(
            Context(self.session, self.coordinator, at),
            request_id=self.requests[number],
            version=None,
        )

    def reject(self, number: int, at: datetime) -> None:
        """A coordinator rejects the request."""
        reject_request(
            Context(self.session, self.coordinator, at),
            request_id=self.requests[number],
            version=None,
            reason="这件事需要物业处理，已帮您转告。",
        )

    def ask_house(self, number: int, at: datetime) -> int:
        """The product asks the volunteers that the matcher finds."""
        request_id = self.requests[number]
        return send_wave(Context(self.session, HOUSE, at), request_id=request_id).asked

    def ask(self, number: int, at: datetime) -> None:
        """The same; at an hour with too few available volunteers a coordinator chooses some."""
        found, request = self.ask_house(number, at), self._request(number)
        if found >= request.volunteers_needed - request.places_taken:
            return
        asked = set(
            self.session.scalars(select(Match.person_id).where(Match.request_id == request.id))
        )
        close = sorted(
            (one for one in self.world.volunteers if request.category_id in one.category_ids),
            key=lambda one: abs(one.lat - (request.lat or 0)) + abs(one.lon - (request.lon or 0)),
        )
        chosen = [one.person_id for one in close if one.person_id not in asked][:BY_HAND]
        send_wave(
            Context(self.session, self.coordinator, at), request_id=request.id, person_ids=chosen
        )

    def yes(self, number: int, at: datetime) -> None:
        """Somebody who was asked accepts."""
        if found := self._first(number, MatchState.SENT):
            match, actor = found
            answer_match.accept_match(
                Context(self.session, actor, at), match_id=match.id, knowing=True
            )

    def no(self, number: int, at: datetime) -> None:
        """Somebody who was asked declines."""
        if found := self._first(number, MatchState.SENT):
            match, actor = found
            answer_match.decline_match(Context(self.session, actor, at), match_id=match.id)

    def give_up(self, number: int, at: datetime) -> None:
        """Somebody who accepted cannot come after all."""
        if found := self._first(number, *sorted(ACTIVE)):
            match, actor = found
            answer_match.give_up(Context(self.session, actor, at), match_id=match.id)

    def set_out(self, number: int, at: datetime) -> None:
        """The volunteer reads the address and sets out."""
        if found := self._first(number, MatchState.ACCEPTED):
            match, actor = found
            reveal_task(Context(self.session, actor, at), match_id=match.id)
            do_task.set_out(Context(self.session, actor, at), match_id=match.id)

    def arrive(self, number: int, at: datetime) -> None:
        """The volunteer arrives, with the resident's code."""
        if found := self._first(number, MatchState.ACCEPTED, MatchState.ON_THE_WAY):
            match, actor = found
            reveal_task(Context(self.session, actor, at), match_id=match.id)
            code = self._request(number).arrival_code
            do_task.arrive_at_task(Context(self.session, actor, at), match_id=match.id, code=code)

    def finish(self, number: int, at: datetime) -> None:
        """The volunteer finishes."""
        if found := self._first(number, MatchState.ARRIVED):
            match, actor = found
            do_task.finish_task(Context(self.session, actor, at), match_id=match.id)

    def rate_well(self, number: int, at: datetime) -> None:
        """The resident gives five stars."""
        self._rate(number, at, 5, "很热心，谢谢！")

    def rate_badly(self, number: int, at: datetime) -> None:
        """The resident gives two stars, which reopens the request for a coordinator."""
        self._rate(number, at, 2, COMPLAINTS[0])

    def _rate(self, number: int, at: datetime, stars: int, comment: str) -> None:
        code = self._request(number).code
        rate_request(
            Context(self.session, resident("web"), at), code=code, stars=stars, comment=comment
        )

    def cancel(self, number: int, at: datetime) -> None:
        """The resident cancels."""
        code = self._request(number).code
        cancel_request(Context(self.session, resident("web"), at), code=code, why="家里人回来了")

    def all_was_delivered(self) -> None:
        """Marks past notifications as delivered, so that they are not sent at the start."""
        rows = self.session.execute(
            select(Notification.id, Notification.made_at).where(
                Notification.state == NotificationState.PENDING
            )
        ).all()
        if rows:
            self.session.execute(
                insert(NotificationStep),
                [
                    {"notification_id": key, "at": at, "state": NotificationState.DELIVERED}
                    for key, at in rows
                ],
            )
        self.session.execute(
            update(Notification)
            .where(Notification.state == NotificationState.PENDING)
            .values(
                state=NotificationState.DELIVERED,
                attempts=1,
                accepted_at=Notification.made_at,
                delivered_at=Notification.made_at,
                next_attempt_at=None,
            )
        )
