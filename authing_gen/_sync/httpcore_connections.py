# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""Connections of httpcore, each of which stands alone."""

import ssl
import threading
from typing import Any, NamedTuple

import httpcore
import httpx

from ..environment import Proxy, proxy_for, tls_context
from .engine import KEEPALIVE
from .timed_network import TimedNetwork


class Target(NamedTuple):
    """Where a URL leads."""

    url: httpcore.URL
    host: bytes
    proxy: Proxy | None

    @property
    def origin(self) -> tuple[bytes, bytes]:
        """What a connection is for."""
        return self.url.scheme, self.host


def target_of(url: str) -> Target:
    """Read where a URL leads, and by which proxy the environment says."""
    parsed = httpx.URL(url)
    core = httpcore.URL(
        scheme=parsed.raw_scheme,
        host=parsed.raw_host,
        port=parsed.port,
        target=parsed.raw_path,
    )
    return Target(core, parsed.netloc, proxy_for(url))


class HttpcoreConnection:
    """One connection, which carries one request at a time."""

    def __init__(self, target: Target) -> None:
        self.network = TimedNetwork()
        self.pool = _pool(target, self.network)
        # An interrupt can leave httpcore's own one locked, and closing waits for it.
        self.pool._optional_thread_lock = threading.Lock()  # type: ignore[assignment]

    def is_clean(self) -> bool:
        """Whether nothing came after the answer.

        httpcore does not tell, and would read it as the next answer. It looks for what
        comes later when a connection is used again, but not into TLS.
        """
        found: Any = next(iter(self.pool.connections), None)
        while found is not None and not hasattr(found, "_h11_state"):
            found = getattr(found, "_connection", None)
        return (
            found is not None
            and not found._h11_state.trailing_data[0]
            and not found._network_stream.has_unread_tls()
        )


def _pool(target: Target, network: TimedNetwork) -> httpcore.ConnectionPool:
    tls: ssl.SSLContext | None = None
    if target.url.scheme == b"https":
        tls = tls_context()
    if target.proxy is None:
        return httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=1,
            keepalive_expiry=KEEPALIVE,
            network_backend=network,
        )
    proxy = httpx.Proxy(target.proxy.url)
    return httpcore.HTTPProxy(
        str(proxy.url),
        proxy_auth=proxy.raw_auth,
        ssl_context=tls,
        proxy_ssl_context=tls_context() if proxy.url.scheme == "https" else None,
        max_connections=1,
        keepalive_expiry=KEEPALIVE,
        network_backend=network,
    )
