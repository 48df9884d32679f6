"""Serving over HTTP."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator
from dataclasses import dataclass

import uvicorn

from ..calls.clock import Clock
from ..calls.new_keys import NewKeys
from ..calls.request_log import logged
from ..messages.delivery import Delivery
from ..seeding.seed import Seed
from .app import build_app, open_server
from .connection import Connection


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    url: str
    public_key: str


@contextlib.asynccontextmanager
async def serving(
    host: str,
    port: int,
    database_url: str,
    seed: Seed,
    clock: Clock,
    delivery: Delivery,
    new_keys: NewKeys,
) -> AsyncGenerator[Served]:
    """Serve on a port, a free one where it is 0, for as long as the block lasts."""
    async with open_server(database_url, seed, clock, delivery, new_keys) as (
        server,
        schema,
    ):
        listener = _listen(host, port)
        http = uvicorn.Server(
            uvicorn.Config(
                logged(build_app(server, schema, seed)),
                http=Connection,
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                # uvicorn's 5 s end connections just when a client takes them up again.
                timeout_keep_alive=75,
                timeout_graceful_shutdown=5,
            )
        )
        ended = asyncio.create_task(http.serve(sockets=[listener]))
        name = f"[{host}]" if listener.family is socket.AF_INET6 else host
        url = f"http://{name}:{listener.getsockname()[1]}"
        try:
            yield Served(url, server.keys.passwords.public_key)
        finally:
            server.stopping.set()
            http.should_exit = True
            await ended


def _listen(host: str, port: int) -> socket.socket:
    """Listen at once, so that whoever connects early waits instead of failing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off (40 ms an answer) only where TCP is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen()
    return listener
