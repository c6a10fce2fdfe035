"""Recurring jobs. Each tick looks for what is due and does it one unit at a time."""

from functools import partial

from app.areas.geocoding import geocode
from app.core.actor import system
from app.core.clock import utc_now
from app.core.context import Context
from app.jobs.context import BATCH, JobContext, each, log, urgent_first
from app.repeats.queries import due_rules
from app.trail.chain import hash_of, head_of
from app.trail.heads import FILE_NAME, last_head, note_head
from app.usecases.community.clean_up import clean_up as delete_old
from app.usecases.delivery.deliver_notifications import release_held_notifications as free_held
from app.usecases.delivery.pass_on_alarms import pass_on_alarm, undelivered_alarms
from app.usecases.dispatch.assign_batch import send_assigned
from app.usecases.dispatch.free_unreached import free_unreached, unreached_asks
from app.usecases.dispatch.gather_batch import gather_batch
from app.usecases.dispatch.learn_answers import answers_to_learn, learn_from_answers
from app.usecases.duty.shifts.remind import remind_of_duty
from app.usecases.repeats.place_repeat import place_next
from app.usecases.requests.locate_requests import (
    Located,
    known_place,
    record_location,
    store_answer,
    to_locate,
    was_asked,
)
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from app.usecases.texts.drafts import old_drafts
from app.usecases.texts.hand_over_drafts import hand_over_draft
from app.usecases.texts.receive_text import handle_text, note_failure, unhandled_texts

ACTOR = system("jobs")
LEARN_AT_ONCE = 200


def process_deadlines(context: JobContext) -> None:
    """Processes deadlines that have passed."""

    def due(limit: int, urgent_only: bool) -> list[int]:
        with context.look() as session:
            return due_deadlines(session, now=utc_now(), limit=limit, urgent_only=urgent_only)

    urgent_first(context, "deadlines", due, partial(_process_one, context))


def _process_one(context: JobContext, request_id: int) -> None:
    with context.change() as session:
        process_deadline(Context(session, ACTOR, utc_now()), request_id=request_id)


def assign_batch(context: JobContext) -> None:
    """Assigns together the requests that could wait, and asks the assigned people."""
    with context.look() as session:
        assigned = {one.request_id: one.person_ids for one in gather_batch(session, now=utc_now())}
    each(context, "batch", list(assigned), lambda one: _ask_assigned(context, one, assigned[one]))


def _ask_assigned(context: JobContext, request_id: int, person_ids: tuple[int, ...]) -> None:
    with context.change() as session:
        send_assigned(
            Context(session, ACTOR, utc_now()), request_id=request_id, person_ids=person_ids
        )


def place_repeats(context: JobContext) -> None:
    """Places due occurrences of repeating help."""
    with context.look() as session:
        ids = due_rules(session, now=utc_now(), limit=BATCH)
    each(context, "repeats", ids, partial(_place_one, context))


def _place_one(context: JobContext, rule_id: int) -> None:
    with context.change() as session:
        place_next(Context(session, ACTOR, utc_now()), rule_id=rule_id)


def learn_answers(context: JobContext) -> None:
    """Counts outcomes of asks, for later acceptance probabilities."""
    with context.look() as session:
        ids = answers_to_learn(session, now=utc_now(), limit=LEARN_AT_ONCE)
    if ids:
        with context.change() as session:
            learn_from_answers(session, match_ids=ids, now=utc_now())


def send_reminders(context: JobContext) -> None:
    """Reminds of accepted tasks and of duty."""
    with context.change() as session:
        remind_of_duty(session, now=utc_now())


def retry_texts(context: JobContext) -> None:
    """Handles inbound texts that were not handled at once, and half-said orders."""
    with context.look() as session:
        ids = unhandled_texts(session, now=utc_now(), limit=BATCH)
        drafts = old_drafts(session, now=utc_now(), limit=BATCH)
    each(context, "texts", ids, partial(_handle_one, context))
    each(context, "texts", drafts, partial(_hand_over_one, context))


def _hand_over_one(context: JobContext, conversation_id: int) -> None:
    with context.change() as session:
        region = context.config.phone_region
        hand_over_draft(session, conversation_id=conversation_id, region=region, now=utc_now())


def _handle_one(context: JobContext, inbound_id: int) -> None:
    try:
        with context.change() as session:
            region = context.config.phone_region
            handle_text(session, inbound_id=inbound_id, region=region, now=utc_now())
    except Exception:
        # After a few failures it is not parsed any more, only shown to a coordinator.
        with context.change() as session:
            note_failure(session, inbound_id=inbound_id)
        raise


def locate(context: JobContext) -> None:
    """Locates addresses."""
    addresses: dict[int, str] = {}

    def due(limit: int, urgent_only: bool) -> list[int]:
        with context.look() as session:
            found = dict(to_locate(session, limit=limit, urgent_only=urgent_only))
        addresses.update(found)
        return list(found)

    urgent_first(context, "locate", due, lambda one: _locate_one(context, one, addresses[one]))


def _locate_one(context: JobContext, request_id: int, address: str) -> None:
    with context.look() as session:
        answer = known_place(session, address)
        ask = answer is None and not was_asked(session, address, now=utc_now())
    asked = bool(ask and context.geocoders)
    if asked:
        place = geocode(address, context.geocoders)
        answer = Located(place.lat, place.lon, place.source, "") if place else None
    with context.change() as session:
        if asked:
            store_answer(session, address=address, answer=answer, now=utc_now())
        record_location(Context(session, ACTOR, utc_now()), request_id=request_id, answer=answer)


def follow_unreached(context: JobContext) -> None:
    """Frees the places of asks that reached nobody, and passes on alarms that did not."""
    with context.look() as session:
        asks = unreached_asks(session, now=utc_now(), limit=BATCH)
        alarms = undelivered_alarms(session, now=utc_now(), limit=BATCH)
    each(context, "unreached", asks, partial(_free_one, context))
    each(context, "alarms", alarms, partial(_pass_on_one, context))


def _free_one(context: JobContext, match_id: int) -> None:
    with context.change() as session:
        free_unreached(Context(session, ACTOR, utc_now()), match_id=match_id)


def _pass_on_one(context: JobContext, notification_id: int) -> None:
    with context.change() as session:
        pass_on_alarm(Context(session, ACTOR, utc_now()), notification_id=notification_id)


def sweep(context: JobContext) -> None:
    """Frees messages that a killed process held."""
    with context.change() as session:
        freed = free_held(session, now=utc_now())
    if freed:
        log.warning("messages freed", count=freed)


def clean_up(context: JobContext) -> None:
    """Deletes expired rows."""
    with context.change() as session:
        deleted = delete_old(session, now=utc_now())
    log.info("cleaned up", **deleted)


def publish_head(context: JobContext) -> None:
    """Writes the trail's head to a file outside the database, and to the log.

    The head written before must still be in the trail; otherwise it was cut or restored meanwhile.
    """
    path = context.config.instance / FILE_NAME
    noted = last_head(path)
    with context.look() as session:
        seq, digest = head_of(session)
        still = noted is None or hash_of(session, noted[1]) == noted[2]
    if noted is not None and not still:
        log.error("the trail is not what was published", line=noted[1], hash=noted[2])
    if note_head(path, seq=seq, digest=digest, now=utc_now()):
        log.info("head of the trail", line=seq, hash=digest)
