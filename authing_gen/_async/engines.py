"""Which engine carries a request: one for each event loop, and anew in a fork."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import partial
from weakref import WeakKeyDictionary, finalize

from ..deadlines import Deadline
from ..exchange import Answer, Request
from ..forks import abandon, importing, renew_in_child
from ..unanswered import closed, late
from .engine import AsyncEngine, EngineOptions
from .paced_engine import AsyncPacing
from .waiting import AsyncPlaces, event_loop, has_ended, on_asyncio, run_soon


@dataclass(frozen=True)
class _Home:
    """What a client has on one event loop."""

    engine: AsyncEngine
    places: AsyncPlaces
    lifetime: AsyncGenerator[None, None]


_Homes = WeakKeyDictionary[object, _Home]


class AsyncEngines:
    """The engines of one client and of all its siblings.

    Connections belong to an event loop. They are closed with the client, or else when
    their event loop ends, or when nobody has the client any more.
    """

    def __init__(
        self,
        options: EngineOptions,
        callers: AsyncEngine | None = None,
        pacing: AsyncPacing | None = None,
    ) -> None:
        self.options = options
        self._callers = callers
        self._pacing = pacing
        self._closed = False
        self._homes: _Homes = WeakKeyDictionary()
        self._dropped = _when_dropped(self, self._homes)
        renew_in_child(self)

    def after_fork(self) -> None:
        """Leave the parent's connections alone."""
        self._dropped.detach()
        abandon(self._homes)
        self._homes = WeakKeyDictionary()
        self._dropped = _when_dropped(self, self._homes)

    async def exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Send a request by the engine of this event loop, when there is a place."""
        if self._closed:
            raise closed()
        home = self._homes.get(event_loop()) or await self._settle()
        await home.places.take(deadline)
        try:
            if self._closed:  # While this call waited for its place.
                raise closed()
            if not deadline.allows(0):
                raise late()
            return await home.engine.exchange(request, deadline)
        finally:
            home.places.give_back()

    async def aclose(self) -> None:
        """Close the connections, those of other event loops too."""
        self._closed = True
        here = event_loop()
        for loop in _loops(self._homes):
            if loop is here or has_ended(loop):
                await _leave(self._homes, loop)
            else:
                run_soon(loop, partial(_leave, self._homes, loop))

    async def _settle(self) -> _Home:
        engine = self._callers or _engine(self.options)
        if self._pacing is not None:
            engine = self._pacing.paced(engine)
        places = AsyncPlaces(self.options.max_connections)
        home = _Home(engine, places, _lifetime(engine, self._homes, event_loop()))
        # Nothing waits up to here, so that no other call makes a second one.
        await anext(home.lifetime)
        self._homes[event_loop()] = home
        for loop in filter(has_ended, _loops(self._homes)):
            await _leave(self._homes, loop)
        return home


def _when_dropped(
    owner: AsyncEngines, homes: _Homes
) -> "finalize[[_Homes], AsyncEngines]":
    """Close the connections when nobody has their owner any more.

    Until then they are reachable from outside of it: engines that were collected
    together with it would complain that they are open.
    """
    ending = finalize(owner, _leave_all, homes)
    ending.atexit = False
    return ending


def _leave_all(homes: _Homes) -> None:
    for loop in _loops(homes):
        run_soon(loop, partial(_leave, homes, loop))


async def _leave(homes: _Homes, loop: object) -> None:
    home = homes.pop(loop, None)
    if home is not None:
        await (home.engine if has_ended(loop) else home.lifetime).aclose()


def _loops(homes: _Homes) -> list[object]:
    # In one step, since other threads may settle meanwhile.
    found = (reference() for reference in homes.keyrefs())
    return [loop for loop in found if loop is not None]


async def _lifetime(
    engine: AsyncEngine, homes: _Homes, loop: object
) -> AsyncGenerator[None, None]:
    """Closes the engine at the end; event loops end their generators when they do."""
    try:
        yield
    finally:
        homes.pop(loop, None)
        await engine.aclose()


def _engine(options: EngineOptions) -> AsyncEngine:
    with importing:
        if on_asyncio():
            from ..aiohttp_engine import AiohttpEngine

            return AiohttpEngine(options)
        from .httpcore_engine import AsyncHttpcoreEngine

        return AsyncHttpcoreEngine(options)
