"""Work that many wait for and that is done once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from authing_client.frames import sensitive_variables

from ..deadlines import Deadline
from ..errors import copied
from ..unanswered import UnansweredError, late
from .waiting import bounded, event_loop, is_asyncio

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")


@dataclass(frozen=True)
class _UnderWay(Generic[T]):
    """Work that has been begun."""

    task: "asyncio.Task[T]"
    deadline: Deadline

    def result(self) -> T:
        """The result; or raise a copy of the error, where it is one of ours."""
        if self.task.cancelled():
            raise UnansweredError("fetching it was cancelled")
        if (error := self.task.exception()) is not None:
            raise copied(error)
        return self.task.result()


class AsyncShared(Generic[T]):
    """Does something once for all who ask for it while it is under way.

    On asyncio nobody owns the work: who gives up, or is cancelled, does not disturb the
    others; where the work runs out of time, those who have some left begin it anew. On
    other event loops they do it one after another.

    Args:
        work: What to do, until a deadline; it may find that it has been done.
        patience: Begins the deadline of the work; that of a caller may be another.
    """

    def __init__(
        self,
        work: Callable[[Deadline], Awaitable[T]],
        patience: Callable[[], Deadline],
    ) -> None:
        self._work = work
        self._patience = patience
        self._begun: WeakKeyDictionary[object, _UnderWay[T]] = WeakKeyDictionary()
        self._turns: WeakKeyDictionary[object, Any] = WeakKeyDictionary()

    async def get(self, deadline: Deadline) -> T:
        """Join the work, or begin it.

        Raises:
            UnansweredError: The caller's own deadline has passed.
            Exception: The work failed: a copy of its error, where it is one of ours.
        """
        loop = event_loop()
        if not is_asyncio(loop):
            return await self._in_turn(loop, deadline)
        import asyncio

        while True:
            joined = self._begun.get(loop)
            if joined is None or joined.task.done():
                joined = self._begun[loop] = self._begin(loop)
            await asyncio.wait({joined.task}, timeout=deadline.remaining())
            if not joined.task.done():
                raise late()
            try:
                return joined.result()
            except Exception:
                if joined.deadline.remaining() != 0 or deadline.remaining() == 0:
                    raise

    def _begin(self, loop: "asyncio.AbstractEventLoop") -> _UnderWay[T]:
        deadline = self._patience()
        task = loop.create_task(self._done_by(deadline))
        task.add_done_callback(self._ended)
        return _UnderWay(task, deadline)

    @sensitive_variables  # What reports the errors of tasks sees this one first.
    async def _done_by(self, deadline: Deadline) -> T:
        try:
            async with bounded(deadline):
                return await self._work(deadline)
        except TimeoutError:
            if deadline.remaining() != 0:
                raise
            raise late() from None

    def _ended(self, task: "asyncio.Task[T]") -> None:
        joined = self._begun.get(task.get_loop())
        if joined is not None and joined.task is task:
            del self._begun[task.get_loop()]
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
