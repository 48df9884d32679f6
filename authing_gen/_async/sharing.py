"""Work that many wait for and that is done once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from ..deadlines import Deadline
from ..errors import copied
from ..unanswered import UnansweredError, late
from .waiting import bounded, event_loop

T = TypeVar("T")


class AsyncShared(Generic[T]):
    """Does something once for all who ask for it while it is under way.

    On asyncio nobody owns the work: who gives up, or is cancelled, does not disturb the
    others. On other event loops they do it one after another.

    Args:
        work: What to do, until a deadline; it may find that it has been done.
        patience: Begins the deadline of the work; that of a caller may be shorter.
    """

    def __init__(
        self,
        work: Callable[[Deadline], Awaitable[T]],
        patience: Callable[[], Deadline],
    ) -> None:
        self._work = work
        self._patience = patience
        self._tasks: WeakKeyDictionary[object, asyncio.Task[T]] = WeakKeyDictionary()
        self._turns: WeakKeyDictionary[object, Any] = WeakKeyDictionary()

    async def get(self, deadline: Deadline) -> T:
        """Join the work, or begin it.

        Raises:
            UnansweredError: The caller's own deadline has passed.
            Exception: The work failed: a copy of its error, where it is one of ours.
        """
        loop = event_loop()
        if not isinstance(loop, asyncio.AbstractEventLoop):
            return await self._in_turn(loop, deadline)
        task = self._tasks.get(loop)
        if task is None:
            task = loop.create_task(self._begun())
            self._tasks[loop] = task
            task.add_done_callback(self._ended)
        await asyncio.wait({task}, timeout=deadline.remaining())
        if not task.done():
            raise late()
        if task.cancelled():
            raise UnansweredError("fetching it was cancelled")
        if (error := task.exception()) is not None:
            raise copied(error)
        return task.result()

    async def _begun(self) -> T:
        return await self._work(self._patience())

    def _ended(self, task: asyncio.Task[T]) -> None:
        if self._tasks.get(task.get_loop()) is task:
            del self._tasks[task.get_loop()]
        if not task.cancelled():
            task.exception()  # Perhaps nobody waits any more to hear of it.

    async def _in_turn(self, loop: object, deadline: Deadline) -> T:
        import anyio

        turn = self._turns.setdefault(loop, anyio.Lock())
        try:
            async with bounded(deadline), turn:
                return await self._work(deadline)
        except TimeoutError:
            raise late() from None
