"""Which engine carries a request: one for each event loop, and anew in a fork."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from ..deadlines import Deadline
from ..exchange import Answer, Request
from ..forks import abandon, renew_in_child
from ..unanswered import closed, late
from .engine import AsyncEngine, EngineOptions
from .waiting import AsyncPlaces, event_loop, on_asyncio


@dataclass(frozen=True)
class _Home:
    """What a client has on one event loop."""

    engine: AsyncEngine
    places: AsyncPlaces
    lifetime: AsyncGenerator[None, None]


class AsyncEngines:
    """The engines of one client and of all its siblings.

    Connections belong to an event loop. They are closed with the client, or else when
    their event loop ends, or when nobody has the client any more.
    """

    def __init__(
        self, options: EngineOptions, callers: AsyncEngine | None = None
    ) -> None:
        self._options = options
        self._callers = callers
        self._closed = False
        self._homes: WeakKeyDictionary[object, _Home] = WeakKeyDictionary()
        renew_in_child(self)

    def after_fork(self) -> None:
        """Leave the parent's connections alone."""
        abandon(self._homes)
        self._homes = WeakKeyDictionary()

    async def exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Send a request by the engine of this event loop, when there is a place."""
        if self._closed:
            raise closed()
        home = self._homes.get(event_loop()) or await self._settle()
        await home.places.take(deadline)
        try:
            if not deadline.allows(0):
                raise late()
            return await home.engine.exchange(request, deadline)
        finally:
            home.places.give_back()

    async def aclose(self) -> None:
        """Close the connections, those of other event loops too."""
        self._closed = True
        homes, self._homes = [*self._homes.items()], WeakKeyDictionary()
        for loop, home in homes:
            if loop is event_loop():
                await home.lifetime.aclose()
            elif isinstance(loop, asyncio.AbstractEventLoop) and loop.is_running():
                asyncio.run_coroutine_threadsafe(home.lifetime.aclose(), loop)

    async def _settle(self) -> _Home:
        engine = self._callers or _engine(self._options)
        places = AsyncPlaces(self._options.max_connections)
        home = _Home(engine, places, _lifetime(engine))
        # Nothing waits from here on, so that no other call makes a second one.
        await anext(home.lifetime)
        self._homes[event_loop()] = home
        return home


async def _lifetime(engine: AsyncEngine) -> AsyncGenerator[None, None]:
    """Closes the engine at the end; event loops end their generators when they do."""
    try:
        yield
    finally:
        await engine.aclose()


def _engine(options: EngineOptions) -> AsyncEngine:
    if on_asyncio():
        from ..aiohttp_engine import AiohttpEngine

        return AiohttpEngine(options)
    from .httpcore_engine import AsyncHttpcoreEngine

    return AsyncHttpcoreEngine(options)
