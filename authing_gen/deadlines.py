"""Until when a call may take."""

from copy import copy
from typing import Self

import httpx

from .clock import monotonic
from .errors import AuthingConfigurationError

Timeout = float | httpx.Timeout | None
"""Seconds a call may take, an `httpx.Timeout`, or None for as long as it takes."""


LONGEST = 2e6
"""Seconds; sockets take little more, which are 24 days."""


class Deadline:
    """The end of a call as its caller sees it: every wait within it knows it.

    An `httpx.Timeout` bounds the phases of each try; the call as a whole has as long as
    the longest of them.
    """

    __slots__ = ("_at", "connect", "read", "wait")

    def __init__(self, timeout: Timeout) -> None:
        self.wait: float | None = None
        """Seconds to wait for a place among the calls under way."""
        self.connect: float | None = None
        """Seconds to connect."""
        self.read: float | None = None
        """Seconds to wait for the next bytes."""
        if isinstance(timeout, httpx.Timeout):
            self.wait = timeout.pool
            self.connect, self.read = timeout.connect, timeout.read
            timeout = _longest(timeout)
        self._at = None if timeout is None else monotonic() + timeout

    def remaining(self, phase: float | None = None) -> float | None:
        """Seconds that are left, at most those of a phase; None where nothing ends."""
        if self._at is None:
            return phase
        left = max(0.0, self._at - monotonic())
        return left if phase is None else min(left, phase)

    def allows(self, pause: float) -> bool:
        """Say whether something is left after a pause."""
        return self._at is None or monotonic() + pause < self._at

    def within(self, seconds: float) -> Self:
        """Return the same deadline, or an earlier one: in so many seconds."""
        earlier, end = copy(self), monotonic() + seconds
        earlier._at = end if self._at is None else min(self._at, end)
        return earlier


def _longest(timeout: httpx.Timeout) -> float | None:
    phases = (timeout.connect, timeout.read, timeout.write, timeout.pool)
    bounded = [phase for phase in phases if phase is not None]
    return max(bounded) if len(bounded) == len(phases) else None


def check_timeout(timeout: Timeout) -> None:
    """Refuse a timeout that no call can have.

    Raises:
        AuthingConfigurationError: It is not a positive number of seconds, or larger
            than any call can take.
    """
    if not (timeout is None or isinstance(timeout, httpx.Timeout) or _fits(timeout)):
        raise AuthingConfigurationError("timeout: it is not a number of seconds")


def _fits(seconds: object) -> bool:
    # Those who do not check types may give anything.
    return isinstance(seconds, int | float) and 0 < seconds <= LONGEST
