"""How a fleet of processes gets one OwnerToken together."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..errors import AuthingAPIError, AuthingTimeoutError
from ..outages import OUTAGE, Outage
from ..renewals import Granted, Outcome, Refused
from ..unanswered import late
from .shelf import AsyncShelf, Known, StoreError
from .stores import AsyncMemoryStore
from .waiting import sleep

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ..deadlines import Deadline
    from ..sealing import Seal
    from .stores import AsyncTokenStore

logger = logging.getLogger("authing_gen")

FIRST_LOOK, LAST_LOOK = 0.05, 0.5
"""Seconds between looks at what another process is fetching."""


class AsyncFleet:
    """Fetches a token once for all who share a store, and remembers a refusal.

    A store that fails is an event in the log: for a while this process is a fleet of
    its own then, and no call fails.

    Args:
        store: What the fleet shares; by default the memory of this process.
        seal: Encrypts what is kept in it.
    """

    def __init__(
        self, store: AsyncTokenStore | None = None, seal: Seal | None = None
    ) -> None:
        self._own = AsyncShelf(AsyncMemoryStore(), None)
        self._shared = self._own if store is None else AsyncShelf(store, seal)
        self._outage = Outage()

    async def know(
        self,
        fetch: Callable[[Deadline], Awaitable[str]],
        deadline: Deadline,
        rejected: str | None,
    ) -> Known:
        """Return what the fleet knows of the token, or find it out.

        Args:
            fetch: Gets a fresh token.
            deadline: Until when.
            rejected: A token that the service has refused: another one is needed.

        Raises:
            UnansweredError: The deadline has passed.
            AuthingError: The service did not answer.
        """
        if not self._outage.lasts():
            try:
                return await _know(self._shared, fetch, deadline, rejected)
            except StoreError as error:
                self._outage.begins()
                logger.warning(
                    "token store: %s; doing without it for %.0f s", error, OUTAGE
                )
        return await _know(self._own, fetch, deadline, rejected)


async def _know(
    shelf: AsyncShelf,
    fetch: Callable[[Deadline], Awaitable[str]],
    deadline: Deadline,
    rejected: str | None,
) -> Known:
    pause = FIRST_LOOK
    while True:
        known = await shelf.known()
        if known is not None and known.serves(rejected):
            return known
        known = await _in_turn(shelf, fetch, deadline, rejected)
        if known is not None:
            return known
        if not deadline.allows(pause):
            raise late()
        await sleep(pause)
        pause = min(2 * pause, LAST_LOOK)


async def _in_turn(
    shelf: AsyncShelf,
    fetch: Callable[[Deadline], Awaitable[str]],
    deadline: Deadline,
    rejected: str | None,
) -> Known | None:
    """Find it out; None where another process is about to, or it took too long."""
    turn = shelf.turn()
    try:
        if not await turn.claim():
            return None
        known = await shelf.known()
        if known is not None and known.serves(rejected):
            return known
        return await _find_out(shelf, fetch, shelf.bounded(deadline))
    except AuthingTimeoutError:
        if not deadline.allows(FIRST_LOOK):
            raise
        return None
    finally:
        try:
            await turn.give_back()
        finally:  # Again, since an interrupt may have come before.
            await turn.give_back()


async def _find_out(
    shelf: AsyncShelf, fetch: Callable[[Deadline], Awaitable[str]], deadline: Deadline
) -> Known:
    before = await shelf.refusals()
    outcome: Outcome
    try:
        outcome = Granted(await fetch(deadline))
    except AuthingAPIError as error:
        outcome = Refused.of(error, before)
    try:
        await shelf.keep(outcome)
    except StoreError as error:
        logger.warning("token store: %s; nobody else learns of this", error)
    _tell(outcome)
    return Known(outcome, outcome.seconds)


def _tell(outcome: Outcome) -> None:
    if isinstance(outcome, Granted):
        logger.info("OwnerToken: fetched, used for %.0f s", outcome.seconds)
    else:
        name = type(outcome.error()).__name__
        logger.warning(
            "OwnerToken: refused (%s, code %s), nobody asks again for %.0f s",
            *(name, outcome.code, outcome.seconds),
        )
