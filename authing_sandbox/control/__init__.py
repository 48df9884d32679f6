"""The sandbox's own endpoints, for the developer rather than the client."""

import functools
from typing import TYPE_CHECKING

from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from ..calls.call import Server
from ..seeding.seed import Seed
from . import ready

if TYPE_CHECKING:
    from .endpoints import Control as Commands


class Control:
    """The application below `/sandbox`."""

    def __init__(self, server: Server, seed: Seed) -> None:
        self._server, self._seed = server, seed
        first = [endpoint.route for endpoint in ready.endpoints(server)]
        self._app = Router(first, default=self._answer_other)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def _answer_other(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._others(scope, receive, send)

    @functools.cached_property
    def _others(self) -> ASGIApp:
        from .endpoints import build  # Here: see `deferred`.

        return build(self._server, self._seed, self.commands)

    @functools.cached_property
    def commands(self) -> "Commands":
        """What most of the endpoints do, for who has another way to show it."""
        from .endpoints import Control as Commands

        return Commands(self._server, self._seed)
