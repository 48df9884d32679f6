# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""A token store in Redis, Valkey or a cluster of them; needs the extra `redis`."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from ..errors import AuthingConfigurationError
from ..pacing import Pace
from .redis_client import check_event_loop, connect

_REMOVE = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""

_RESERVE = """
local interval, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
local patience = tonumber(ARGV[3])
local time = redis.call('time')
local now = time[1] * 1000000 + time[2]
local full_at = math.max(now, tonumber(redis.call('get', KEYS[1]) or '') or 0)
local pause = math.ceil(math.max(0, full_at - tolerance - now))
if patience >= 0 and pause > patience then return -1 end
full_at = full_at + interval
local kept = math.max(1, math.ceil((full_at - now) / 1000))
redis.call('set', KEYS[1], string.format('%.17g', full_at), 'px', kept)
return pause
"""
"""The step of `Pace.reserve`, in microseconds, by the clock of Redis."""

PATIENCE = 0.5
"""Seconds for which a call waits for Redis before its process keeps the pace alone."""


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

    def pacer(self, name: str) -> "RedisPacer":
        """Keep the pace of a fleet under a name, by a connection that stays open."""
        if self._client is not None:
            return RedisPacer(self._client, name, owned=False)
        client = connect(str(self._url), PATIENCE, retries=1)
        return RedisPacer(client, name, owned=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"  # The URL may hold a password.

    @contextmanager
    def _connected(self) -> Generator[Any]:
        if self._client is not None:
            yield self._client
            return
        check_event_loop()
        client = connect(str(self._url))
        try:
            yield client
        finally:
            client.close()


class RedisPacer:
    """Keeps the pace of a fleet in one value of Redis: its processes share the rate.

    Args:
        client: A client of redis-py.
        name: Name of the value.
        owned: Whether to close the client.
    """

    def __init__(self, client: Any, name: str, *, owned: bool) -> None:
        self._client = client
        self._name = name
        self._owned = owned

    def reserve(self, pace: Pace, patience: float | None) -> float | None:
        """Reserve the next moment for a try, as `Pace.reserve` does."""
        check_event_loop()
        waits = -1.0 if patience is None else patience
        found = (f"{each * 1e6:.6f}" for each in (pace.interval, pace.tolerance, waits))
        pause = int(self._client.eval(_RESERVE, 1, self._name, *found))
        return None if pause < 0 else pause / 1e6

    def close(self) -> None:
        """Close the connection, unless it is the caller's."""
        if self._owned:
            self._client.close()


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
