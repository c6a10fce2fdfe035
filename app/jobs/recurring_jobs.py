"""What happens by itself. Each tick looks for what is due and does it one unit at a time."""

from functools import partial

from app.areas.geocoding import geocode
from app.core.actor import system
from app.core.clock import utc_now
from app.core.context import Context
from app.jobs.context import JobContext, each, log
from app.repeats.queries import due_rules
from app.trail.chain import hash_of, head_of
from app.trail.heads import FILE_NAME, last_head, note_head
from app.usecases.community.clean_up import clean_up as delete_old
from app.usecases.delivery.deliver_notifications import sweep as free_held
from app.usecases.dispatch.assign_batch import send_assigned
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
from app.usecases.texts.receive_text import handle_text, note_failure, unhandled

ACTOR = system("jobs")
BATCH = 50
LEARN_AT_ONCE = 200


def process_deadlines(context: JobContext) -> None:
    """Does what passed deadlines ask for."""
    full = True
    # A full batch without a fault: more may be due, and must not wait for the next look.
    while full:
        with context.look() as session:
            ids = due_deadlines(session, now=utc_now(), limit=BATCH)
        full = each(context, "deadlines", ids, partial(_process_one, context)) == BATCH


def _process_one(context: JobContext, request_id: int) -> None:
    with context.change() as session:
        process_deadline(Context(session, ACTOR, utc_now()), request_id=request_id)


def assign_batch(context: JobContext) -> None:
    """Assigns together what could wait, and asks whom it fell to."""
    with context.look() as session:
        assigned = {one.request_id: one.person_ids for one in gather_batch(session, now=utc_now())}
    each(context, "batch", list(assigned), lambda one: _ask_assigned(context, one, assigned[one]))


def _ask_assigned(context: JobContext, request_id: int, person_ids: tuple[int, ...]) -> None:
    with context.change() as session:
        send_assigned(
            Context(session, ACTOR, utc_now()), request_id=request_id, person_ids=person_ids
        )


def place_repeats(context: JobContext) -> None:
    """Places what is due of repeating help."""
    with context.look() as session:
        ids = due_rules(session, now=utc_now(), limit=BATCH)
    each(context, "repeats", ids, partial(_place_one, context))


def _place_one(context: JobContext, rule_id: int) -> None:
    with context.change() as session:
        place_next(Context(session, ACTOR, utc_now()), rule_id=rule_id)


def learn_answers(context: JobContext) -> None:
    """Counts what became of asks, for the chance of the next."""
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
    """Handles texts that came in and were not handled at once."""
    with context.look() as session:
        ids = unhandled(session, now=utc_now(), limit=BATCH)
    each(context, "texts", ids, partial(_handle_one, context))


def _handle_one(context: JobContext, inbound_id: int) -> None:
    try:
        with context.change() as session:
            region = context.config.phone_region
            handle_text(session, inbound_id=inbound_id, region=region, now=utc_now())
    except Exception:
        # After a few failures it is no longer read, only laid before a coordinator.
        with context.change() as session:
            note_failure(session, inbound_id=inbound_id)
        raise


def locate(context: JobContext) -> None:
    """Finds out where addresses are."""
    with context.look() as session:
        wanted = dict(to_locate(session, limit=BATCH))
    each(context, "locate", list(wanted), lambda one: _locate_one(context, one, wanted[one]))


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


def sweep(context: JobContext) -> None:
    """Frees messages that a killed process held."""
    with context.change() as session:
        freed = free_held(session, now=utc_now())
    if freed:
        log.warning("messages freed", count=freed)


def clean_up(context: JobContext) -> None:
    """Deletes what has no more use."""
    with context.change() as session:
        deleted = delete_old(session, now=utc_now())
    log.info("cleaned up", **deleted)


def publish_head(context: JobContext) -> None:
    """Notes the trail's head in a file outside the database, and in the log.

    The head noted before must still be in the trail; otherwise it was cut or put back meanwhile.
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
