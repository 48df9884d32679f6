# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""Sends requests by their deadline, again where that can do no harm."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeVar

from ..deadlines import Deadline, Timeout
from ..errors import copied
from ..exchange import Answer, Request, request_id
from ..retry_policy import Attempt, RetryPolicy, cost_of
from ..retrying import FAILURES, Failure, last_begun, service_works
from ..telemetry import Span, Tracing
from ..unanswered import UnansweredError
from .engines import Engines
from .waiting import sleep

ResultT = TypeVar("ResultT")

logger = logging.getLogger("authing_gen")


@dataclass(frozen=True)
class Connection:
    """Connections to the service, and for how long and how often a call is tried."""

    engines: Engines
    timeout: Timeout
    max_retries: int
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    tracing: Tracing = field(default_factory=Tracing)
    unknown: set[str] = field(default_factory=set[str])
    """Operations that the service has refused, since it lacks what they ask for."""

    def deadline(self) -> Deadline:
        """Begin a call that takes no longer than the client's own timeout."""
        return Deadline(self.timeout)

    def send(
        self,
        request: Request,
        operation: str,
        deadline: Deadline,
        read: Callable[[Answer], ResultT],
        *,
        idempotent: bool,
        span: Span,
    ) -> ResultT:
        """Send a request until there is a result or its deadline has passed.

        A request that never left is sent again; so is an idempotent one whose answer
        was lost or says "not now", unless the caller's own policy says otherwise. Where
        the number of retries, the deadline or the budget does not allow that, the
        failure is final.

        Args:
            request: What to send.
            operation: Its name, for errors and logs.
            deadline: Until when.
            read: Makes the result of an answer, or raises the refusal that it is.
            idempotent: Whether it does no harm to send the request twice.
            span: Is told of each try.

        Raises:
            AuthingTransportError: No answer arrived.
            AuthingAPIError: The service refused, as `read` says.
            AuthingConfigurationError: The environment keeps it from being sent.
        """
        failed: Failure | None = None
        number, cost = 1, 0
        while True:
            outcome = self._try(request, operation, deadline, read, span)
            if not isinstance(outcome, FAILURES):
                self.policy.budget.give_back(cost)
                return outcome
            failed = last_begun(failed, outcome)
            attempt = Attempt(operation, request.place, idempotent, number)
            more = number <= self.max_retries
            pause = self.policy.pause(outcome, attempt, deadline) if more else None
            if pause is None:
                if service_works(failed):
                    self.policy.budget.give_back(cost)
                raise _error(failed, operation, request)
            span.retries(outcome, pause)
            sleep(pause)
            number, cost = number + 1, cost_of(outcome)

    def _try(
        self,
        request: Request,
        operation: str,
        deadline: Deadline,
        read: Callable[[Answer], ResultT],
        span: Span,
    ) -> ResultT | Failure:
        span.sends(request)
        started = perf_counter()
        try:
            answer = self.engines.exchange(request, deadline)
        except UnansweredError as failure:
            milliseconds = (perf_counter() - started) * 1000
            logger.debug("%s: %s, after %.0f ms", operation, failure, milliseconds)
            return failure
        span.answered(answer)
        if logger.isEnabledFor(logging.DEBUG):
            _tell(operation, answer)
        try:
            return read(answer)
        except FAILURES as failure:
            return failure


def _tell(operation: str, answer: Answer) -> None:
    called = request_id(answer.headers)
    logger.debug(
        "%s: %s in %.0f ms%s",
        operation,
        answer,
        answer.elapsed * 1000,
        f", request {called}" if called else "",
    )


def _error(failure: Failure, operation: str, request: Request) -> BaseException:
    """What callers get: a new error, since one that is kept keeps its frames."""
    if isinstance(failure, UnansweredError):
        return failure.error(operation, request.place)
    return copied(failure)
