"""Ends what takes too long on an event loop of asyncio, by one timer for all of it.

`asyncio.timeout` sets a timer for every call, which is a tenth of what a call costs.
"""

import asyncio
from types import TracebackType


class Watchdog:
    """Watches over what is under way on one event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._watched: dict[Watch, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = float("inf")

    def within(self, seconds: float | None) -> "Watch":
        """Cancel what the task does in a `with` block for longer than this.

        The block then raises `TimeoutError`, as that of `asyncio.timeout` does.
        """
        return Watch(self, seconds)

    def begin(self, watch: "Watch", seconds: float) -> None:
        """Begin to watch."""
        ends_at = self._loop.time() + seconds
        self._watched[watch] = ends_at
        if ends_at < self._rings_at:
            self._ring_at(ends_at)

    def end(self, watch: "Watch") -> None:
        """Watch no longer."""
        self._watched.pop(watch, None)

    def _ring_at(self, moment: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = moment
        self._timer = self._loop.call_at(moment, self._ring)

    def _ring(self) -> None:
        # A timer may ring a moment early.
        now = max(self._loop.time(), self._rings_at)
        self._timer, self._rings_at = None, float("inf")
        for watch in [watch for watch, at in self._watched.items() if at <= now]:
            self.end(watch)
            watch.expire()
        if self._watched:
            self._ring_at(min(self._watched.values()))


class Watch:
    """One block that is watched over."""

    __slots__ = ("_cancelling", "_dog", "_expired", "_seconds", "_task")

    def __init__(self, dog: Watchdog, seconds: float | None) -> None:
        self._dog = dog
        self._seconds = seconds
        self._expired = False

    def __enter__(self) -> None:
        if self._seconds is None:
            return
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self._dog.begin(self, self._seconds)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._dog.end(self)
        if not self._expired or self._task.uncancel() > self._cancelling:
            return  # Whoever else has cancelled the task meanwhile goes first.
        if kind is not None and issubclass(kind, asyncio.CancelledError):
            raise TimeoutError from error

    def expire(self) -> None:
        """Cancel the task."""
        self._expired = True
        self._task.cancel()
