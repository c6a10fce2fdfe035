"""What happens by itself. Each tick looks for what is due and does it one unit at a time."""

from functools import partial

from app.areas.geocoding import geocode
from app.core.actor import system
from app.core.clock import utc_now
from app.core.context import Context
from app.jobs.context import House, each, log
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
    keep_answer,
    known_place,
    record_location,
    to_locate,
    was_asked,
)
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from app.usecases.texts.receive_text import handle_text, note_failure, unhandled

ACTOR = system("jobs")
BATCH = 50
LEARN_AT_ONCE = 200


def process_deadlines(house: House) -> None:
    """Does what passed deadlines ask for."""
    full = True
    # A full batch without a fault: more may be due, and must not wait for the next look.
    while full:
        with house.look() as session:
            ids = due_deadlines(session, now=utc_now(), limit=BATCH)
        full = each(house, "deadlines", ids, partial(_keep_one, house)) == BATCH


def _keep_one(house: House, request_id: int) -> None:
    with house.change() as session:
        process_deadline(Context(session, ACTOR, utc_now()), request_id=request_id)


def assign_batch(house: House) -> None:
    """Assigns together what could wait, and asks whom it fell to."""
    with house.look() as session:
        assigned = {one.request_id: one.person_ids for one in gather_batch(session, now=utc_now())}
    each(house, "batch", list(assigned), lambda one: _ask_assigned(house, one, assigned[one]))


def _ask_assigned(house: House, request_id: int, person_ids: tuple[int, ...]) -> None:
    with house.change() as session:
        send_assigned(
            Context(session, ACTOR, utc_now()), request_id=request_id, person_ids=person_ids
        )


def place_repeats(house: House) -> None:
    """Places what is due of repeating help."""
    with house.look() as session:
        ids = due_rules(session, now=utc_now(), limit=BATCH)
    each(house, "repeats", ids, partial(_place_one, house))


def _place_one(house: House, rule_id: int) -> None:
    with house.change() as session:
        place_next(Context(session, ACTOR, utc_now()), rule_id=rule_id)


def learn_answers(house: House) -> None:
    """Counts what became of asks, for the chance of the next."""
    with house.look() as session:
        ids = answers_to_learn(session, now=utc_now(), limit=LEARN_AT_ONCE)
    if ids:
        with house.change() as session:
            learn_from_answers(session, match_ids=ids, now=utc_now())


def send_reminders(house: House) -> None:
    """Reminds of accepted tasks and of duty."""
    with house.change() as session:
        remind_of_duty(session, now=utc_now())


def retry_texts(house: House) -> None:
    """Handles texts that came in and were not handled at once."""
    with house.look() as session:
        ids = unhandled(session, now=utc_now(), limit=BATCH)
    each(house, "texts", ids, partial(_handle_one, house))


def _handle_one(house: House, inbound_id: int) -> None:
    try:
        with house.change() as session:
            region = house.config.phone_region
            handle_text(session, inbound_id=inbound_id, region=region, now=utc_now())
    except Exception:
        # After a few failures it is no longer read, only laid before a coordinator.
        with house.change() as session:
            note_failure(session, inbound_id=inbound_id)
        raise


def locate(house: House) -> None:
    """Finds out where addresses are."""
    with house.look() as session:
        wanted = dict(to_locate(session, limit=BATCH))
    each(house, "locate", list(wanted), lambda one: _locate_one(house, one, wanted[one]))


def _locate_one(house: House, request_id: int, address: str) -> None:
    with house.look() as session:
        answer = known_place(session, address)
        ask = answer is None and not was_asked(session, address, now=utc_now())
    asked = bool(ask and house.geocoders)
    if asked:
        place = geocode(address, house.geocoders)
        answer = Located(place.lat, place.lon, place.source, "") if place else None
    with house.change() as session:
        if asked:
            keep_answer(session, address=address, answer=answer, now=utc_now())
        record_location(Context(session, ACTOR, utc_now()), request_id=request_id, answer=answer)


def sweep(house: House) -> None:
    """Frees messages that a killed process held."""
    with house.change() as session:
        freed = free_held(session, now=utc_now())
    if freed:
        log.warning("messages freed", count=freed)


def clean_up(house: House) -> None:
    """Deletes what has no more use."""
    with house.change() as session:
        deleted = delete_old(session, now=utc_now())
    log.info("cleaned up", **deleted)


def publish_head(house: House) -> None:
    """Notes the trail's head in a file outside the database, and in the log.

    The head noted before must still be in the trail; otherwise it was cut or put back meanwhile.
    """
    path = house.config.instance / FILE_NAME
    noted = last_head(path)
    with house.look() as session:
        seq, digest = head_of(session)
        still = noted is None or hash_of(session, noted[1]) == noted[2]
    if noted is not None and not still:
        log.error("the trail is not what was published", line=noted[1], hash=noted[2])
    if note_head(path, seq=seq, digest=digest, now=utc_now()):
        log.info("head of the trail", line=seq, hash=digest)
