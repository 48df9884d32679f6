"""The debugger: GraphiQL for both gateways, at `/graphiql`.

Its page is built from `debugger/` with npm and lies packed in this package; it takes
nothing from any other origin, and its browser is told to refuse what would.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from ..calls.call import Server
from ..seeding.seed import AD_CONNECTOR_ID, DIRECTORY_PASSWORD, OIDC_APP_ID, Seed
from ..storage.tables import Pool
from .packed import PackedFiles

PACKED = Path(__file__).parents[1] / "debugger/page.tar.xz"

_UNBUILT = """\
The debugger has not been built.

Its page comes with the wheel of this package. In a checkout, build it with Node.js 20
or newer and npm:

    make debugger

and start the sandbox again.
"""
_NOT_UNPACKED = """\
The debugger's page cannot be unpacked: this Python has been built without lzma.

Install the headers of liblzma (Debian: liblzma-dev) and build Python again, or take one
that has it, as those of python.org, Debian and Docker do.
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
    if not PACKED.is_file():
        return [Route("/graphiql", partial(_say, _UNBUILT))]
    files = PackedFiles(PACKED)
    return [
        Route("/graphiql", partial(_page, files)),
        Route("/graphiql/sandbox.json", partial(_facts, server, seed)),
        Route("/graphiql/assets/{name}", partial(_asset, files)),
    ]


async def _page(files: PackedFiles, request: Request) -> Response:
    headers = {**_HEADERS, "cache-control": "no-cache"}
    try:
        return await files.answer(request, "index.html", headers)
    except ImportError:
        return await _say(_NOT_UNPACKED, request)


async def _asset(files: PackedFiles, request: Request) -> Response:
    """A script, style or worker: each under a name that changes with its content."""
    headers = {**_HEADERS, "cache-control": "public, max-age=31536000, immutable"}
    return await files.answer(request, f"assets/{request.path_params['name']}", headers)


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


async def _say(what: str, _: Request) -> Response:
    return PlainTextResponse(what, status_code=503)
