"""Waiting: for a place, for a while, until a deadline."""

import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from ..deadlines import Deadline
from ..unanswered import UnansweredError, crowded

T = TypeVar("T")

# `threading.Lock` and `time.sleep` are looked up when they are needed: gevent replaces
# them, perhaps after this has been imported, and the old ones stop every greenlet.


def sleep(seconds: float) -> None:
    """Wait for a while."""
    time.sleep(seconds)


@contextmanager
def bounded(_: Deadline) -> Generator[None]:
    """Nothing can interrupt a thread: what it does bounds each step itself."""
    yield


@contextmanager
def shielded(_: float) -> Generator[None]:
    """Nobody cancels a thread."""
    yield


class Turn:
    """A call's claim to a place."""

    __slots__ = ("has_place", "served")

    def __init__(self) -> None:
        self.has_place = False
        self.served = threading.Lock()
        """Locked while the call waits."""


class Places:
    """Bounds how much is under way at once; who waits is served in turn.

    An interrupt may come between any two steps of the main thread. So all that changes
    hands here does so while the guard is held, without a call in between.

    Args:
        count: How much.
        full: Makes the error where none was free in time.
    """

    def __init__(
        self, count: int, full: Callable[[], UnansweredError] | None = None
    ) -> None:
        self._full = full or partial(crowded, count)
        self._free = count
        self._guard = threading.Lock()
        self._waiting: deque[Turn] = deque()

    def take(self, turn: Turn, deadline: Deadline) -> None:
        """Take a place. Whatever comes of it, `give_back` has to follow.

        Raises:
            UnansweredError: None was free before the deadline.
        """
        with self._guard:
            if self._free:
                self._free -= 1
                turn.has_place = True
                return
            turn.served.acquire()
            self._waiting.append(turn)
        remaining = deadline.remaining(deadline.wait)
        if not turn.served.acquire(timeout=-1 if remaining is None else remaining):
            raise self._full()

    def give_back(self, turn: Turn) -> None:
        """Give a place back, if there is one: to who has waited longest, or to nobody.

        To do it again does nothing.
        """
        with self._guard:
            if not turn.has_place:
                if turn in self._waiting:
                    self._waiting.remove(turn)
            elif self._waiting:
                served = self._waiting[0]
                served.has_place = True
                del self._waiting[0]
                turn.has_place = False
                served.served.release()
            else:
                self._free += 1
                turn.has_place = False

    def hold(self, deadline: Deadline, work: Callable[[], T]) -> T:
        """Take a place, do something there, and give it back."""
        turn = Turn()
        try:
            self.take(turn, deadline)
            return work()
        finally:
            try:
                self.give_back(turn)
            finally:  # Again, since an interrupt may have come before.
                self.give_back(turn)
