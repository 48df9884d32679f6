"""Carries requests by aiohttp: the engine of the client that waits with `await`.

`docs/dependencies.md` says why it is this one.
"""

import functools
import ssl
from io import BytesIO
from time import perf_counter
from typing import NamedTuple

import aiohttp
from yarl import URL

from ._async.engine import EngineOptions
from .aiohttp_connections import guarded_connector
from .bodies import Body, BodyError, decoded, too_large
from .deadlines import Deadline
from .environment import Proxy, proxy_for, tls_context
from .exchange import Answer, Request
from .unanswered import (
    UnansweredError,
    check_proxy,
    garbled,
    late,
    lost,
    refused,
    slow,
    unreachable,
    unsendable,
)
from .watchdog import Watchdog

_KNOWN_TARGETS = 64
_LARGE = 1 << 20
_UNBOUNDED = aiohttp.ClientTimeout(total=None, sock_connect=None, sock_read=None)


class _Target(NamedTuple):
    """Where a URL leads."""

    url: URL
    proxy: Proxy | None
    tls: ssl.SSLContext | bool
    headers: dict[str, str]
    """What the proxy is told with each request."""
    proxy_headers: dict[str, str]
    """What it is told when it makes a tunnel."""


class AiohttpEngine:
    """Carries requests by aiohttp, on the event loop that it is made on."""

    def __init__(self, options: EngineOptions) -> None:
        self._limit = options.max_response_bytes
        self._watchdog = Watchdog()
        self._session = aiohttp.ClientSession(
            connector=guarded_connector(),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=options.headers,
            timeout=_UNBOUNDED,
            auto_decompress=False,
        )
        # A lost GET may have sent an SMS: who calls says what is sent again.
        self._session._retry_connection = False  # pyright: ignore[reportPrivateUsage]
        self._target = functools.lru_cache(_KNOWN_TARGETS)(_target)

    async def exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Send a request and read its answer before the deadline."""
        started = perf_counter()
        target = self._target(request.url)
        try:
            with self._watchdog.within(deadline.remaining()):
                answer = await self._exchange(request, target, deadline)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = _failure(error, target.proxy)
        else:
            answer.elapsed = perf_counter() - started
            return answer
        # Here, since aiohttp's own errors hold the request, and so its secrets.
        raise failure

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def _exchange(
        self, request: Request, target: _Target, deadline: Deadline
    ) -> Answer:
        response = await self._session.request(
            request.method,
            target.url,
            data=_payload(request.body),
            headers={**request.headers, **target.headers},
            allow_redirects=False,
            proxy=target.proxy.place if target.proxy else None,
            proxy_headers=target.proxy_headers,
            ssl=target.tls,
            timeout=_phases(deadline),
        )
        answer = Answer(response.status, response.raw_headers, b"")
        try:
            check_proxy(answer.status, target.proxy)
            answer.content = await self._content(response)
        except BodyError as error:
            answer.fault = str(error)
        finally:
            response.close()  # Drops what has not been read to its end.
        return answer

    async def _content(self, response: aiohttp.ClientResponse) -> bytes | bytearray:
        length = response.content_length
        codings = response.headers.get("Content-Encoding", "")
        if length is not None:
            if length > self._limit:
                raise too_large(self._limit)
            return decoded(await response.read(), codings, self._limit)
        body = Body(self._limit)
        async for piece in response.content.iter_any():
            body.add(piece)
        return decoded(body.content, codings, self._limit)


def _payload(body: bytes) -> aiohttp.Payload | None:
    if not body:
        return None
    # What is large is sent in pieces: aiohttp warns of it otherwise.
    large = len(body) > _LARGE
    return (
        aiohttp.BytesIOPayload(BytesIO(body)) if large else aiohttp.BytesPayload(body)
    )


def _target(url: str) -> _Target:
    parsed = URL(url)
    proxy = proxy_for(url)
    schemes = (parsed.scheme, proxy.scheme if proxy else "")
    tls = tls_context() if "https" in schemes else True
    # aiohttp would write a name and a password in Latin-1, and only those it can.
    pair = proxy.authorization if proxy else None
    told = {"Proxy-Authorization": pair} if pair else {}
    plain, tunnel = ({}, told) if parsed.scheme == "https" else (told, {})
    return _Target(parsed, proxy, tls, plain, tunnel)


def _phases(deadline: Deadline) -> aiohttp.ClientTimeout:
    if deadline.connect is deadline.read is None:
        return _UNBOUNDED
    return aiohttp.ClientTimeout(
        total=None, sock_connect=deadline.connect, sock_read=deadline.read
    )


def _failure(error: Exception, proxy: Proxy | None) -> UnansweredError:
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return slow("it could not be connected to in time", never_sent=True)
    if isinstance(error, aiohttp.ServerTimeoutError):
        return slow("it sent nothing for too long")
    if isinstance(error, TimeoutError):
        return late()
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return refused(error.status, proxy)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return unreachable(str(error.certificate_error), proxy)
    if isinstance(error, aiohttp.ClientConnectorError):
        return unreachable(str(error.os_error), proxy)
    if isinstance(error, aiohttp.ClientResponseError):
        return garbled()
    if isinstance(error, (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)):
        return lost()
    return lost() if isinstance(error, OSError) else unsendable()
