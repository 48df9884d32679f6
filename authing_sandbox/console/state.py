"""The clock, and the snapshots."""

from starlette.requests import Request
from starlette.responses import Response

from ..control.endpoints import Control
from .rendering import page

STEPS = {
    # Seconds, and what they let expire by default.
    "minute": 60,
    "code": 600,
    "hour": 3600,
    "day": 24 * 3600,
    "token": 15 * 24 * 3600,
}


class State:
    """The pages."""

    def __init__(self, control: Control) -> None:
        self._control = control

    async def time(self, request: Request) -> Response:
        """What time it is, and buttons that move it."""
        clock = await self._control.read_clock()
        return page(request, "time.html", clock=clock, steps=STEPS)

    async def snapshots(self, request: Request) -> Response:
        """The snapshots that are kept, newest first."""
        kept = await self._control.read_snapshots()
        return page(request, "snapshots.html", snapshots=[*reversed(kept)])
