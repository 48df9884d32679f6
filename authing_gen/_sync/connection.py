# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""Sends requests by their deadline, again where that can do no harm."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from ..deadlines import Deadline, Timeout
from ..errors import copied
from ..exchange import Answer, Request
from ..retrying import FAILURES, Failure, described, may_repeat, pause_after
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
    ) -> ResultT:
        """Send a request until there is a result or its deadline has passed.

        A request that never left is sent again; so is an idempotent one whose answer
        was lost or says "not now". The pause doubles each time, or is what
        `Retry-After` asks for; where the deadline does not allow it, this failure is
        final.

        Args:
            request: What to send.
            operation: Its name, for errors and logs.
            deadline: Until when.
            read: Makes the result of an answer, or raises the refusal that it is.
            idempotent: Whether it does no harm to send the request twice.

        Raises:
            AuthingTransportError: No answer arrived.
            AuthingAPIError: The service refused, as `read` says.
            AuthingConfigurationError: The environment keeps it from being sent.
        """
        retry = 0
        while True:
            outcome = self._try(request, operation, deadline, read)
            if not isinstance(outcome, FAILURES):
                return outcome
            if retry == self.max_retries or not may_repeat(outcome, idempotent):
                break
            pause = pause_after(outcome, retry)
            if not deadline.allows(pause):
                break
            why = described(outcome)
            logger.info("%s: %s, trying again in %.2f s", operation, why, pause)
            sleep(pause)
            retry += 1
        raise _error(outcome, operation, request)

    def _try(
        self,
        request: Request,
        operation: str,
        deadline: Deadline,
        read: Callable[[Answer], ResultT],
    ) -> ResultT | Failure:
        try:
            answer = self.engines.exchange(request, deadline)
            milliseconds = answer.elapsed * 1000
            logger.debug("%s: %s in %.0f ms", operation, answer, milliseconds)
            return read(answer)
        except FAILURES as failure:
            return failure


def _error(failure: Failure, operation: str, request: Request) -> BaseException:
    """What callers get: a new error, since one that is kept keeps its frames."""
    if isinstance(failure, UnansweredError):
        return failure.error(operation, request.place)
    return copied(failure)
