"""The server, put together."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from graphql import GraphQLSchema
from sqlalchemy.exc import IntegrityError, StatementError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.routing import Mount, Route

from .. import console, control
from ..addresses import Hosts
from ..calls.bodies import BodyTooLargeError
from ..calls.call import Server
from ..calls.clock import Clock
from ..calls.errors import BusinessError
from ..calls.keys import Keys, load_keys
from ..calls.new_keys import NewKeys
from ..control import debugger
from ..graphql.documents import Documents
from ..graphql.gateway import Gateway
from ..graphql.schema import build_schema
from ..messages.delivery import Delivery
from ..seeding.demo import create_demo
from ..seeding.seed import Seed, SeedError
from ..storage.database import Database, Unit
from . import rest
from .bodies import answer_too_large
from .cors import PoolCORS
from .sandbox import Sandbox


@contextlib.asynccontextmanager
async def open_server(
    database_url: str,
    seed: Seed,
    clock: Clock,
    delivery: Delivery,
    new_keys: NewKeys,
    hosts: Hosts,
) -> AsyncGenerator[tuple[Server, GraphQLSchema, Seed]]:
    """Open the database, with keys and a first world in it, and read the schema.

    The seed is the one in force, which an older database has a say in.
    """
    database = Database(database_url)
    try:
        # The slow parts of starting, side by side.
        schema, (keys, seed) = await asyncio.gather(
            asyncio.to_thread(build_schema), _prepare(database, seed, clock, new_keys)
        )
        server = Server(database, clock, keys, delivery.send, hosts)
        with server.at_end:
            yield server, schema, seed
    finally:
        await database.close()


async def _prepare(
    database: Database, seed: Seed, clock: Clock, new_keys: NewKeys
) -> tuple[Keys, Seed]:
    await database.create_tables()

    async def prepare(unit: Unit) -> tuple[Keys, Seed]:
        keys = await load_keys(unit.session, new_keys)
        return keys, await create_demo(unit.session, seed, clock.now())

    try:
        return await database.run(prepare, write=True)
    except IntegrityError as error:
        raise SeedError(f"the seed contradicts itself: {error.orig}") from error
    except (BusinessError, StatementError, OverflowError, TypeError) as error:
        cause = getattr(error, "orig", None) or error
        raise SeedError(f"the seed cannot be used: {cause}") from error


def build_app(server: Server, schema: GraphQLSchema, seed: Seed) -> Starlette:
    """The ASGI application of an open server."""

    documents = Documents(schema)
    # Apps that are pages call the service from the browser.
    cors = [Middleware(PoolCORS, server=server)]
    commands = control.Control(server, seed)

    def environment(url: str, pool_id: str, secret: str) -> dict[str, str]:
        key, host = server.keys.passwords.public_key, server.hosts.listening
        sandbox = Sandbox(url, key, pool_id, secret, server.clock, host=host)
        return sandbox.environment

    def gateway(name: str) -> Route:
        one = Gateway(name, schema, documents, server)
        return Route("/graphql", one.post, methods=["POST"])

    return Starlette(
        routes=[
            Mount(
                "/users",
                routes=[gateway("USERS"), *rest.routes(server)],
                middleware=cors,
            ),
            Mount("/oauth", routes=[gateway("OAUTH")], middleware=cors),
            Mount("/sandbox", commands),
            *debugger.routes(server, seed),
            *console.routes(server, seed, commands, environment),
        ],
        exception_handlers={
            BodyTooLargeError: answer_too_large,
            ClientDisconnect: rest.answer_nobody,
            Exception: rest.answer_failure,
        },
    )
