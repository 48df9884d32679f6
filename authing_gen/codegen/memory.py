"""What the last generation has found out, so that the next one need not again.

Only `--watch` generates more than once in a process. An entry stays as long as every
generation that succeeds asks for it.
"""

import gc
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from typing import TypeVar, cast

T = TypeVar("T")


class Same:
    """A key that is equal where it has the very same objects, whatever they hold.

    It keeps them: ids of objects that are gone may come again.
    """

    def __init__(self, *objects: object) -> None:
        self._objects = objects
        self._ids = tuple(map(id, objects))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self._ids == other._ids

    def __hash__(self) -> int:
        return hash(self._ids)


class Memory:
    """Keeps what was made of what."""

    def __init__(self) -> None:
        self._config: object = None
        self._before: dict[Hashable, object] = {}
        self._now: dict[Hashable, object] = {}

    def begin(self, config: object) -> None:
        """Begin a generation; under another configuration nothing is known."""
        if config != self._config:
            self._config = config
            self._before, self._now = {}, {}

    def end(self) -> None:
        """End a generation that has succeeded: forget what it did not need."""
        self._before, self._now = self._now, {}

    def knows(self, key: Hashable) -> bool:
        """Whether something is kept, which then stays."""
        if key not in self._now and key in self._before:
            self._now[key] = self._before[key]
        return key in self._now

    def keep(self, key: Hashable, value: object = None) -> None:
        """Keep something."""
        self._now[key] = value

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept, or else what is made now."""
        if not self.knows(key):
            self.keep(key, make())
        return cast(T, self._now[key])


@contextmanager
def collecting_later() -> Generator[None]:
    """Let Python look for garbage after a block, not in it.

    A generation makes millions of objects and needs nearly all of them to its end:
    looking through them again and again finds nothing and takes a quarter of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
