"""The log of requests, and one of them opened."""

from starlette.requests import Request
from starlette.responses import Response

from ..calls.call import Server
from ..control.requests import Later, Requests
from ..endpoints.endpoint import RefusedError
from .rendering import page


class RequestLog:
    """The page."""

    def __init__(self, server: Server) -> None:
        self._requests = Requests(server)

    async def show(self, request: Request) -> Response:
        """The requests, newest first, and the one that is open."""
        found = await self._requests.read_requests(Later(count=200))
        opened = None
        if id := request.query_params.get("id"):
            try:
                opened = await self._requests.read_request(id)
            except RefusedError:
                opened = None
        return page(
            request, "requests.html", requests=[*reversed(found)], opened=opened
        )
