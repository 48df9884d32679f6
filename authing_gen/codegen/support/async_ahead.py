"""Doing what will be wanted next while something else is waited for."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")


class AsyncAhead(Generic[T]):
    """Reads what has a number before it is wanted: so many at once, at most.

    Written for asyncio, and imports it only when it reads: a program without an event
    loop need not pay for it. On another event loop it reads each one when it is wanted.
    """

    def __init__(self, read: Callable[[int], Awaitable[T]], most: int) -> None:
        self._read = read
        self._most = most if _on_asyncio() else 0
        self._begun: dict[int, asyncio.Task[T]] = {}

    async def get(self, number: int, last: int) -> T:
        """Return number `number`, and begin with those after it up to `last`."""
        import asyncio

        begun = self._begun.pop(number, None)
        for wanted in range(number + 1, last + 1):
            if len(self._begun) >= self._most:
                break
            if wanted not in self._begun:
                self._begun[wanted] = asyncio.create_task(self._read_one(wanted))
        return await (self._read(number) if begun is None else begun)

    async def _read_one(self, number: int) -> T:
        return await self._read(number)

    async def forget(self) -> None:
        """Give up what has been begun."""
        import asyncio

        begun, self._begun = [*self._begun.values()], {}
        for task in begun:
            task.cancel()
        if begun:
            # Nobody asks any more what became of them.
            await asyncio.gather(*begun, return_exceptions=True)


def _on_asyncio() -> bool:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
