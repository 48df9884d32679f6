"""Sends requests, again where that can do no harm."""

import logging
import random
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx

from ..errors import AuthingResponseError, AuthingTimeoutError, AuthingTransportError
from ..text import sendable
from .waiting import sleep

logger = logging.getLogger("authing_gen")

RETRIED_STATUSES = frozenset({429, 502, 503, 504})
"""HTTP statuses that say "not now"."""

FIRST_DELAY = 0.25
LONGEST_DELAY = 8.0

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True)
class AsyncTransport:
    """An HTTP client and how often it tries."""

    http_client: httpx.AsyncClient
    timeout: float | httpx.Timeout | None
    max_retries: int

    async def send(
        self, request: httpx.Request, operation: str, *, idempotent: bool
    ) -> httpx.Response:
        """Send a request until an answer arrives.

        A request that never left is sent again; so is an idempotent one whose answer
        was lost or says "not now". The delay doubles each time, or is what
        `Retry-After` asks for; an answer that asks for more than 8 seconds is final.

        Raises:
            AuthingTransportError: No answer arrived.
        """
        for retries_left in range(self.max_retries, -1, -1):
            started = time.perf_counter()
            try:
                response = await self.http_client.send(request)
            except httpx.DecodingError as error:
                raise AuthingResponseError(
                    "a body that does not decompress", operation
                ) from error
            except httpx.LocalProtocolError:
                break
            except httpx.RequestError as error:
                if not retries_left or not _may_repeat(error, idempotent):
                    raise _transport_error(error, operation) from error
                reason, asked = type(error).__name__, None
            else:
                elapsed = (time.perf_counter() - started) * 1000
                status = response.status_code
                logger.debug("%s: HTTP %d in %.0f ms", operation, status, elapsed)
                if not (retries_left and idempotent and status in RETRIED_STATUSES):
                    return response
                reason, asked = f"HTTP {status}", _seconds_asked(response)
                if asked is not None and asked > LONGEST_DELAY:
                    return response
            delay = _delay(self.max_retries - retries_left, asked)
            logger.info("%s: %s, trying again in %.2f s", operation, reason, delay)
            await sleep(delay)
        # Here, because httpx's own error quotes the header, which may be secret.
        raise AuthingTransportError("a header or the URL cannot be sent", operation)

    def request(self, method: str, url: str, **content: Any) -> httpx.Request:
        """Build a request with the client's timeout.

        Raises:
            UnsendableTextError: The content holds half a character.
        """
        content.setdefault("timeout", self.timeout)
        build = partial(self.http_client.build_request, method, url, **content)
        return sendable(build)


def _may_repeat(error: httpx.RequestError, idempotent: bool) -> bool:
    return isinstance(error, _NEVER_SENT) or idempotent


def _seconds_asked(response: httpx.Response) -> float | None:
    asked = response.headers.get("Retry-After", "")
    return float(asked) if asked.isdecimal() else None


def _delay(retry: int, asked: float | None) -> float:
    if asked is not None:
        return asked
    longest = min(FIRST_DELAY * 2**retry, LONGEST_DELAY)
    return random.uniform(longest / 2, longest)  # noqa: S311 (spreads load, no secret)


def _transport_error(
    error: httpx.RequestError, operation: str
) -> AuthingTransportError:
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    place = error.request.url.netloc.decode()
    if isinstance(error, httpx.TimeoutException):
        return AuthingTimeoutError(
            f"no answer in time from {place} ({text})", operation
        )
    return AuthingTransportError(f"no answer from {place} ({text})", operation)
