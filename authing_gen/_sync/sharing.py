"""Work that many wait for and that is done once."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from ..deadlines import Deadline
from ..errors import copied
from ..unanswered import late

T = TypeVar("T")


class Shared(Generic[T]):
    """Does something once for all who ask for it while it is under way.

    The thread that asks first does it. Where its own deadline ends the work, another of
    those who wait takes over, so that its haste does not disturb them.

    Args:
        work: What to do, until a deadline; it may find that it has been done.
        patience: Not needed here: the work ends with the deadline of who does it.
    """

    def __init__(
        self, work: Callable[[Deadline], T], patience: Callable[[], Deadline]
    ) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._under_way: Future[T | None] | None = None

    def get(self, deadline: Deadline) -> T:
        """Join the work, or do it.

        Raises:
            UnansweredError: The caller's own deadline has passed.
            Exception: The work failed: a copy of its error, where it is one of ours.
        """
        mine = Future[T | None]()
        try:
            while (joined := self._joined(mine)) is not mine:
                if (result := _awaited(joined, deadline)) is not None:
                    return result
            result = self._work(deadline)
            mine.set_result(result)
            return result
        except Exception as error:
            if deadline.remaining() != 0:
                mine.set_exception(copied(error))
            raise
        finally:
            try:
                self._end(mine)
            finally:  # Again, since an interrupt may have come before.
                self._end(mine)

    def _joined(self, mine: Future[T | None]) -> Future[T | None]:
        with self._lock:
            joined = self._under_way
            if joined is None or joined.done():
                joined = self._under_way = mine
            return joined

    def _end(self, mine: Future[T | None]) -> None:
        with self._lock:
            if self._under_way is mine:
                self._under_way = None
        if not mine.done():
            mine.set_result(None)  # Another does it, where somebody waits.


def _awaited(joined: Future[T | None], deadline: Deadline) -> T | None:
    """The result of the work, or None where who did it gave it up."""
    try:
        error = joined.exception(deadline.remaining())
    except TimeoutError:
        raise late() from None
    if error is not None:
        raise copied(error)
    return joined.result()
