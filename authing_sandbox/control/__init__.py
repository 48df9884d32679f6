"""The sandbox's own endpoints, for the developer rather than the client."""

import functools
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from ..addresses import is_foreign
from ..calls.bodies import JSON, is_of_type
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
        refusal = self._refusal(Headers(scope=scope), scope["method"])
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, headers: Headers, method: str) -> Response | None:
        """What a page of another site is told, whatever it wants."""
        origin, kind = headers.get("origin"), headers.get("content-type")
        own = self._server.hosts.is_own_page
        foreign = is_foreign(method, headers, by_click=True)
        if foreign or (origin is not None and not own(origin, headers["host"])):
            return _refused(403, "not for pages of other sites")
        # Without a type it comes from a program: a page would be named by its origin.
        if method != "GET" and kind is not None and not is_of_type(kind, JSON):
            return _refused(415, f"the body has to say that it is {JSON}")
        return None

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


def _refused(status: int, detail: str) -> Response:
    return JSONResponse({"detail": detail}, status)
