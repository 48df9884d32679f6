"""A server whose every byte a test decides, in a thread of its own.

It goes on while the test's event loop waits, works or does not run at all, so that the
same server stands before a client of asyncio, of trio and of threads.
"""

import asyncio
import contextlib
import json
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Self

import pytest
import trustme

from .scripted import INIT, Seen, read_request

everywhere = pytest.mark.parametrize(
    ("client_kind", "anyio_backend"),
    [("async", "asyncio"), ("sync", "asyncio"), ("async", "trio")],
    ids=["asyncio", "threads", "trio"],
    indirect=["client_kind"],
)
"""Runs a test over all that carries requests: aiohttp, and httpcore in both ways."""


class Peer:
    """One connection, as the server has it."""

    def __init__(
        self,
        number: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        seen: list[Seen],
    ) -> None:
        self.number = number
        """How many were there before it."""
        self.reader = reader
        self.writer = writer
        self._seen = seen

    async def request(self) -> Seen:
        """Read the next request."""
        seen = await read_request(self.reader)
        self._seen.append(seen)
        return seen

    async def requests(self) -> AsyncIterator[Seen]:
        """Read requests until the client leaves."""
        while True:
            yield await self.request()

    async def send(self, *pieces: bytes, pause: float = 0) -> None:
        """Send pieces, each by itself, with a pause between any two."""
        for number, piece in enumerate(pieces):
            if number:
                await asyncio.sleep(pause)
            self.writer.write(piece)
            await self.writer.drain()

    async def leave(self) -> None:
        """Close the connection when the client has all that was sent."""
        self.writer.close()
        await self.writer.wait_closed()

    async def dribble(self, start: bytes, endless: bytes) -> None:
        """Send a start, and then the same bytes again and again, for ever."""
        await self.send(start)
        while True:
            await asyncio.sleep(0.02)
            await self.send(endless)


Script = Callable[[Peer], Awaitable[None]]


class ByteServer:
    """Runs a script for each connection that is made to it."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._tls = tls
        self._end = asyncio.Event()
        self._started: Future[int] = Future()
        self._tasks: set[asyncio.Task[None]] = set()
        self._peers: list[Peer] = []
        self.seen: list[Seen] = []
        """The requests that arrived."""

    @property
    def opened(self) -> int:
        """How many connections have been made."""
        return len(self._peers)

    @property
    def port(self) -> int:
        return self._started.result()

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}"

    def calls(self, name: str) -> list[Seen]:
        """What arrived for an operation."""
        return [seen for seen in self.seen if seen.name == name]

    def settings(self, **others: Any) -> dict[str, Any]:
        """What a client needs to know."""
        return {
            "user_pool_id": "the-pool",
            "secret": "the-pool-secret",
            "users_url": f"{self.url}/graphql",
            "oauth_url": f"{self.url}/graphql",
        } | others

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),))
        self._thread.start()
        self._started.result()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        listener = await asyncio.start_server(
            self._connected, "127.0.0.1", 0, ssl=self._tls, backlog=1000
        )
        self._started.set_result(listener.sockets[0].getsockname()[1])
        await self._end.wait()
        listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        peer = Peer(self.opened, reader, writer, self.seen)
        self._peers.append(peer)
        task = asyncio.ensure_future(self._talk(peer))
        self._tasks.add(task)
        await asyncio.wait([task])

    async def _talk(self, peer: Peer) -> None:
        try:
            with contextlib.suppress(OSError, EOFError):
                await self._script(peer)
        finally:
            peer.writer.transport.abort()


def trusted_tls(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server shows, so that clients trust it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def http(body: bytes, status: int = 200, **headers: str) -> bytes:
    """An answer as it travels, with the length of its body."""
    return head(status, content_length=str(len(body)), **headers) + body


def head(status: int = 200, **headers: str) -> bytes:
    """The head of an answer."""
    lines = [f"HTTP/1.1 {status} Bytewise", "Content-Type: application/json"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def chunk(data: bytes) -> bytes:
    """A piece of a body that is sent in chunks."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def graphql(**fields: object) -> bytes:
    """The body of a GraphQL answer."""
    return json.dumps({"data": fields}).encode()


def status_of(seen: Seen) -> bytes:
    """The answer to checkLoginStatus: it names the token of who asks."""
    status = {"status": True, "code": 200, "message": seen.token}
    return graphql(checkLoginStatus=status)


def answer_to(seen: Seen) -> bytes:
    """The answer to whatever these tests ask for."""
    if seen.name == INIT:
        token = {"accessToken": "owner-token", "clientInfo": None}
        return graphql(getClientWhenSdkInit=token)
    if seen.name == "user":
        return graphql(user=None)
    if seen.name == "userExist":
        return graphql(userExist=True)
    return status_of(seen)


@contextlib.contextmanager
def full_backlog() -> Iterator[str]:
    """A URL that connections are begun to, and never made."""
    with silent_at("127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def silent_at(address: str, port: int) -> Iterator[int]:
    """Listen, but accept no connection, and let no more wait than do already."""
    with contextlib.ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind((address, port))
        listener.listen(0)
        for _ in range(8):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
