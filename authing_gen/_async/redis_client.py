"""Connecting to Redis; needs the extra `redis`."""

from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError

from .waiting import on_asyncio

SECONDS = 2.0
"""For how long a step may take; a slow store counts as one that is down."""


def connect(url: str, seconds: float = SECONDS, retries: int = 0) -> Any:
    """Make a client of redis-py, which connects when it is used.

    Args:
        url: Where Redis is.
        seconds: For how long a step may take.
        retries: How often a step is tried again whose connection is lost.

    Raises:
        ValueError: The URL is none of Redis.
    """
    make: Any = Redis.from_url  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return make(
        url,
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        retry=Retry(NoBackoff(), retries, (ConnectionError,)),
        retry_on_error=[ConnectionError],
    )


class UnsupportedEventLoopError(Exception):
    """redis-py knows asyncio only."""


def check_event_loop() -> None:
    """Refuse an event loop on which redis-py would fail, and leave things half done.

    Raises:
        UnsupportedEventLoopError: It is none of asyncio.
    """
    if not on_asyncio():
        raise UnsupportedEventLoopError
