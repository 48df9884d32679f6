"""What carries requests: the one seam below everything that sends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ..deadlines import Deadline
from ..exchange import Answer, Request

KEEPALIVE = 15.0
"""Seconds that an idle connection is kept."""


@dataclass(frozen=True)
class EngineOptions:
    """What every engine obeys."""

    max_connections: int
    max_response_bytes: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """What every request has, but for those that have their own of the same name."""


class AsyncEngine(Protocol):
    """Carries requests. It keeps no cookies, follows no redirects, tries once."""

    async def exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Send a request and read its answer before the deadline.

        Raises:
            UnansweredError: No whole answer arrived.
            AuthingConfigurationError: The environment keeps it from being sent.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
