"""When a request is sent again, and after how long."""

import random
import re
import time
from email.utils import parsedate_to_datetime

from .exchange import Answer
from .unanswered import UnansweredError

RETRIED_STATUSES = frozenset({408, 429, 502, 503, 504})
"""HTTP statuses that say "not now"."""

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 8.0

_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?")


def may_repeat(outcome: Answer | UnansweredError, idempotent: bool) -> bool:
    """Say whether a request may be sent again.

    One that never left may; so may an idempotent one whose answer was lost or says "not
    now".
    """
    if isinstance(outcome, UnansweredError):
        return not outcome.final and (outcome.never_sent or idempotent)
    return idempotent and outcome.status in RETRIED_STATUSES


def pause_after(outcome: Answer | UnansweredError, retry: int) -> float:
    """Seconds to wait before a request is sent again: twice as many each time.

    Args:
        outcome: What has come of it; an answer may ask for a pause.
        retry: How often the request has been sent again.
    """
    asked = seconds_asked(outcome) if isinstance(outcome, Answer) else None
    if asked is not None:
        return asked
    longest = min(FIRST_PAUSE * 2**retry, LONGEST_PAUSE)
    return random.uniform(longest / 2, longest)  # noqa: S311 (spreads load, no secret)


def seconds_asked(answer: Answer) -> float | None:
    """Read what an answer's `Retry-After` asks for."""
    return seconds_in(answer.header(b"retry-after"), answer.header(b"date"))


def seconds_in(retry_after: str | None, date: str | None) -> float | None:
    """Read `Retry-After`: seconds, with decimals or without, or the date of RFC 9110.

    A date is measured from the answer's own `Date`, so that a wrong clock here does no
    harm; one that is past asks for no pause at all.
    """
    asked = (retry_after or "").strip()
    if _SECONDS.fullmatch(asked):
        return float(asked)
    until = _moment(asked)
    if until is None:
        return None
    sent = _moment(date)
    return max(0.0, until - (time.time() if sent is None else sent))


def _moment(date: str | None) -> float | None:
    try:
        return parsedate_to_datetime(date or "").timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
