"""A result together with the HTTP response that it was read from."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

import httpx

T_co = TypeVar("T_co", covariant=True)

REQUEST_IDS: tuple[str, ...] = ("x-request-id", "x-authing-request-id")
"""Headers in which the service names a request, for its support to find it by."""


@dataclass(frozen=True, repr=False)
class RawResponse(Generic[T_co]):
    """What an operation answered, and how the answer travelled.

    The repr shows neither the result nor the headers, since they may hold secrets.
    """

    parsed: T_co
    """What the method returns otherwise."""
    http_response: httpx.Response
    """The HTTP response. After a call that was sent again, it is the last one."""

    @property
    def status_code(self) -> int:
        """HTTP status."""
        return self.http_response.status_code

    @property
    def headers(self) -> httpx.Headers:
        """Headers of the response."""
        return self.http_response.headers

    @property
    def request_id(self) -> str | None:
        """What the service calls this request, for its support to find it by."""
        return next(
            (self.headers[name] for name in REQUEST_IDS if name in self.headers), None
        )

    @property
    def elapsed(self) -> timedelta:
        """Time from sending the request until its answer was read."""
        return self.http_response.elapsed

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(status_code={self.status_code},"
            f" request_id={self.request_id!r})"
        )
