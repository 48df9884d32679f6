"""Who says whether a call is tried again: the rules, a function of the caller's own."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from .deadlines import Deadline
from .errors import (
    AuthingAPIError,
    AuthingConfigurationError,
    AuthingTransportError,
    copied,
)
from .retry_budget import AFTER_AN_ANSWER, AFTER_NONE, RetryBudget
from .retrying import Failure, described, may_repeat, pause_after, seconds_asked
from .unanswered import UnansweredError

logger = logging.getLogger("authing_gen")

LONGEST = 365 * 24 * 3600.0
"""Seconds that a pause may have: clocks cannot wait for what is much longer."""


@dataclass(frozen=True, slots=True)
class RetryState:
    """A try that failed: what a `retry` function decides by."""

    operation: str
    """Name of the operation; `getClientWhenSdkInit` fetches the OwnerToken."""
    idempotent: bool
    """Whether it does no harm to send it twice: a query, or the caller says so."""
    attempt: int
    """Which try it was; 1 is the first."""
    error: AuthingTransportError | AuthingAPIError
    """What the caller gets if there is no other try."""
    status: int | None
    """HTTP status of the answer; None where none came."""
    retry_after: float | None
    """Seconds that the answer's `Retry-After` asks for."""
    never_sent: bool
    """Whether the request surely never left."""
    pause: float | None
    """Seconds after which the client itself would try again; None where it would not.
    """


Retry = Callable[[RetryState], float | None]
"""Seconds after which to try again, or None for never."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try of a call."""

    operation: str
    place: str
    idempotent: bool
    number: int

    def failed(self, failure: Failure) -> RetryState:
        """What came of it."""
        repeated = may_repeat(failure, self.idempotent)
        pause = pause_after(failure, self.number - 1) if repeated else None
        asked = seconds_asked(failure)
        error: AuthingTransportError | AuthingAPIError
        if isinstance(failure, UnansweredError):
            error = failure.error(self.operation, self.place)
            status, never_sent = None, failure.never_sent
        else:
            # What is raised in the end, too: it has no frames, which hold secrets.
            error, status, never_sent = copied(failure), failure.status_code, False
        return RetryState(
            self.operation,
            self.idempotent,
            self.number,
            error,
            status,
            asked,
            never_sent,
            pause,
        )


@dataclass(frozen=True)
class RetryPolicy:
    """Decides whether a call is tried again.

    Args:
        own: The caller's function, which has the last word within the limits.
        budget: How much may be tried again at all.
    """

    own: Retry | None = None
    budget: RetryBudget = field(default_factory=RetryBudget)

    def pause(
        self, failure: Failure, attempt: Attempt, deadline: Deadline
    ) -> float | None:
        """Seconds after which to try again; None where the failure is final.

        Raises:
            AuthingConfigurationError: The caller's function returns no pause.
        """
        if isinstance(failure, UnansweredError) and failure.final:
            return None
        state = attempt.failed(failure)
        pause = state.pause if self.own is None else _checked(self.own(state))
        if pause is None or pause > LONGEST or not deadline.allows(pause):
            return None
        what = attempt.operation, described(failure)
        if not self.budget.take(cost_of(failure)):
            logger.info("%s: %s, final since the retry budget is used up", *what)
            return None
        logger.info("%s: %s, trying again in %.2f s", *what, pause)
        return pause


def cost_of(failure: Failure) -> int:
    """Tokens of the budget that a retry takes after a failure."""
    return AFTER_NONE if isinstance(failure, UnansweredError) else AFTER_AN_ANSWER


def check_retry(own: object) -> None:
    """Refuse what cannot be called.

    Raises:
        AuthingConfigurationError: It cannot.
    """
    if own is not None and not callable(own):
        raise AuthingConfigurationError("retry: it is no function")


def _checked(pause: object) -> float | None:
    if pause is None:
        return None
    if (
        isinstance(pause, int | float)
        and not isinstance(pause, bool)
        and 0 <= pause <= LONGEST
    ):
        return pause
    raise AuthingConfigurationError(
        f"retry: it returned a {type(pause).__name__} that is neither None nor seconds"
        " to wait"
    )
