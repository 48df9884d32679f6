"""What a store holds of the OwnerToken of one user pool."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..renewals import Outcome, Refused, decoded
from .waiting import shielded

if TYPE_CHECKING:
    from collections.abc import Generator

    from ..deadlines import Deadline
    from ..sealing import Seal
    from .stores import AsyncTokenStore

logger = logging.getLogger("authing_gen")

HOLD = 20.0
"""Seconds after which a process that fetches the token counts as dead."""

PATIENCE = 2.0
"""Seconds that a cancelled call may still take to give its claim back."""

LONGEST_FETCH = 18.0
"""Seconds that a process of a fleet may take for it: no other one begins meanwhile."""

MEMORY_OF_REFUSALS = 300.0
"""Seconds after which refusals no longer count as in a row."""


@dataclass(frozen=True)
class Known:
    """What is known of the token, and the seconds for which it holds."""

    outcome: Outcome
    seconds: float

    def serves(self, rejected: str | None) -> bool:
        """Whether it is news to who has had a token rejected."""
        outcome = self.outcome
        return isinstance(outcome, Refused) or outcome.token != rejected


class StoreError(Exception):
    """A store has failed; the message says how."""


@contextmanager
def _failing() -> Generator[None]:
    try:
        yield
    except Exception as error:
        # Its words may hold the URL of the store, and so a password.
        raise StoreError(type(error).__name__) from None


class AsyncShelf:
    """The place in a store that belongs to one user pool at one gateway."""

    def __init__(self, store: AsyncTokenStore, seal: Seal | None) -> None:
        self._store = store
        self._seal = seal
        self._name = seal.name if seal else "own"

    def bounded(self, deadline: Deadline) -> Deadline:
        """The deadline of a fetch, which ends before the turn of who shares it."""
        return deadline.within(LONGEST_FETCH) if self._seal else deadline

    async def known(self) -> Known | None:
        """What the others know, if they do."""
        with _failing():
            found = await self._store.get(self._name)
        if found is None:
            return None
        content = self._seal.open(found[0]) if self._seal else found[0]
        outcome = None if content is None else decoded(content)
        return None if outcome is None else Known(outcome, found[1])

    async def keep(self, outcome: Outcome) -> None:
        """Let the others know what has come of a fetch."""
        content = outcome.encoded()
        times = outcome.times if isinstance(outcome, Refused) else 0
        with _failing():
            await self._store.set(
                self._name,
                self._seal.close(content) if self._seal else content,
                outcome.seconds,
            )
            await self._store.set(
                f"{self._name}:refusals", b"%d" % times, MEMORY_OF_REFUSALS
            )

    async def refusals(self) -> int:
        """How many refusals there have been in a row."""
        with _failing():
            found = await self._store.get(f"{self._name}:refusals")
            return 0 if found is None else int(found[0])

    def turn(self) -> AsyncTurn:
        """A turn to fetch the token, which one process has at a time."""
        return AsyncTurn(self._store, f"{self._name}:turn")


class AsyncTurn:
    """A turn to fetch the token. Whatever comes of a claim to it, `give_back` follows.

    A cancellation or an interrupt may come between any two steps, also when the store
    has taken the claim and nobody here knows it yet.
    """

    def __init__(self, store: AsyncTokenStore, name: str) -> None:
        self._store = store
        self._name = name
        self._mine = os.urandom(16)
        self._claimed = False

    async def claim(self) -> bool:
        """Whether this process is the one that fetches the token now."""
        self._claimed = True  # As far as anybody here knows.
        with _failing():
            self._claimed = await self._store.add(self._name, self._mine, HOLD)
        return self._claimed

    async def give_back(self) -> None:
        """Let others have their turn. To do it again does nothing."""
        if not self._claimed:
            return
        try:
            with shielded(PATIENCE):
                await self._store.remove(self._name, self._mine)
        except Exception as error:
            # It ends by itself after a while.
            logger.warning("token store: %s", type(error).__name__)
        self._claimed = False
