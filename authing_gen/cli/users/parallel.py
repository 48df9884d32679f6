"""Calls for many users, some at a time, that can be stopped and told why they ended."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextlib import contextmanager
from typing import TypeVar

from ... import errors
from ...errors import AuthingError, AuthingTransportError, RateLimitError
from ..failures import WrongUsage

T = TypeVar("T")
ResultT = TypeVar("ResultT")

_PAUSES = (1, 2, 4, 8, 16, 30)
"""Seconds to wait where the service says that calls are too many."""
_UNANSWERED = 5
"""Calls without an answer, one after the other, by which a service is known to be gone;
as many as are under way at once, if those are more."""
_OF_ALL = (
    errors.AuthingConfigurationError,
    errors.BadEncryptionError,
    errors.MissingTokenError,
    errors.NotLoggedInError,
    errors.QuotaExceededError,
    errors.RateLimitError,
    errors.RegistrationClosedError,
    errors.ServiceConfigurationError,
    errors.UserPoolNotFoundError,
)
"""What the next user would be answered as well: going on would do no good."""


class Stop:
    """Whether to go on, and why not.

    Args:
        concurrency: Calls that are under way at once.
    """

    def __init__(self, concurrency: int) -> None:
        self.error: AuthingError | None = None
        self.by_signal = False
        self._unanswered = 0
        self._most_unanswered = max(concurrency, _UNANSWERED)

    def __bool__(self) -> bool:
        return self.by_signal or self.error is not None

    def answered(self) -> None:
        """Note that the service is there."""
        self._unanswered = 0

    def failed(self, error: AuthingError) -> None:
        """Note an error, and stop where it is not about a single user."""
        unanswered = isinstance(error, AuthingTransportError)
        self._unanswered = self._unanswered + 1 if unanswered else 0
        if isinstance(error, _OF_ALL) or self._unanswered >= self._most_unanswered:
            self.error = self.error or error


async def in_parallel(
    items: Iterable[T],
    work: Callable[[T], Awaitable[None]],
    concurrency: int,
    stop: Stop,
) -> None:
    """Work through items, a few at a time. They are read when their turn has come.

    Raises:
        WrongUsage: No more of them can be read; what was under way has come to its end.
    """
    waiting = iter(items)
    unreadable: list[WrongUsage] = []

    async def worker() -> None:
        # They share one iterator, so that nothing is read ahead.
        while not stop and not unreadable:
            try:
                item = next(waiting)
            except StopIteration:
                return
            except WrongUsage as error:
                unreadable.append(error)
                return
            await work(item)

    with _signals(stop):
        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(worker())
    if unreadable:
        raise unreadable[0]


async def patiently(call: Callable[[], Awaitable[ResultT]], stop: Stop) -> ResultT:
    """Make a call, again later where the service says that there are too many."""
    for pause in _PAUSES:
        try:
            return await call()
        except RateLimitError:
            if stop:
                raise
            await asyncio.sleep(pause)
    return await call()


@contextmanager
def _signals(stop: Stop) -> Generator[None]:
    """Let what is under way come to its end at the first Ctrl-C; not at the second."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def end() -> None:
        stop.by_signal = True
        restore()

    def restore() -> None:
        for number in numbers:
            loop.remove_signal_handler(number)

    try:
        for number in numbers:
            loop.add_signal_handler(number, end)
    except (NotImplementedError, RuntimeError, ValueError):
        yield  # Windows, or another thread than the main one.
        return
    try:
        yield
    finally:
        restore()
