"""Connections of aiohttp that take nothing for an answer that nobody asked for."""

import asyncio
import functools
import select
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.tracing import Trace

from ._async.engine import KEEPALIVE
from .unanswered import unreachable

_END_OF_HEAD = b"\r\n\r\n"
_REASON = "Between answers"
_PROBE = f"HTTP/1.1 204 {_REASON}\r\n\r\n".encode()


def guarded_connector() -> aiohttp.TCPConnector:
    """Make what connects, on the event loop that runs.

    How many connections there are is bounded elsewhere, where cancelling a call cannot
    leak one.
    """
    connector = _Connector(limit=0, keepalive_timeout=KEEPALIVE)
    connector._factory = functools.partial(  # type: ignore[assignment] # pyright: ignore[reportPrivateUsage]
        _Connection, asyncio.get_running_loop()
    )
    return connector


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
