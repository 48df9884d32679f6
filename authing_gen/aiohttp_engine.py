"""Carries requests by aiohttp: the engine of the client that waits with `await`.

`docs/dependencies.md` says why it is this one.
"""

import asyncio
import functools
import select
import ssl
from collections.abc import Callable
from io import BytesIO
from time import perf_counter
from typing import Any, NamedTuple

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.tracing import Trace
from yarl import URL

from ._async.engine import KEEPALIVE, EngineOptions
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
_END_OF_HEAD = b"\r\n\r\n"
_REASON = "Between answers"
_PROBE = f"HTTP/1.1 204 {_REASON}\r\n\r\n".encode()


class _Target(NamedTuple):
    """Where a URL leads."""

    url: URL
    proxy: Proxy | None
    tls: ssl.SSLContext | bool


class _Connection(ResponseHandler):
    """A connection that is used only while nothing has come that was not asked for.

    aiohttp looks for another whole answer when a connection becomes idle; not for part
    of one, nor for what comes later, and would read it as the next answer.
    """

    _arrivals: Callable[[], bool] = staticmethod(lambda: False)
    _head: int | None = None
    _received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to watch what arrives."""
        super().connection_made(transport)
        self._arrivals = _watch(transport.get_extra_info("socket"))

    def set_response_params(self, **params: Any) -> None:
        """Begin with the answer to a request."""
        self._head, self._received = None, 0
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Take what arrives, and count it."""
        if self._head is None and (end := data.find(_END_OF_HEAD)) >= 0:
            self._head = self._received + end + len(_END_OF_HEAD)
        self._received += len(data)
        super().data_received(data)

    def is_connected(self) -> bool:
        """Whether the connection can carry another request."""
        return (
            super().is_connected()
            and not self.should_close
            and self._is_between_answers()
            and not self._arrivals()
        )

    def has_spoken(self) -> bool:
        """Whether something came before the first request."""
        if self._tail:
            return True
        # Sessions of TLS are kept up by bytes that are no answers.
        encrypted = self.transport and self.transport.get_extra_info("sslcontext")
        return not encrypted and self._arrivals()

    def _is_between_answers(self) -> bool:
        body = getattr(self._payload, "total_bytes", 0)
        if self._head is not None and self._received == self._head + body:
            return True  # As a body of known length ends. Others need a closer look.
        # Each request has a parser of its own, so that this one is no longer needed.
        parser: Any = self._parser
        try:
            parsed = parser.feed_data(_PROBE)
            return bool(parsed[0][0][0].reason == _REASON)
        except Exception:  # Whatever a parser says of half an answer.
            return False


class _Connector(aiohttp.TCPConnector):
    """Makes connections, and refuses those that speak before they are asked."""

    async def _create_connection(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,
    ) -> ResponseHandler:
        made = await super()._create_connection(req, traces, timeout)
        if isinstance(made, _Connection) and made.has_spoken():
            made.close()
            raise unreachable("it speaks before it is asked")
        return made


def _watch(connected: Any) -> Callable[[], bool]:
    """Return what says whether something, or the end, has arrived and is not read."""
    if connected is None:
        return lambda: False
    if not hasattr(select, "poll"):  # Windows
        return lambda: bool(select.select([connected], [], [], 0)[0])
    poll = select.poll()
    poll.register(connected, select.POLLIN)
    return lambda: bool(poll.poll(0))


class AiohttpEngine:
    """Carries requests by aiohttp, on the event loop that it is made on."""

    def __init__(self, options: EngineOptions) -> None:
        self._limit = options.max_response_bytes
        self._watchdog = Watchdog()
        # How many there are is bounded above, where cancelling a call cannot leak one.
        connector = _Connector(limit=0, keepalive_timeout=KEEPALIVE)
        connector._factory = functools.partial(  # type: ignore[assignment] # pyright: ignore[reportPrivateUsage]
            _Connection, asyncio.get_running_loop()
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
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
            headers=request.headers,
            allow_redirects=False,
            proxy=target.proxy.url if target.proxy else None,
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
    try:
        parsed = URL(url)
    except ValueError:
        raise unsendable() from None
    proxy = proxy_for(url)
    schemes = (parsed.scheme, proxy.scheme if proxy else "")
    return _Target(parsed, proxy, tls_context() if "https" in schemes else True)


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
