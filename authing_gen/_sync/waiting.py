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


class Places:
    """Bounds how much is under way at once; who waits is served in turn."""

    def __init__(self, count: int) -> None:
        self._count = self._free = count
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()

    def take(self, deadline: Deadline) -> None:
        """Take a place, which has to be given back.

        Raises:
            UnansweredError: None was free before the deadline.
        """
        with self._guard:
            if self._free:
                self._free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        remaining = deadline.remaining(deadline.wait)
        try:
            served = turn.acquire(timeout=-1 if remaining is None else remaining)
        except BaseException:
            self._leave(turn)
            raise
        if not served:
            self._leave(turn)
            raise crowded(self._count)

    def give_back(self) -> None:
        """Give a place back: to who has waited longest, if somebody has."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1

    def _leave(self, turn: threading.Lock) -> None:
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return
        self.give_back()  # It was served in the same moment.
