"""Carries requests by aiohttp: the engine of the client that waits with `await`.

`docs/dependencies.md` says why it is this one.
"""

import asyncio
import functools
import ssl
from time import perf_counter
from typing import NamedTuple

import aiohttp
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from ._async.engine import KEEPALIVE, EngineOptions
from .bodies import Body, BodyError, decoded, too_large
from .deadlines import Deadline
from .environment import Proxy, proxy_for, tls_context
from .exchange import Answer, Request
from .unanswered import (
    UnansweredError,
    garbled,
    late,
    lost,
    slow,
    unreachable,
    unsendable,
)

_KNOWN_TARGETS = 64
_UNBOUNDED = aiohttp.ClientTimeout(total=None, sock_connect=None, sock_read=None)


class _Target(NamedTuple):
    """Where a URL leads."""

    url: URL
    proxy: Proxy | None
    tls: ssl.SSLContext | bool


class _Connection(ResponseHandler):
    """A connection that is not used again when bytes came after its answer.

    aiohttp looks for them when a connection becomes idle, but not when it is taken up
    again, and would read them as the next answer.
    """

    def is_connected(self) -> bool:
        """Whether the connection can carry another request."""
        return super().is_connected() and not self.should_close


class AiohttpEngine:
    """Carries requests by aiohttp, on the event loop that it is made on."""

    def __init__(self, options: EngineOptions) -> None:
        self._limit = options.max_response_bytes
        # How many there are is bounded above, where cancelling a call cannot leak one.
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEPALIVE)
        connector._factory = functools.partial(  # type: ignore[assignment] # pyright: ignore[reportPrivateUsage]
            _Connection, asyncio.get_running_loop()
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_UNBOUNDED,
            auto_decompress=False,
        )
        self._target = functools.lru_cache(_KNOWN_TARGETS)(_target)

    async def exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Send a request and read its answer before the deadline."""
        started = perf_counter()
        target = self._target(request.url)
        try:
            async with asyncio.timeout(deadline.remaining()):
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
        async with self._session.request(
            request.method,
            target.url,
            data=request.body or None,
            headers=request.headers,
            allow_redirects=False,
            proxy=target.proxy.url if target.proxy else None,
            ssl=target.tls,
            timeout=_phases(deadline),
        ) as response:
            answer = Answer(response.status, response.raw_headers, b"")
            try:
                answer.content = await self._content(response)
            except BodyError as error:
                answer.fault = str(error)
                response.close()
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


def _target(url: str) -> _Target:
    parsed = URL(url)
    return _Target(parsed, proxy_for(url), parsed.scheme != "https" or tls_context())


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
        return unreachable(f"the proxy answers HTTP {error.status}", proxy)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return unreachable(str(error.certificate_error), proxy)
    if isinstance(error, aiohttp.ClientConnectorError):
        return unreachable(str(error.os_error), proxy)
    if isinstance(error, aiohttp.ClientResponseError):
        return garbled()
    if isinstance(error, (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)):
        return lost()
    return lost() if isinstance(error, OSError) else unsendable()
