"""Writes a calendar as iCalendar text (RFC 5545). The only place that knows `icalendar`."""

from datetime import UTC, datetime, timedelta

import icalendar

from app.calendars.rules import Calendar, Entry
from app.calendars.zones import observances

PRODUCT = "-//Diandan//Duty//ZH"
ASK_AGAIN = timedelta(hours=1)
# The zone's rules are written for the time of the entries and this much around it.
AROUND = timedelta(days=366)


def written(calendar: Calendar) -> bytes:
    """The calendar in UTF-8, lines folded, with the rules of its zone."""
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    # PUBLISH, not an invitation: people agree to duty in the application.
    made.add("method", "PUBLISH")
    made.add("name", calendar.name)
    made.add("x-wr-calname", calendar.name)
    made.add("x-wr-timezone", calendar.zone.key)
    made.add("refresh-interval", ASK_AGAIN)
    made.add("x-published-ttl", "PT1H")
    if calendar.entries:
        made.add_component(_zone(calendar))
    for entry in calendar.entries:
        made.add_component(_event(calendar, entry))
    return bytes(made.to_ical())


def _zone(calendar: Calendar) -> icalendar.Timezone:
    """VTIMEZONE of a zone. Written here because the library begins summer time an hour late."""
    made = icalendar.Timezone()
    made.add("tzid", calendar.zone.key)
    first = min(entry.starts_at for entry in calendar.entries) - AROUND
    last = max(entry.ends_at for entry in calendar.entries) + AROUND
    for one in observances(calendar.zone, first, last):
        part = icalendar.TimezoneDaylight() if one.summer else icalendar.TimezoneStandard()
        part.add("dtstart", one.wall)
        part.add("tzoffsetfrom", one.before)
        part.add("tzoffsetto", one.after)
        part.add("tzname", one.name)
        made.add_component(part)
    return made


def _event(calendar: Calendar, entry: Entry) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", entry.uid)
    made.add("sequence", entry.sequence)
    made.add("status", entry.status)
    # Not the time of writing: the same shift gives the same text and ETag.
    made.add("dtstamp", entry.changed_at)
    made.add("last-modified", entry.changed_at)
    made.add("dtstart", _wall(calendar, entry.starts_at))
    made.add("dtend", _wall(calendar, entry.ends_at))
    made.add("summary", entry.title)
    made.add("class", "PRIVATE")
    if entry.text:
        made.add("description", entry.text)
    if calendar.url:
        made.add("url", calendar.url)
    return made


def _wall(calendar: Calendar, at: datetime) -> datetime:
    """Wall time in the zone; in UTC for an hour that the clock shows a second time."""
    local = at.replace(microsecond=0).astimezone(calendar.zone)
    return local.astimezone(UTC) if local.fold else local
