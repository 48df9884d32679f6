"""Carries requests by httpcore, the engine of httpx.

`Authing` is carried by it, and `AsyncAuthing` on event loops that are not asyncio's.
httpcore's own pool leaks places and looks at every connection for every request; here
each connection stands alone, and is kept only after an exchange that went well.
"""

import functools
from collections import defaultdict
from collections.abc import Mapping
from time import perf_counter
from typing import Self

import httpcore

from ..bodies import Body, BodyError, decoded
from ..deadlines import Deadline
from ..environment import Proxy
from ..exchange import Answer, RawHeaders, Request, header
from ..unanswered import (
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
from .engine import EngineOptions
from .httpcore_connections import AsyncHttpcoreConnection, Target, target_of
from .httpcore_extensions import extensions

_KNOWN_TARGETS = 64


class _Content:
    """A body in one piece.

    httpcore would make a generator of it, and trio minds those that are left.
    """

    def __init__(self, body: bytes) -> None:
        self._rest = [body]

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if not self._rest:
            raise StopAsyncIteration
        return self._rest.pop()


class AsyncHttpcoreEngine:
    """Carries requests by httpcore."""

    def __init__(self, options: EngineOptions) -> None:
        self._limit = options.max_response_bytes
        self._common = _encoded(options.headers)
        self._idle = defaultdict[tuple[bytes, bytes], list[AsyncHttpcoreConnection]](
            list
        )
        self._closed = False
        self._target = functools.lru_cache(_KNOWN_TARGETS)(target_of)

    async def exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Send a request and read its answer before the deadline."""
        started = perf_counter()
        target = self._target(request.url)
        idle = self._idle[target.origin]
        connection = idle.pop() if idle else AsyncHttpcoreConnection(target)
        connection.network.deadline = deadline
        reusable = False
        try:
            answer = await self._exchange(connection, target, request, deadline)
            reusable = connection.is_clean() and not answer.fault and not self._closed
        except (*_FAILURES, ValueError) as error:
            failure = _failure(error, deadline, target.proxy)
        else:
            answer.elapsed = perf_counter() - started
            return answer
        finally:
            if reusable:
                idle.append(connection)
            else:
                await connection.pool.aclose()
        # Here, since the errors of others may quote a header.
        raise failure

    async def aclose(self) -> None:
        """Close the idle connections; those under way are closed after their answer."""
        self._closed = True
        for idle in self._idle.values():
            while idle:
                await idle.pop().pool.aclose()

    async def _exchange(
        self,
        connection: AsyncHttpcoreConnection,
        target: Target,
        request: Request,
        deadline: Deadline,
    ) -> Answer:
        sent = httpcore.Request(
            request.method,
            target.url,
            headers=self._headers(request, target.host),
            content=_Content(request.body),
            extensions=extensions(deadline),
        )
        response = await connection.pool.handle_async_request(sent)
        try:
            check_proxy(response.status, target.proxy)
            answer = Answer(response.status, response.headers, b"")
            try:
                content = await self._body(connection, response)
                codings = header(response.headers, b"content-encoding") or ""
                answer.content = decoded(content, codings, self._limit)
            except BodyError as error:
                answer.fault = str(error)
            return answer
        finally:
            await response.aclose()

    def _headers(self, request: Request, host: bytes) -> RawHeaders:
        own = _encoded(request.headers)
        named = {name.lower() for name, _ in own}
        headers = [item for item in self._common if item[0].lower() not in named]
        if b"host" not in named:
            headers.insert(0, (b"Host", host))
        if request.body:
            own.append((b"Content-Length", b"%d" % len(request.body)))
        return headers + own

    async def _body(
        self, connection: AsyncHttpcoreConnection, response: httpcore.Response
    ) -> bytearray:
        body = Body(self._limit)
        async for piece in response.aiter_stream():
            try:
                body.add(piece)
            except BodyError as error:
                # The next step ends reading: trio minds generators that are left.
                connection.network.fault = error
        if connection.network.fault:
            raise connection.network.fault
        return body.content


_FAILURES = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    OSError,
)


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [
        (name.encode("ascii"), value.encode("latin-1"))
        for name, value in headers.items()
    ]


def _failure(
    error: Exception, deadline: Deadline, proxy: Proxy | None
) -> UnansweredError:
    if isinstance(error, httpcore.TimeoutException):
        if deadline.remaining() == 0:
            return late()
        if isinstance(error, httpcore.ConnectTimeout):
            return slow("it could not be connected to in time", never_sent=True)
        return slow("it sent nothing for too long")
    if isinstance(error, httpcore.ConnectError):
        return unreachable(str(error), proxy)
    if isinstance(error, httpcore.ProxyError):
        return refused(str(error).partition(" ")[0], proxy)
    if isinstance(error, (httpcore.LocalProtocolError, ValueError)):
        return unsendable()
    if isinstance(error, httpcore.RemoteProtocolError) and "disconnected" not in str(
        error
    ):
        return garbled()
    return lost()
