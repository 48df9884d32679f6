"""The debugger: GraphiQL for both gateways, at `/graphiql`.

Its page is built from `debugger/` with npm and lies in this package; it takes
nothing from any other origin, and its browser is told to refuse what would.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from ..calls.call import Server
from ..seeding.seed import AD_CONNECTOR_ID, DIRECTORY_PASSWORD, OIDC_APP_ID, Seed
from ..storage.tables import Pool

FOLDER = Path(__file__).parents[1] / "debugger"

_UNBUILT = """\
The debugger has not been built.

Its page comes with the wheel of this package. In a checkout, build it with Node.js 20
or newer and npm:

    make debugger

and start the sandbox again.
"""
_HEADERS = {
    # Monaco writes style attributes and carries its icons as data.
    "content-security-policy": "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def routes(server: Server, seed: Seed) -> Sequence[BaseRoute]:
    """The routes, relative to the sandbox itself."""
    if not (FOLDER / "index.html").is_file():
        return [Route("/graphiql", _say_how_to_build)]
    return [
        Route("/graphiql", _page),
        Route("/graphiql/sandbox.json", partial(_facts, server, seed)),
        Mount("/graphiql/assets", _Assets(directory=FOLDER / "assets")),
    ]


class _Assets(StaticFiles):
    """Scripts, styles and workers: each under a name that changes with its content."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers["cache-control"] = "public, max-age=31536000, immutable"
            await send(message)

        await super().__call__(scope, receive, send_with_headers)


async def _page(_: Request) -> Response:
    headers = {**_HEADERS, "cache-control": "no-cache"}
    return FileResponse(FOLDER / "index.html", headers=headers)


async def _facts(server: Server, seed: Seed, request: Request) -> Response:
    """What the page fills examples and tokens in with; a sandbox has no secrets."""
    root = request.scope.get("root_path", "")
    async with server.database.unit(write=False) as unit:
        pool = await unit.session.get(Pool, seed.pool_id)
    return JSONResponse(
        {
            "gateways": {name: f"{root}/{name}/graphql" for name in ("users", "oauth")},
            "publicKey": server.keys.passwords.public_key,
            "poolId": seed.pool_id,
            "secret": pool.app_secret if pool else seed.secret,
            "oidcAppId": OIDC_APP_ID,
            "adConnectorId": AD_CONNECTOR_ID,
            "directoryUser": "fry",
            "directoryPassword": DIRECTORY_PASSWORD,
        },
        headers={**_HEADERS, "cache-control": "no-store"},
    )


async def _say_how_to_build(_: Request) -> Response:
    return PlainTextResponse(_UNBUILT, status_code=503)
