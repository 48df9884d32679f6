"""Where the processes of a fleet keep the OwnerToken that they share."""

from collections.abc import Callable
from typing import Protocol

from ..clock import monotonic
from ..errors import AuthingConfigurationError
from ..forks import importing


class AsyncTokenStore(Protocol):
    """Keeps a few small values for a while. Write one for the store that you have.

    Each method is one step that no other process comes between. What goes wrong may
    raise anything: the client logs it, and does without the store for a while.
    """

    async def get(self, name: str) -> tuple[bytes, float] | None:
        """Return a value and the seconds for which it is still kept."""
        ...

    async def set(self, name: str, value: bytes, seconds: float) -> None:
        """Keep a value for so many seconds."""
        ...

    async def add(self, name: str, value: bytes, seconds: float) -> bool:
        """Keep a value if there is none; say whether it is this one."""
        ...

    async def remove(self, name: str, value: bytes) -> None:
        """Forget a value, unless it is another one by now."""
        ...


class AsyncMemoryStore:
    """Keeps values in this process: what a client has that is told of no store."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[bytes, float]] = {}

    async def get(self, name: str) -> tuple[bytes, float] | None:
        """Return a value and the seconds for which it is still kept."""
        value, until = self._kept.get(name, (b"", 0.0))
        left = until - self._clock()
        return (value, left) if left > 0 else None

    async def set(self, name: str, value: bytes, seconds: float) -> None:
        """Keep a value for so many seconds."""
        self._kept[name] = value, self._clock() + seconds

    async def add(self, name: str, value: bytes, seconds: float) -> bool:
        """Keep a value if there is none; say whether it is this one."""
        # One step of the interpreter decides between threads.
        kept = self._kept.get(name)
        if kept is not None and kept[1] <= self._clock():
            self._kept.pop(name, None)
        mine = value, self._clock() + seconds
        return self._kept.setdefault(name, mine) is mine

    async def remove(self, name: str, value: bytes) -> None:
        """Forget a value, unless it is another one by now."""
        kept = self._kept.get(name)
        if kept is not None and kept[0] == value:
            self._kept.pop(name, None)


def store_named(name: str) -> AsyncTokenStore | None:
    """Make the store that a setting names; None for this process's memory.

    Raises:
        AuthingConfigurationError: There is none of that name, or its extra is missing.
    """
    if name == "memory":
        return None
    with importing:
        if name.startswith("file:"):
            from .file_store import AsyncFileStore

            return AsyncFileStore(name.removeprefix("file:"))
        if name.startswith(("redis://", "rediss://", "unix://")):
            try:
                from .redis_store import AsyncRedisStore
            except ModuleNotFoundError as error:
                raise AuthingConfigurationError(
                    "token_store: Redis needs the extra authing-gen[redis]"
                ) from error
            return AsyncRedisStore.at(name)
    raise AuthingConfigurationError(
        "token_store (AUTHING_TOKEN_STORE): it is none of memory, file:… and redis://…"
    )
