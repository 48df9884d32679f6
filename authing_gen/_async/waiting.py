"""Waiting: for a lock, for a place, for a while, until a deadline."""

import sys
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
)
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from ..deadlines import Deadline
from ..unanswered import UnansweredError, crowded

if TYPE_CHECKING:
    import asyncio

    import anyio
    from typing_extensions import TypeIs

T = TypeVar("T")

# What a program needs of these two is imported when it waits: a program without an
# event loop needs neither, and one on asyncio's no anyio.


def event_loop() -> object:
    """Return what stands for the running event loop, whosever it is."""
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        trio: Any = sys.modules.get("trio")
        return trio.lowlevel.current_trio_token() if trio else None


def on_asyncio() -> bool:
    """Say whether the running event loop is one of asyncio."""
    return is_asyncio(event_loop())


def is_asyncio(loop: object) -> "TypeIs[asyncio.AbstractEventLoop]":
    """Say whether an event loop is one of asyncio."""
    import asyncio

    return isinstance(loop, asyncio.AbstractEventLoop)


def has_ended(loop: object) -> bool:
    """Say whether an event loop of asyncio has been closed; those of trio just go."""
    return is_asyncio(loop) and loop.is_closed()


def run_soon(loop: object, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Have something done on an event loop, from whatever thread, if it still runs."""
    with suppress(RuntimeError):  # It has ended.
        if is_asyncio(loop):
            loop.call_soon_threadsafe(lambda: loop.create_task(work()))
        else:
            trio_token: Any = loop
            trio_token.run_sync_soon(_begin, work)


def _begin(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    trio: Any = sys.modules["trio"]
    # An error here would end trio: by now it may be ending, and takes nothing new. It
    # ends generators itself.
    with suppress(RuntimeError):
        trio.lowlevel.spawn_system_task(work)


async def sleep(seconds: float) -> None:
    """Wait for a while."""
    if on_asyncio():
        import asyncio

        await asyncio.sleep(seconds)
    else:
        import anyio

        await anyio.sleep(seconds)


@asynccontextmanager
async def bounded(deadline: Deadline) -> AsyncGenerator[None]:
    """Raise `TimeoutError` within a block when the deadline passes."""
    remaining = deadline.remaining()
    if on_asyncio():
        import asyncio

        async with asyncio.timeout(remaining):
            yield
    else:
        import anyio

        with anyio.fail_after(remaining):
            yield


@contextmanager
def shielded(seconds: float) -> Generator[None]:
    """Let a block wait for so long though its task is cancelled.

    asyncio tells a task once, and lets it wait for something after that. Others tell it
    whenever it waits.
    """
    if on_asyncio():
        yield
    else:
        import anyio

        with anyio.move_on_after(seconds, shield=True):
            yield


class AsyncPlaces:
    """Bounds how much is under way at once; who waits is served in turn.

    Args:
        count: How much.
        full: Makes the error where none was free in time.
    """

    def __init__(
        self, count: int, full: Callable[[], UnansweredError] | None = None
    ) -> None:
        self._full = full or partial(crowded, count)
        self._free = _semaphore(count)

    async def take(self, deadline: Deadline) -> None:
        """Take a place, which has to be given back.

        Raises:
            UnansweredError: None was free before the deadline.
        """
        import asyncio

        if isinstance(self._free, asyncio.Semaphore) and not self._free.locked():
            await self._free.acquire()  # Does not wait.
            return
        within = Deadline(deadline.remaining(deadline.wait))
        try:
            async with bounded(within):
                await self._free.acquire()
        except TimeoutError:
            raise self._full() from None

    def give_back(self) -> None:
        """Give a place back."""
        self._free.release()

    async def hold(self, deadline: Deadline, work: Callable[[], Awaitable[T]]) -> T:
        """Take a place, do something there, and give it back."""
        await self.take(deadline)
        try:
            return await work()
        finally:
            self.give_back()


def _semaphore(count: int) -> "asyncio.Semaphore | anyio.Semaphore":
    if on_asyncio():
        import asyncio

        return asyncio.Semaphore(count)
    import anyio

    return anyio.Semaphore(count)
