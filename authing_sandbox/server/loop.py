"""The event loop of a sandbox that runs beside the code that uses it."""

import asyncio
import socket
from functools import partial
from typing import Any

from anyio.to_thread import run_sync

from ..calls.clock import monotonic


class RealTimeLoop(asyncio.SelectorEventLoop):
    """Its timers go by real time, whatever a test does to the time of its process."""

    def time(self) -> float:
        """Seconds by which timers are set."""
        return monotonic()

    async def getaddrinfo(
        self,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        """Look a name up, in a thread that the end does not wait for."""
        look_up = partial(socket.getaddrinfo, host, port, family, type, proto, flags)
        return await run_sync(look_up, abandon_on_cancel=True)
