"""How a connection is made; without `await` it is done in another way."""

from typing import Any

import httpcore


def network() -> httpcore.AsyncNetworkBackend:
    """Return what connects: to the first address of a host that can be reached."""
    backend: Any = httpcore.AnyIOBackend()  # Its type depends on what is installed.
    found: httpcore.AsyncNetworkBackend = backend
    return found
