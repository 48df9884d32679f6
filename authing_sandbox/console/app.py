"""The page, put together."""

from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..calls.call import Server
from ..control import Control
from ..seeding.seed import Seed
from .access import AccessPage
from .inbox import Inbox
from .pool import Environment, PoolPage
from .rendering import HEADERS, root_of
from .requests import RequestLog
from .state import State
from .users import UserPages


def build(
    server: Server,
    seed: Seed,
    control: Control,
    environment: Environment,
) -> ASGIApp:
    """The application below `/console`."""
    users = UserPages(server, seed.pool_id)
    inbox = Inbox(server)
    state = State(control.commands)
    pool = PoolPage(server, seed.pool_id, control.commands, environment)
    log = RequestLog(server)
    return Router(
        [
            Route("/", _first),
            Route("/users", users.table),
            Route("/users/{id}", users.one),
            Route("/access", AccessPage(server, seed.pool_id).show),
            Route("/inbox", inbox.show),
            Route("/inbox/{id:int}/mail", inbox.mail),
            Route("/pool", pool.show),
            Route("/time", state.time),
            Route("/snapshots", state.snapshots),
            Route("/requests", log.show),
            Mount("/static", _Files(directory=Path(__file__).with_name("static"))),
        ]
    )


async def _first(request: Request) -> Response:
    return RedirectResponse(f"{root_of(request)}/console/users", 303)


class _Files(StaticFiles):
    """The script, the style and the icon: asked for anew, sent where they changed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS | {"cache-control": "no-cache"})
            await send(message)

        await super().__call__(scope, receive, send_with_headers)
