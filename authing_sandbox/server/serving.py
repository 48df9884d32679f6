"""Serving over HTTP."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from ipaddress import ip_address

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from ..addresses import Hosts
from ..calls.clock import Clock
from ..calls.new_keys import NewKeys
from ..calls.request_log import logged
from ..messages.delivery import Delivery
from ..seeding.seed import Seed
from .app import build_app, open_server
from .bodies import limiting_bodies
from .hosts import checking_hosts
from .protocol import ImpatientProtocol

GRACE = 0.3
"""Seconds that answers which are under way have at the end."""


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    url: str
    public_key: str
    secret: str = field(repr=False)
    """The secret of the pool that is in force."""
    token_key: str = field(repr=False)


@contextlib.asynccontextmanager
async def serving(
    host: str,
    port: int,
    database_url: str,
    seed: Seed,
    clock: Clock,
    delivery: Delivery,
    new_keys: NewKeys,
    public_url: str | None,
    ending: threading.Event,
) -> AsyncGenerator[Served]:
    """Serve on a port, a free one where it is 0, for as long as the block lasts.

    Where `ending` is set before, nothing is begun any more.
    """
    hosts = Hosts(host, public_url)
    async with open_server(database_url, seed, clock, delivery, new_keys, hosts) as (
        server,
        schema,
        seed,
    ):
        listener = _listen(host, port)
        own_listener = listener.dup()  # uvicorn closes the other.
        app = ending_quietly(build_app(server, schema, seed), ending)
        http = uvicorn.Server(
            uvicorn.Config(
                logged(
                    checking_hosts(limiting_bodies(app), hosts), server.recent, clock
                ),
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                http=ImpatientProtocol,
                # uvicorn's 5 s end connections just when a client takes them up again.
                timeout_keep_alive=75,
                timeout_graceful_shutdown=1,
            )
        )
        ended = asyncio.create_task(http.serve(sockets=[listener]))
        url = _url(listener, host)
        try:
            keys = server.keys
            yield Served(
                public_url or url,
                keys.passwords.public_key,
                seed.secret,
                keys.token_secret,
            )
        finally:
            ending.set()
            server.stopping.set()
            http.should_exit = True
            await _end(http.server_state, ended)
            # A forked child may hold it open, and would keep the port.
            with own_listener, contextlib.suppress(OSError):
                own_listener.shutdown(socket.SHUT_RDWR)


async def _end(state: ServerState, ended: "asyncio.Task[None]") -> None:
    """Wait a moment for answers that are under way, and for nobody any longer."""
    done, _ = await asyncio.wait([ended], timeout=GRACE)
    if not done:
        for task in [*state.tasks]:
            task.cancel()
        await asyncio.sleep(0)
        for connection in [*state.connections]:
            connection.transport.close()
        await asyncio.wait([ended], timeout=GRACE / 5)
        for connection in [*state.connections]:
            connection.transport.abort()  # It does not take what it has asked for.
    await ended


def ending_quietly(app: ASGIApp, ending: threading.Event) -> ASGIApp:
    """The application; what begins after the end, or is interrupted by it, is a 503.

    Other threads set `ending`, since the event loop may first have calls to answer that
    came before.
    """
    has_ended = PlainTextResponse("It has ended.", 503)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if ending.is_set():
            return await has_ended(scope, receive, send)
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:
            if not ending.is_set():
                raise
            await has_ended(scope, receive, send)

    return answer


class CannotListenError(OSError):
    """The sandbox cannot listen where it was told to; says why in a line."""


def _listen(host: str, port: int) -> socket.socket:
    """Listen at once, so that whoever connects early waits instead of failing."""
    try:
        # Without flags, a name that is empty is nowhere, and not everywhere.
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # asyncio switches Nagle's algorithm off (40 ms an answer) only where TCP is
        # named.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
        except BaseException:
            listener.close()
            raise
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        number = getattr(error, "errno", None)
        raise CannotListenError(number, f"{host}:{port}: {reason.lower()}") from error
    return listener


def _url(listener: socket.socket, host: str) -> str:
    """Where a client reaches it: at all addresses is none, at this machine's is."""
    address, port = listener.getsockname()[:2]
    if ip_address(address.partition("%")[0]).is_unspecified:
        host = "::1" if listener.family is socket.AF_INET6 else "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
