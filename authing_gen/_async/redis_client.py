"""Connecting to Redis; needs the extra `redis`."""

from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

SECONDS = 2.0
"""For how long a step may take; a slow store counts as one that is down."""


def connect(url: str) -> Any:
    """Make a client of redis-py, which connects when it is used.

    Raises:
        ValueError: The URL is none of Redis.
    """
    make: Any = Redis.from_url  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return make(
        url,
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
