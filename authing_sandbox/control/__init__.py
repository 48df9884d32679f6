"""The sandbox's own endpoints, for the developer rather than the client."""

import functools

from starlette.types import ASGIApp, Receive, Scope, Send

from ..call import Server


class Control:
    """The application below `/sandbox`."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    @functools.cached_property
    def _app(self) -> ASGIApp:
        # Not at the start: reading the models takes longer than the rest of it.
        from .endpoints import build

        return build(self._server)
