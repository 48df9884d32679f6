"""Connecting to Redis; needs the extra `redis`."""

from typing import Any

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError
from redis.retry import Retry

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


def check_event_loop() -> None:
    """Threads have none."""
