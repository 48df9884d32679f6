"""The server, put together."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from graphql import GraphQLSchema
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Route

from .. import console, control
from ..calls.call import Server
from ..calls.clock import Clock
from ..calls.keys import Keys, load_keys
from ..calls.new_keys import NewKeys
from ..control import debugger
from ..graphql.documents import Documents
from ..graphql.gateway import Gateway
from ..graphql.schema import build_schema
from ..messages.delivery import Delivery
from ..seeding.demo import create_demo
from ..seeding.seed import Seed
from ..storage.database import Database, Unit
from . import rest
from .sandbox import Sandbox

# Apps that are pages call the service from the browser. They cannot read with it what
# a cookie opens, nor anything under /sandbox.
_FROM_ANY_PAGE = [
    Middleware(
        CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"]
    )
]


@contextlib.asynccontextmanager
async def open_server(
    database_url: str, seed: Seed, clock: Clock, delivery: Delivery, new_keys: NewKeys
) -> AsyncGenerator[tuple[Server, GraphQLSchema]]:
    """Open the database, with keys and a first world in it, and read the schema."""
    database = Database(database_url)
    try:
        # The slow parts of starting, side by side.
        schema, keys = await asyncio.gather(
            asyncio.to_thread(build_schema), _prepare(database, seed, clock, new_keys)
        )
        server = Server(database, clock, keys, delivery.send)
        with server.at_end:
            yield server, schema
    finally:
        await database.close()


async def _prepare(
    database: Database, seed: Seed, clock: Clock, new_keys: NewKeys
) -> Keys:
    await database.create_tables()

    async def prepare(unit: Unit) -> Keys:
        keys = await load_keys(unit.session, new_keys)
        await create_demo(unit.session, seed, clock.now())
        return keys

    return await database.run(prepare, write=True)


def build_app(server: Server, schema: GraphQLSchema, seed: Seed) -> Starlette:
    """The ASGI application of an open server."""

    documents = Documents(schema)
    commands = control.Control(server, seed)

    def environment(url: str, secret: str) -> dict[str, str]:
        key = server.keys.passwords.public_key
        return Sandbox(url, key, seed.pool_id, secret, server.clock).environment

    def gateway(name: str) -> Route:
        one = Gateway(name, schema, documents, server)
        return Route("/graphql", one.post, methods=["POST"])

    return Starlette(
        routes=[
            Mount(
                "/users",
                routes=[gateway("USERS"), *rest.routes(server)],
                middleware=_FROM_ANY_PAGE,
            ),
            Mount("/oauth", routes=[gateway("OAUTH")], middleware=_FROM_ANY_PAGE),
            Mount("/sandbox", commands),
            *debugger.routes(server, seed),
            *console.routes(server, seed, commands, environment),
        ],
        exception_handlers={Exception: rest.answer_failure},
    )
