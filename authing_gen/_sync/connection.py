# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""Sends requests by their deadline, again where that can do no harm."""

import logging
from dataclasses import dataclass, field
from time import perf_counter

from ..deadlines import Deadline, Timeout
from ..exchange import Answer, Request, request_id
from ..retrying import may_repeat, pause_after
from ..telemetry import Span, Tracing
from ..unanswered import UnansweredError
from .engines import Engines
from .waiting import sleep

logger = logging.getLogger("authing_gen")


@dataclass(frozen=True)
class Connection:
    """Connections to the service, and for how long and how often a call is tried."""

    engines: Engines
    timeout: Timeout
    max_retries: int
    tracing: Tracing = field(default_factory=Tracing)

    def deadline(self) -> Deadline:
        """Begin a call that takes no longer than the client's own timeout."""
        return Deadline(self.timeout)

    def send(
        self,
        request: Request,
        operation: str,
        deadline: Deadline,
        *,
        idempotent: bool,
        span: Span,
    ) -> Answer:
        """Send a request until an answer arrives or its deadline has passed.

        A request that never left is sent again; so is an idempotent one whose answer
        was lost or says "not now". The pause doubles each time, or is what
        `Retry-After` asks for; where the deadline does not allow it, this answer, or
        this failure, is final.

        Raises:
            AuthingTransportError: No answer arrived.
            AuthingConfigurationError: The environment keeps it from being sent.
        """
        retry = 0
        while True:
            outcome = self._try(request, operation, deadline, span)
            if retry == self.max_retries or not may_repeat(outcome, idempotent):
                break
            pause = pause_after(outcome, retry)
            if not deadline.allows(pause):
                break
            logger.info("%s: %s, trying again in %.2f s", operation, outcome, pause)
            span.retries(outcome, pause)
            sleep(pause)
            retry += 1
        if isinstance(outcome, Answer):
            return outcome
        raise outcome.error(operation, request.place)

    def _try(
        self, request: Request, operation: str, deadline: Deadline, span: Span
    ) -> Answer | UnansweredError:
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
            called = request_id(answer.headers)
            logger.debug(
                "%s: %s in %.0f ms%s",
                operation,
                answer,
                answer.elapsed * 1000,
                f", request {called}" if called else "",
            )
        return answer
