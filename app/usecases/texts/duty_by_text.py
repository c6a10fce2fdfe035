"""A volunteer texts about duty: there, on or off duty, which shifts, cannot, pause."""

from datetime import timedelta

from app.conversation.context import TargetKind
from app.core.errors import Refused
from app.core.i18n import translate
from app.notifications.time_words import moment_words, period_words
from app.rotation.models import Shift
from app.usecases.duty.shifts.check_in import check_in
from app.usecases.duty.shifts.come_on_duty import go_on
from app.usecases.duty.shifts.go_off_duty import go_off
from app.usecases.duty.shifts.hand_over_duty import cancel_shift
from app.usecases.duty.swaps.give_away_duty import give_away
from app.usecases.messages.order_words import period_of
from app.usecases.shared.attempt import attempt
from app.usecases.shared.community_zone import community_zone
from app.usecases.texts.heard import Heard
from app.usecases.texts.text_sender import Handled
from app.usecases.volunteers.change_offer import pause_offer

# Who comes on duty by text stays this long unless they say otherwise.
DUTY_LASTS = timedelta(hours=2)
PAUSE_LASTS = timedelta(days=7)
EARLY = timedelta(minutes=30)


def check_in_by_text(heard: Heard) -> Handled | None:
    """ "到岗": checks in to the shift that runs or begins soon; else comes on duty."""
    for shift_id in _shifts(heard):
        try:
            with attempt(heard.session):
                check_in(heard.as_volunteer, shift_id=shift_id)
        except Refused:
            continue
        return heard.answered("duty_checked_in", "shift_checked_in")
    return on_duty(heard)


def on_duty(heard: Heard) -> Handled | None:
    """Comes on duty for two hours, or until the time that was said."""
    if heard.sender.person is None:
        return None
    soon = heard.now + EARLY
    for one in heard.known.shifts:
        if one.when[0] <= soon:
            with attempt(heard.session):
                check_in(heard.as_volunteer, shift_id=one.shift_id)
            return heard.answered("duty_checked_in", "shift_checked_in")
    until = heard.slots.when[1] if heard.slots.when else heard.now + DUTY_LASTS
    try:
        with attempt(heard.session):
            go_on(heard.as_volunteer, until=until)
    except Refused as refusal:
        return _refused(heard, refusal)
    zone = community_zone(heard.session)
    time = moment_words(heard.sender.language, until.astimezone(zone))
    return heard.answered("duty_on", "duty_on", time=time)


def off_duty(heard: Heard) -> Handled | None:
    """Goes off duty at once."""
    if heard.sender.person is None:
        return None
    try:
        with attempt(heard.session):
            go_off(heard.as_volunteer)
    except Refused as refusal:
        return _refused(heard, refusal)
    return heard.answered("duty_off", "duty_off")


def my_shifts(heard: Heard) -> Handled:
    """The next shifts, the nearest first."""
    shifts = heard.known.shifts
    if not shifts:
        return heard.answered("no_shift", "shift_none")
    words = [period_words(heard.sender.language, *one.when) for one in shifts]
    return heard.answered("shifts", "shift_list", what="; ".join(words))


def cannot_duty(heard: Heard) -> Handled | None:
    """Cannot keep a shift: one that has begun ends, another looks for somebody who takes it."""
    shifts = _shifts(heard)
    if not shifts:
        return None
    shift = heard.session.get_one(Shift, shifts[0])
    zone = community_zone(heard.session)
    when = period_of(shift.starts_at, shift.ends_at, zone)
    what = period_words(heard.sender.language, *when) if when else ""
    try:
        with attempt(heard.session):
            if shift.starts_at <= heard.now:
                cancel_shift(heard.as_volunteer, shift_id=shift.id)
                return heard.answered("duty_cancelled", "duty_noted")
            give_away(heard.as_volunteer, shift_id=shift.id)
    except Refused as refusal:
        return _refused(heard, refusal)
    return heard.answered("duty_given_away", "shift_given_away", what=what)


def pause(heard: Heard) -> Handled | None:
    """Asks nothing for a week, or until the time that was said."""
    person = heard.sender.person
    if person is None:
        return None
    until = heard.slots.when[1] if heard.slots.when else heard.now + PAUSE_LASTS
    try:
        with attempt(heard.session):
            pause_offer(heard.as_volunteer, person_id=person.id, until=until)
    except Refused as refusal:
        return _refused(heard, refusal)
    zone = community_zone(heard.session)
    time = moment_words(heard.sender.language, until.astimezone(zone))
    return heard.answered("paused", "asks_paused", time=time)


def resume(heard: Heard) -> Handled | None:
    """Ends the pause."""
    person = heard.sender.person
    if person is None:
        return None
    try:
        with attempt(heard.session):
            pause_offer(heard.as_volunteer, person_id=person.id, until=None)
    except Refused as refusal:
        return _refused(heard, refusal)
    return heard.answered("resumed", "asks_resumed")


def _shifts(heard: Heard) -> list[int]:
    """The shifts that the text is about; without any, the next one."""
    said = [int(one) for one in heard.keys(TargetKind.SHIFT)]
    return said or [one.shift_id for one in heard.known.shifts[:1]]


def _refused(heard: Heard, refusal: Refused) -> Handled:
    why = translate(heard.sender.language, refusal.msgid, **refusal.params)
    return heard.answered("duty_not_now", "duty_not_now", what=why)
