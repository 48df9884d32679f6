"""Starts no more than so many tries a second, alone or together with a fleet."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ..clock import monotonic
from ..deadlines import Deadline
from ..forks import importing
from ..outages import OUTAGE, Outage
from ..pacing import Pace
from ..unanswered import closed, unpaced
from .waiting import AsyncPlaces, sleep

if TYPE_CHECKING:
    from ..exchange import Answer, Request
    from ..settings import AuthingSettings
    from .engine import AsyncEngine

logger = logging.getLogger("authing_gen")


class AsyncPacer(Protocol):
    """Keeps the pace of a fleet, for who runs on one event loop."""

    async def reserve(self, pace: Pace, patience: float | None) -> float | None:
        """Reserve the next moment for a try, as `Pace.reserve` does."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


@runtime_checkable
class AsyncPacingStore(Protocol):
    """A token store that can keep the pace of its fleet, too."""

    def pacer(self, name: str) -> AsyncPacer:
        """Keep it under a name."""
        ...


class AsyncPacing:
    """The pace of a client and all its siblings.

    Args:
        rate: Tries a second.
        store: Keeps the pace of a fleet.
        name: What the fleet calls it there.
    """

    def __init__(
        self, rate: float, store: AsyncPacingStore | None = None, name: str = ""
    ) -> None:
        self.own = Pace(rate)
        self._store = store
        self._name = name
        self._outage = Outage()

    def paced(self, engine: AsyncEngine) -> AsyncEngine:
        """Have an engine, of one event loop, keep it."""
        pacer = None if self._store is None else self._store.pacer(self._name)
        return AsyncPacedEngine(engine, self, pacer)

    async def reserve(
        self, pacer: AsyncPacer | None, patience: float | None
    ) -> float | None:
        """Reserve the next moment for a try, as `Pace.reserve` does.

        A store that fails is an event in the log: for a while this process keeps a pace
        of its own then, and no call fails.
        """
        if pacer is not None and not self._outage.lasts():
            try:
                return await pacer.reserve(self.own, patience)
            except Exception as error:
                self._outage.begins()
                # Its words may hold the URL of the store, and so a password.
                logger.warning(
                    "max_rate: %s from the store; this process keeps the rate by itself"
                    " for %.0f s",
                    type(error).__name__,
                    OUTAGE,
                )
        return self.own.reserve(patience)


class AsyncPacedEngine:
    """An engine that waits for its turn before it sends.

    Calls queue up in order of arrival. The first of them has a moment reserved; if it
    gives up, the next one inherits that.
    """

    def __init__(
        self, engine: AsyncEngine, pacing: AsyncPacing, pacer: AsyncPacer | None
    ) -> None:
        self._engine = engine
        self._pacing = pacing
        self._pacer = pacer
        self._late = partial(unpaced, pacing.own.rate)
        self._queue = AsyncPlaces(1, self._late)
        self._closed = False

    async def exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Send a request when its turn has come; an engine says what may go wrong."""
        whole = Deadline(deadline.remaining())  # Without its phases.
        await self._queue.hold(whole, partial(self._turn, whole))
        return await self._engine.exchange(request, deadline)

    async def aclose(self) -> None:
        """Close the connections."""
        self._closed = True
        try:
            await self._engine.aclose()
        finally:
            if self._pacer is not None:
                await self._pacer.aclose()

    async def _turn(self, deadline: Deadline) -> None:
        moment = self._pacing.own.inherit()
        if moment is None:
            patience = deadline.remaining()
            pause = await self._pacing.reserve(self._pacer, patience)
            if pause is None:
                raise self._late()
            moment = monotonic() + pause
        try:
            await self._reach(moment, deadline)
        except BaseException:
            self._pacing.own.leave(moment)
            raise

    async def _reach(self, moment: float, deadline: Deadline) -> None:
        pause = moment - monotonic()
        if not deadline.allows(max(0.0, pause)):
            raise self._late()
        if pause > 0:
            await sleep(pause)
        if self._closed:
            raise closed()


def pacing(settings: AuthingSettings, store: object) -> AsyncPacing | None:
    """Make the pace that the settings ask for, if they do.

    Args:
        settings: They may hold a rate.
        store: Where a fleet shares its token; if it can, its pace is kept there, too.
    """
    if settings.max_rate is None:
        return None
    if not isinstance(store, AsyncPacingStore):
        return AsyncPacing(settings.max_rate)
    with importing:
        from ..sealing import store_name

    name = store_name(settings.user_pool_id, settings.users_url)
    return AsyncPacing(settings.max_rate, store, f"{name}:rate")
