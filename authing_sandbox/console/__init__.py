"""The sandbox's own page, for people: at `/`, and below `/console`.

What it shows it reads by the functions behind the control endpoints, and what one does
on it is a request to them: there is no other way to change anything here.
"""

import functools
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ..calls.call import Server
from ..control import Control
from ..seeding.seed import Seed

Environment = Callable[[str, str, str], dict[str, str]]
"""By the sandbox's URL, a pool and its secret, what points a client at it."""


def routes(
    server: Server, seed: Seed, control: Control, environment: Environment
) -> list[BaseRoute]:
    """The routes, relative to the sandbox itself."""
    console = _Console(server, seed, control, environment)
    return [Route("/", _home), Mount("/console", console)]


async def _home(request: Request) -> Response:
    """Show people the page; programs find nothing here."""
    if "text/html" not in request.headers.get("accept", ""):
        raise HTTPException(404, headers={"vary": "accept"})
    root = request.scope.get("root_path", "")
    return RedirectResponse(f"{root}/console/users", 303, {"vary": "accept"})


class _Console:
    """The application below `/console`."""

    def __init__(
        self, server: Server, seed: Seed, control: Control, environment: Environment
    ) -> None:
        self._parts = server, seed, control, environment

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # No database stores a NUL, so that nothing is found by this either.
        path = scope["path"].replace("\0", "\ufffd")
        query = scope["query_string"].replace(b"%00", b"%EF%BF%BD")
        await self._app({**scope, "path": path, "query_string": query}, receive, send)

    @functools.cached_property
    def _app(self) -> ASGIApp:
        from .app import build  # Here: see `deferred`.

        return build(*self._parts)
