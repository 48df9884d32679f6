"""Faults on request: what shall go wrong with calls, to see how a client takes it."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Collection
from http import HTTPStatus
from random import Random

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from .errors import BusinessError, error_of
from .fault import Fault
from .request_log import note

ABORT = "authing_sandbox.abort"
"""The extension of ASGI by which a connection can be ended without an answer."""


class _Armed:
    """A fault that is waiting for calls."""

    def __init__(self, fault: Fault, dice: Random) -> None:
        self.fault, self._dice = fault, dice
        self.hits = 0

    def strikes(self, names: Collection[str]) -> bool:
        fault = self.fault
        if self.hits == fault.times or not fault.is_of(names):
            return False
        if fault.share < 1 and self._dice.random() >= fault.share:
            return False
        self.hits += 1
        return True


class Faults:
    """The faults that are in force; the first that strikes a call is the only one."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []
        self.seed = 0

    def arm(self, faults: Collection[Fault], seed: int | None = None) -> None:
        """Put faults in force, in place of those before, with dice by a seed."""
        self.seed = secrets.randbelow(1 << 32) if seed is None else seed
        self._armed = [
            # Dice of its own, or calls of others would change which ones it strikes.
            _Armed(fault, Random(f"{self.seed} {number}"))  # noqa: S311
            for number, fault in enumerate(faults)
        ]

    @property
    def hits(self) -> list[tuple[Fault, int]]:
        """The faults in force, and how many calls each has struck."""
        return [(armed.fault, armed.hits) for armed in self._armed]

    async def meet(
        self,
        names: Collection[str],
        answer: Callable[[], Awaitable[Response]],
        stopping: asyncio.Event,
    ) -> Response:
        """Answer a call, unless a fault is in the way.

        Raises BusinessError where a fault refuses it.
        """
        armed = next((one for one in self._armed if one.strikes(names)), None)
        if armed is None:
            return await answer()
        fault = armed.fault
        if fault.delay:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), fault.delay)
        if fault.code is not None:
            raise BusinessError(error_of(fault.code))
        if fault.status is not None:
            return _status(fault.status, fault.retry_after)
        if fault.cut == "request":
            return _NoAnswer()
        answered = await answer()
        return _NoAnswer() if fault.cut else answered


def _status(status: int, retry_after: int | None) -> Response:
    known = status in HTTPStatus.__members__.values()
    text = HTTPStatus(status).phrase if known else ""
    after = {} if retry_after is None else {"retry-after": str(retry_after)}
    return PlainTextResponse(text, status, headers=after)


class _NoAnswer(Response):
    """Ends the connection instead."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        note(error="cut")
        scope["extensions"][ABORT]["abort"]()
        while (await receive())["type"] != "http.disconnect":
            pass
