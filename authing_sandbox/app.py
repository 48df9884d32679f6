"""The server, put together."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from graphql import GraphQLSchema
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from . import control, rest
from .call import Server
from .clock import Clock
from .database import Database
from .gateway import Gateway
from .keys import Keys, load_keys
from .planting import plant
from .schema import build_schema
from .seed import Seed


@contextlib.asynccontextmanager
async def open_server(
    database_url: str, seed: Seed, clock: Clock
) -> AsyncGenerator[tuple[Server, GraphQLSchema]]:
    """Open the database, with keys and a first world in it, and read the schema."""
    database = Database(database_url)
    try:
        # The slow parts of starting, side by side.
        schema, keys = await asyncio.gather(
            asyncio.to_thread(build_schema), _prepare(database, seed, clock)
        )
        yield Server(database, clock, keys, seed), schema
    finally:
        await database.close()


async def _prepare(database: Database, seed: Seed, clock: Clock) -> Keys:
    await database.create_tables()
    async with database.unit(write=True) as unit:
        keys = await load_keys(unit.session)
        await plant(unit.session, seed, clock.now())
    return keys


def build_app(server: Server, schema: GraphQLSchema) -> Starlette:
    """The ASGI application of an open server."""

    def gateway(name: str) -> Route:
        return Route("/graphql", Gateway(name, schema, server).post, methods=["POST"])

    return Starlette(
        routes=[
            Mount("/users", routes=[gateway("USERS"), *rest.routes(server)]),
            Mount("/oauth", routes=[gateway("OAUTH")]),
            Mount("/sandbox", routes=control.routes(server)),
        ],
        exception_handlers={Exception: rest.answer_failure},
    )
