"""Waiting: for a place, for a while, until a deadline."""

import threading
import time
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager

from ..deadlines import Deadline
from ..unanswered import crowded

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
        self.served: threading.Lock | None = None
        """Locked while the call waits."""


class Places:
    """Bounds how much is under way at once; who waits is served in turn.

    An interrupt may come between any two steps of the main thread. So all that changes
    hands here does so while the guard is held, without a call in between.
    """

    def __init__(self, count: int) -> None:
        self._count = self._free = count
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
            turn.served = threading.Lock()
            turn.served.acquire()
            self._waiting.append(turn)
        remaining = deadline.remaining(deadline.wait)
        if not turn.served.acquire(timeout=-1 if remaining is None else remaining):
            raise crowded(self._count)

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
                if served.served:
                    served.served.release()
            else:
                self._free += 1
                turn.has_place = False
