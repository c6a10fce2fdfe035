"""Days and times as a text says them: 12月2日周三 8:00-12:00, Wed 2 Dec 8:00-12:00."""

from datetime import datetime

from babel.dates import format_date

DAY = {"zh_Hans": "M月d日EEE", "zh_Hant": "M月d日EEE", "en": "EEE d MMM"}


def day_words(locale: str, at: datetime) -> str:
    """The day of a local time."""
    return str(format_date(at.date(), DAY[locale], locale=locale))


def clock_words(at: datetime) -> str:
    """The time of day, without a leading zero: 8:00."""
    return f"{at.hour}:{at.minute:02d}"


def period_words(locale: str, start: datetime, end: datetime) -> str:
    """From and until, both local. The second day is named only where it is another."""
    if end.date() == start.date():
        return f"{day_words(locale, start)} {clock_words(start)}-{clock_words(end)}"
    return f"{moment_words(locale, start)} - {moment_words(locale, end)}"


def moment_words(locale: str, at: datetime) -> str:
    """A day and a time, local."""
    return f"{day_words(locale, at)} {clock_words(at)}"
