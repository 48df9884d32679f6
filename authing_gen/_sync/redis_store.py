# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""A token store in Redis, Valkey or a cluster of them; needs the extra `redis`."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from ..errors import AuthingConfigurationError
from .redis_client import connect

_REMOVE = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""


class RedisStore:
    """Keeps values in Redis.

    Args:
        url: Where it is: `redis://…`, `rediss://…` or `unix://…`. It is connected to
            for each use: there are few, from whatever event loop.
        client: A client of redis-py to use instead, for example one of a cluster.
    """

    def __init__(self, url: str | None = None, *, client: Any = None) -> None:
        self._url = url
        self._client = client

    @classmethod
    def at(cls, url: str) -> "RedisStore":
        """Make the store of a URL.

        Raises:
            AuthingConfigurationError: It is none of Redis.
        """
        try:
            connect(url)
        except ValueError:
            raise AuthingConfigurationError(
                "token_store (AUTHING_TOKEN_STORE): it is no URL of Redis"
            ) from None
        return cls(url)

    def get(self, name: str) -> tuple[bytes, float] | None:
        """Return a value and the seconds for which it is still kept."""
        with self._connected() as redis:
            value, left = redis.get(name), redis.pttl(name)
        return (value, left / 1000) if value is not None and left > 0 else None

    def set(self, name: str, value: bytes, seconds: float) -> None:
        """Keep a value for so many seconds."""
        with self._connected() as redis:
            redis.set(name, value, px=_milliseconds(seconds))

    def add(self, name: str, value: bytes, seconds: float) -> bool:
        """Keep a value if there is none; say whether it is this one."""
        with self._connected() as redis:
            added = redis.set(name, value, px=_milliseconds(seconds), nx=True)
        return bool(added)

    def remove(self, name: str, value: bytes) -> None:
        """Forget a value, unless it is another one by now."""
        with self._connected() as redis:
            redis.eval(_REMOVE, 1, name, value)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"  # The URL may hold a password.

    @contextmanager
    def _connected(self) -> Generator[Any]:
        if self._client is not None:
            yield self._client
            return
        client = connect(str(self._url))
        try:
            yield client
        finally:
            client.close()


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
