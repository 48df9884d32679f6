"""The one clock of a sandbox: nothing else in the package asks what time it is."""

import functools
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

_CHINA = timezone(timedelta(hours=8))
REAL_TIME = timedelta()
# Not by `strftime`: a program may have set another language.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_VENDOR_FORM = re.compile(
    rf"(?:{'|'.join(_DAYS)}) (?P<month>{'|'.join(_MONTHS)}) (?P<day>\d\d)"
    r" (?P<year>\d{4}) (?P<time>\d\d:\d\d:\d\d) GMT(?P<zone>[+-]\d{4})(?: \(.*)?",
    re.ASCII,
)

# freezegun stops the functions of `time` that it knows, wherever it finds them: whoever
# waits by one of those waits for ever. It does not know this one, nor looks into it.
_REAL = getattr(time, "CLOCK_MONOTONIC", None)
monotonic: Callable[[], float] = (
    partial(time.monotonic) if _REAL is None else partial(time.clock_gettime, _REAL)
)
"""Seconds of real time, to wait by, also where a test has stopped the time."""


class Clock:
    """Tells the time, and can be moved forward so that things expire."""

    def __init__(self) -> None:
        self.offset = REAL_TIME
        """How far it is ahead of real time; negative where it is behind."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC) + self.offset

    def advance(self, by: timedelta) -> None:
        """Move the clock forward (or back, by a negative interval)."""
        self.offset += by

    def set(self, now: datetime) -> None:
        """Put the clock to an instant, from which it goes on."""
        self.offset = now - datetime.now(UTC)


# A list of users has the same instants again and again.
@functools.lru_cache(4096)
def to_text(instant: datetime) -> str:
    """Write an instant as the service does: Mon Aug 19 2019 19:39:39 GMT+0800 (CST)."""
    there = instant.astimezone(_CHINA)
    day, month = _DAYS[there.weekday()], _MONTHS[there.month - 1]
    date = f"{day} {month} {there.day:02} {there.year:04}"
    return f"{date} {there:%H:%M:%S GMT%z} (CST)"


def from_text(text: str) -> datetime:
    """Read an instant: in the service's form, as ISO 8601, or in milliseconds.

    Raises ValueError or OverflowError where the text is none of them, or names an
    instant that is in no calendar somewhere on earth.
    """
    instant = _read(text)
    _ = instant.astimezone(UTC), instant.astimezone(_CHINA)
    return instant


def _read(text: str) -> datetime:
    if text == "0":
        # The end of a token by which the vendor's SDKs sign a user out: the service
        # reads it as JavaScript reads dates.
        return datetime(2000, 1, 1, tzinfo=_CHINA)
    if text.lstrip("-").isdigit():
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(text))
    form = _VENDOR_FORM.fullmatch(text)
    if form is not None:
        month = _MONTHS.index(form["month"]) + 1
        text = f"{form['year']}-{month:02}-{form['day']}T{form['time']}{form['zone']}"
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
