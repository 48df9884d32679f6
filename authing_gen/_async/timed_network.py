"""A network whose every step ends at the deadline of the call that it is for."""

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from ..bodies import BodyError
from ..deadlines import Deadline
from ..unanswered import late, unreachable
from .network import network

_PIECE = 1 << 16


class AsyncTimedNetwork(httpcore.AsyncNetworkBackend):
    """Makes connections for one call after another.

    httpcore bounds each step by itself, so that a server that sends a byte now and then
    would hold a call for ever.
    """

    def __init__(self) -> None:
        self.deadline = Deadline(None)
        self.fault: BodyError | None = None
        """Ends the next step: what has come is more than may come."""
        self._network = network()

    def remaining(self, timeout: float | None) -> float | None:
        """Seconds that a step may take.

        Raises:
            UnansweredError: None are left.
            BodyError: There shall be no further step.
        """
        if self.fault:
            raise self.fault
        remaining = self.deadline.remaining(timeout)
        if remaining == 0:
            raise late()
        return remaining

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a host."""
        stream = await self._network.connect_tcp(
            host, port, self.remaining(timeout), local_address, socket_options
        )
        return _Stream(stream, self)


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(
        self, stream: httpcore.AsyncNetworkStream, network: AsyncTimedNetwork
    ) -> None:
        self._stream = stream
        self._network = network
        self._is_fresh = True

    def has_unread(self) -> bool:
        """Whether something has come, or the end, that was not read."""
        if self._stream.get_extra_info("ssl_object") is None:
            return bool(self._stream.get_extra_info("is_readable"))
        return self.has_unread_tls()

    def has_unread_tls(self) -> bool:
        """The same of a connection of TLS; httpcore looks at the others itself."""
        tls = self._stream.get_extra_info("ssl_object")
        if tls is None:
            return False
        try:
            self._stream.get_extra_info("socket").setblocking(False)
            tls.read(1)  # What has arrived may be for TLS itself, and no data.
        except ssl.SSLWantReadError:
            return False
        except OSError:
            pass
        return True

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, self._network.remaining(timeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._is_fresh:
            self._is_fresh = False
            if self.has_unread():
                raise unreachable("it speaks before it is asked")
        # In pieces, since whoever reads slowly may take many steps for each.
        for start in range(0, len(buffer), _PIECE):
            piece = buffer[start : start + _PIECE]
            await self._stream.write(piece, self._network.remaining(timeout))

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            stream = await self._stream.start_tls(
                ssl_context, server_hostname, self._network.remaining(timeout)
            )
        except BaseException:  # httpcore forgets to, where it is cancelled.
            await self.aclose()
            raise
        return _Stream(stream, self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
