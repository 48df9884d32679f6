# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""How a fleet of processes gets one OwnerToken together."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from ..errors import AuthingAPIError, AuthingTimeoutError
from ..renewals import Granted, Outcome, Refused, decoded
from ..unanswered import late
from .stores import MemoryStore
from .waiting import sleep

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ..deadlines import Deadline
    from ..sealing import Seal
    from .stores import TokenStore

logger = logging.getLogger("authing_gen")

HOLD = 20.0
"""Seconds after which a process that fetches the token counts as dead."""

LONGEST_FETCH = 18.0
"""Seconds that a process of a fleet may take for it: no other one begins meanwhile."""

OUTAGE = 30.0
"""Seconds for which a store that failed is not asked again."""

MEMORY_OF_REFUSALS = 300.0
"""Seconds after which refusals no longer count as in a row."""

FIRST_LOOK, LAST_LOOK = 0.05, 0.5
"""Seconds between looks at what another process is fetching."""


@dataclass(frozen=True)
class Known:
    """What is known of the token, and the seconds for which it holds."""

    outcome: Outcome
    seconds: float

    def serves(self, rejected: str | None) -> bool:
        """Whether it is news to who has had a token rejected."""
        outcome = self.outcome
        return isinstance(outcome, Refused) or outcome.token != rejected


class _StoreError(Exception):
    """A store has failed; the message says how."""


@contextmanager
def _failing() -> Generator[None]:
    try:
        yield
    except Exception as error:
        # Its words may hold the URL of the store, and so a password.
        raise _StoreError(type(error).__name__) from None


class Fleet:
    """Fetches a token once for all who share a store, and remembers a refusal.

    A store that fails is an event in the log: for a while this process is a fleet of
    its own then, and no call fails.

    Args:
        store: What the fleet shares; by default the memory of this process.
        seal: Encrypts what is kept in it.
    """

    def __init__(
        self, store: TokenStore | None = None, seal: Seal | None = None
    ) -> None:
        self._own = _Shelf(MemoryStore(), None)
        self._shared = self._own if store is None else _Shelf(store, seal)
        self._down_until = 0.0

    def know(
        self,
        fetch: Callable[[Deadline], str],
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
        if monotonic() >= self._down_until:
            try:
                return _know(self._shared, fetch, deadline, rejected)
            except _StoreError as error:
                self._down_until = monotonic() + OUTAGE
                logger.warning(
                    "token store: %s; doing without it for %.0f s", error, OUTAGE
                )
        return _know(self._own, fetch, deadline, rejected)


def _know(
    shelf: _Shelf,
    fetch: Callable[[Deadline], str],
    deadline: Deadline,
    rejected: str | None,
) -> Known:
    pause = FIRST_LOOK
    while True:
        known = shelf.known()
        if known is not None and known.serves(rejected):
            return known
        with shelf.turn() as mine:
            if mine:
                known = shelf.known()
                if known is not None and known.serves(rejected):
                    return known
                try:
                    return _find_out(shelf, fetch, shelf.bounded(deadline))
                except AuthingTimeoutError:
                    if not deadline.allows(pause):
                        raise
        if not deadline.allows(pause):
            raise late()
        sleep(pause)
        pause = min(2 * pause, LAST_LOOK)


def _find_out(
    shelf: _Shelf, fetch: Callable[[Deadline], str], deadline: Deadline
) -> Known:
    before = shelf.refusals()
    outcome: Outcome
    try:
        outcome = Granted(fetch(deadline))
    except AuthingAPIError as error:
        outcome = Refused.of(error, before)
    try:
        shelf.keep(outcome)
    except _StoreError as error:
        logger.warning("token store: %s; nobody else learns of this", error)
    return Known(outcome, outcome.seconds)


class _Shelf:
    """The place in a store that belongs to one user pool at one gateway."""

    def __init__(self, store: TokenStore, seal: Seal | None) -> None:
        self._store = store
        self._seal = seal
        self._name = seal.name if seal else "own"

    def bounded(self, deadline: Deadline) -> Deadline:
        """The deadline of a fetch, which ends before the turn of who shares it."""
        return deadline.within(LONGEST_FETCH) if self._seal else deadline

    def known(self) -> Known | None:
        with _failing():
            found = self._store.get(self._name)
        if found is None:
            return None
        content = self._seal.open(found[0]) if self._seal else found[0]
        outcome = None if content is None else decoded(content)
        return None if outcome is None else Known(outcome, found[1])

    def keep(self, outcome: Outcome) -> None:
        content = outcome.encoded()
        times = outcome.times if isinstance(outcome, Refused) else 0
        with _failing():
            self._store.set(
                self._name,
                self._seal.close(content) if self._seal else content,
                outcome.seconds,
            )
            self._store.set(f"{self._name}:refusals", b"%d" % times, MEMORY_OF_REFUSALS)

    def refusals(self) -> int:
        with _failing():
            found = self._store.get(f"{self._name}:refusals")
            return 0 if found is None else int(found[0])

    @contextmanager
    def turn(self) -> Generator[bool]:
        """Whether this process is the one that fetches the token now."""
        name, mine = f"{self._name}:turn", os.urandom(16)
        with _failing():
            taken = self._store.add(name, mine, HOLD)
        try:
            yield taken
        finally:
            if taken:
                try:
                    self._store.remove(name, mine)
                except Exception as error:
                    # It ends by itself after a while.
                    logger.warning("token store: %s", type(error).__name__)
