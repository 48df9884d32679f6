"""Sends requests by their deadline, again where that can do no harm."""

import logging
from dataclasses import dataclass

from ..deadlines import Deadline, Timeout
from ..exchange import Answer, Request
from ..retrying import may_repeat, pause_after
from ..unanswered import UnansweredError
from .engines import AsyncEngines
from .waiting import sleep

logger = logging.getLogger("authing_gen")


@dataclass(frozen=True)
class AsyncConnection:
    """Connections to the service, and for how long and how often a call is tried."""

    engines: AsyncEngines
    timeout: Timeout
    max_retries: int

    def deadline(self) -> Deadline:
        """Begin a call that takes no longer than the client's own timeout."""
        return Deadline(self.timeout)

    async def send(
        self,
        request: Request,
        operation: str,
        deadline: Deadline,
        *,
        idempotent: bool,
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
            outcome = await self._try(request, operation, deadline)
            if retry == self.max_retries or not may_repeat(outcome, idempotent):
                break
            pause = pause_after(outcome, retry)
            if not deadline.allows(pause):
                break
            logger.info("%s: %s, trying again in %.2f s", operation, outcome, pause)
            await sleep(pause)
            retry += 1
        if isinstance(outcome, Answer):
            return outcome
        raise outcome.error(operation, request.place)

    async def _try(
        self, request: Request, operation: str, deadline: Deadline
    ) -> Answer | UnansweredError:
        try:
            answer = await self.engines.exchange(request, deadline)
        except UnansweredError as failure:
            return failure
        milliseconds = answer.elapsed * 1000
        logger.debug("%s: %s in %.0f ms", operation, answer, milliseconds)
        return answer
