"""How a connection is made: to one address of a host after another."""

import socket
from collections.abc import Iterable

import httpcore

from ..deadlines import Deadline


def network() -> httpcore.NetworkBackend:
    """Return what connects: to the first address of a host that can be reached."""
    return _Network()


class _Network(httpcore.SyncBackend):
    """Connects in the given time, however many addresses a host has.

    httpcore gives each of them all of it.
    """

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host; each of its addresses gets a share of what time is left.

        Raises:
            httpcore.ConnectTimeout: None could be connected to in time.
            httpcore.ConnectError: There is none, or the last one refuses.
        """
        deadline = Deadline(timeout)
        left = _addresses(host, port)
        while True:
            remaining = deadline.remaining()
            share = None if remaining is None else max(remaining / len(left), 0.001)
            try:
                return super().connect_tcp(
                    left.pop(0), port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not left:
                    raise


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        numeric = socket.NI_NUMERICHOST | socket.NI_NUMERICSERV
        return [socket.getnameinfo(one[4], numeric)[0] for one in found]
    except OSError as error:
        raise httpcore.ConnectError(error) from error
