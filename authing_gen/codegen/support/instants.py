"""Instants: text as the server writes it, which knows its `datetime`."""

import datetime as time
import re
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function, str_schema

from .wire import Conversion, deferred

_MONTHS: list[str] = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
_OF_JAVASCRIPT = re.compile(
    rf"\w{{3}} ({'|'.join(_MONTHS)}) (\d\d) (\d{{4}}) (\d\d):(\d\d):(\d\d)"
    r" GMT([+-])(\d\d)(\d\d)(?: \(.*\))?",
    re.ASCII,
)
_NUMBER = re.compile(r"-?\d{9,18}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SECONDS = 10**11
"""Numbers up to here count seconds, since 1970 and until the year 5138; larger ones
milliseconds, since 1973."""
_START = time.datetime(1970, 1, 1, tzinfo=time.UTC)


class Instant(str):
    """An instant: the text that the server sent, and what it means."""

    __slots__ = ()

    @property
    def datetime(self) -> time.datetime:
        """The instant, with the offset that the text names.

        Read are the forms that servers write: of JavaScript (`Mon Aug 19 2019 19:39:39
        GMT+0800 (CST)`), ISO 8601, RFC 5322, and seconds or milliseconds since 1970. A
        date alone is the beginning of its day in UTC.

        Raises:
            ValueError: It is none of them, or names no offset.
        """
        try:
            found = _read(self)
        except (OverflowError, TypeError) as error:
            raise ValueError("no instant that there is in a calendar") from error
        if found.tzinfo is None:
            raise ValueError("an instant without an offset could be any of 27 hours")
        return found

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return no_info_after_validator_function(cls, str_schema())


def _read(text: str) -> time.datetime:
    if found := _OF_JAVASCRIPT.fullmatch(text):
        return _of_javascript(*found.groups())
    if _NUMBER.fullmatch(text):
        number = int(text)
        in_seconds = abs(number) < _SECONDS
        return _START + time.timedelta(
            **{"seconds" if in_seconds else "milliseconds": number}
        )
    if _DATE.fullmatch(text):
        return time.datetime.fromisoformat(text).replace(tzinfo=time.UTC)
    if ", " in text:
        found_ = parsedate_to_datetime(text)
        return found_ if found_.tzinfo else found_.replace(tzinfo=time.UTC)
    return time.datetime.fromisoformat(text)


def _of_javascript(month: str, *rest: str) -> time.datetime:
    # Not by `strptime`: a program may have set another language.
    day, year, hour, minute, second = map(int, rest[:5])
    sign, hours, minutes = rest[5:]
    offset = time.timedelta(hours=int(hours), minutes=int(minutes))
    zone = time.timezone(-offset if sign == "-" else offset)
    return time.datetime(
        year, _MONTHS.index(month) + 1, day, hour, minute, second, tzinfo=zone
    )


def written(value: object) -> object:
    """Write instants as ISO 8601 in UTC; what is no `datetime` stays as it is.

    Args:
        value: What was given: a text, a `datetime`, or nothing.

    Raises:
        ValueError: An instant names no time zone.
    """
    if not isinstance(value, time.datetime):
        return value
    if value.utcoffset() is None:
        raise ValueError("a datetime needs a time zone to be an instant")
    text = value.astimezone(time.UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


instant_of: Conversion = deferred(written)
"""What methods make of an argument."""

GivenInstant: TypeAlias = Annotated[str | time.datetime, AfterValidator(written)]
"""What an input takes for an instant, and sends as text."""
