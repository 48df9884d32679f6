"""The event loop of a sandbox that runs beside the code that uses it."""

import asyncio

from ..calls.clock import monotonic


class RealTimeLoop(asyncio.SelectorEventLoop):
    """Its timers go by real time, whatever a test does to the time of its process."""

    def time(self) -> float:
        """Seconds by which timers are set."""
        return monotonic()
