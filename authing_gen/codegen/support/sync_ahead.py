"""Doing what will be wanted next while something else is waited for."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from contextvars import copy_context
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """Reads what has a number before it is wanted: so many at once, at most.

    In threads, each of which ends when it has read one.
    """

    def __init__(self, read: Callable[[int], T], most: int) -> None:
        self._read = read
        self._most = most
        self._begun: dict[int, Future[T]] = {}

    def get(self, number: int, last: int) -> T:
        """Return number `number`, and begin with those after it up to `last`."""
        begun = self._begun.pop(number, None)
        for wanted in range(number + 1, last + 1):
            if len(self._begun) >= self._most:
                break
            if wanted not in self._begun:
                self._begun[wanted] = self._begin(wanted)
        return self._read(number) if begun is None else begun.result()

    def _begin(self, number: int) -> Future[T]:
        future: Future[T] = Future()

        def read() -> None:
            try:
                future.set_result(self._read(number))
            except BaseException as error:
                future.set_exception(error)

        name = f"ahead-{number}"
        Thread(target=copy_context().run, args=(read,), name=name).start()
        return future

    def forget(self) -> None:
        """Give up what has been begun; wait for it: a thread cannot be stopped."""
        begun, self._begun = self._begun, {}
        wait(begun.values())
