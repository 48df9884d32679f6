"""When a request is sent again, and after how long."""

import random
import re
import time
from email.utils import parsedate_to_datetime

from .errors import AuthingAPIError
from .unanswered import UnansweredError

Failure = UnansweredError | AuthingAPIError
"""What a try comes to that has no result."""

FAILURES = UnansweredError, AuthingAPIError
"""The same for `isinstance` and `except`: a tuple costs a call least."""

RETRIED_STATUSES = frozenset({408, 429, 502, 503, 504})
"""HTTP statuses that say "not now"."""

BUSY = 1000
"""The business error code that says it, in an answer of whatever status."""

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 8.0

_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?")


def may_repeat(failure: Failure, idempotent: bool) -> bool:
    """Say whether a request may be sent again.

    One that never left may; so may an idempotent one whose answer was lost or says "not
    now".
    """
    if isinstance(failure, UnansweredError):
        return not failure.final and (failure.never_sent or idempotent)
    return idempotent and says_not_now(failure)


def says_not_now(refusal: AuthingAPIError) -> bool:
    """Say whether the same request may succeed a little later."""
    return refusal.code == BUSY or refusal.status_code in RETRIED_STATUSES


def service_works(failure: Failure) -> bool:
    """Say whether the service has answered as it should: it refused for a reason."""
    if isinstance(failure, UnansweredError) or says_not_now(failure):
        return False
    return (failure.status_code or 0) < 500


def last_begun(before: Failure | None, failure: Failure) -> Failure:
    """Choose the failure that counts.

    Who waits in vain to try again, for a place or their turn, learns what came of the
    try before: that was sent.
    """
    if before is None or not isinstance(failure, UnansweredError):
        return failure
    return before if failure.final and failure.never_sent else failure


def pause_after(failure: Failure, retry: int) -> float:
    """Seconds to wait before a request is sent again: twice as many each time.

    Args:
        failure: What has come of it; an answer may ask for a pause.
        retry: How often the request has been sent again.
    """
    asked = seconds_asked(failure)
    if asked is not None:
        return asked
    longest = min(FIRST_PAUSE * 2**retry, LONGEST_PAUSE)
    return random.uniform(longest / 2, longest)  # noqa: S311 (spreads load, no secret)


def seconds_asked(failure: Failure) -> float | None:
    """Read what the `Retry-After` of an answer asks for.

    The longest counts, where a gateway has added its own to that of the service.
    """
    if isinstance(failure, UnansweredError):
        return None
    headers = failure.headers
    date = headers.get("date")
    asked = [seconds_in(one, date) for one in headers.get_list("retry-after")]
    return max((pause for pause in asked if pause is not None), default=None)


def described(failure: Failure) -> str:
    """Say in a few words what went wrong; those of the service stay out of logs."""
    if isinstance(failure, UnansweredError):
        return failure.reason
    code = "" if failure.code is None else f" with code {failure.code}"
    return f"HTTP {failure.status_code}{code}"


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
