"""A server on a real socket that answers what a test tells it to.

It keeps everything it was asked, so that a test can say what must have arrived.
"""

import asyncio
import contextlib
import json
import ssl
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

INIT = "getClientWhenSdkInit"


@dataclass(frozen=True)
class Seen:
    """One request that arrived."""

    method: str
    target: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.content)
        return body

    @property
    def variables(self) -> dict[str, Any]:
        variables: dict[str, Any] = self.body["variables"]
        return variables

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.content.decode()))

    @property
    def token(self) -> str | None:
        header = self.headers.get("authorization")
        return None if header is None else header.removeprefix("Bearer ")

    @property
    def name(self) -> str:
        """The operation, or the path of a REST endpoint."""
        if self.target.endswith("/graphql"):
            return str(self.body["operationName"])
        return self.target


@dataclass(frozen=True)
class Reply:
    """What the server does with a request."""

    content: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    held: asyncio.Event | None = None
    """Set it to let the reply go."""


DROPPED = Reply(b"", status=0)
"""The connection is closed instead."""


def answered(body: object, status: int = 200, **headers: str) -> Reply:
    """Any JSON."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    content = json.dumps(body).encode()
    return Reply(content, status, {"content-type": "application/json", **names})


def data(**fields: object) -> Reply:
    """A GraphQL answer."""
    return answered({"data": fields})


def refused(code: object, message: str = "不可以", data: object = None) -> Reply:
    """A business error, as the service words it."""
    error = {"code": code, "message": message, "data": data}
    return answered({"errors": [{"message": error}], "data": None})


def html(status: int) -> Reply:
    """What stands in front of the service answers itself."""
    page = f"<html><h1>{status}</h1></html>".encode()
    return Reply(page, status, {"content-type": "text/html"})


def held(reply: Reply) -> tuple[Reply, asyncio.Event]:
    """A reply that waits until the event is set."""
    event = asyncio.Event()
    return replace(reply, held=event), event


def owner(token: str) -> Reply:
    """An OwnerToken."""
    return data(getClientWhenSdkInit={"accessToken": token, "clientInfo": None})


def jwt(name: str, lifetime: float, age: float = 0) -> str:
    """A token that says how long it is valid."""
    issued = time.time() - age
    claims = {"name": name, "iat": issued, "exp": issued + lifetime}
    parts = ({"alg": "none"}, claims)
    texts = (urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts)
    return ".".join(text.rstrip("=") for text in texts) + ".signature"


Handler = Callable[[Seen], Awaitable[Reply]]


class ScriptedServer:
    """Answers by operation name, or by path where the request is no GraphQL."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._scripts: dict[str, list[Reply]] = {}
        self._handlers: dict[str, Handler] = {}
        self._connections: set[asyncio.Task[None]] = set()
        self._arrival = asyncio.Event()
        self.url = ""

    def answer(self, name: str, *replies: Reply) -> None:
        """Answer with these in turn; the last one stays."""
        self._scripts[name] = list(replies)

    def handle(self, name: str, handler: Handler) -> None:
        """Answer with what a function makes of each request."""
        self._handlers[name] = handler

    def calls(self, name: str) -> list[Seen]:
        """What arrived for an operation or a path."""
        return [seen for seen in self.seen if seen.name == name]

    async def arrived(self, name: str, count: int = 1) -> None:
        """Wait until so many requests are there."""
        while len(self.calls(name)) < count:
            self._arrival.clear()
            await self._arrival.wait()

    @contextlib.asynccontextmanager
    async def serving(
        self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
    ) -> AsyncIterator[None]:
        listener = await asyncio.start_server(self._connected, host, 0, ssl=tls)
        port = listener.sockets[0].getsockname()[1]
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.url = f"{'https' if tls else 'http'}://{place}"
        try:
            yield
        finally:
            listener.close()
            for connection in self._connections:
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._connections.add(task)
        await asyncio.wait([task])

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError, EOFError):
            while (reply := await self._reply(reader)).status:
                writer.write(_as_http(reply))
                await writer.drain()

    async def _reply(self, reader: asyncio.StreamReader) -> Reply:
        seen = await read_request(reader)
        self.seen.append(seen)
        self._arrival.set()
        if seen.name in self._handlers:
            return await self._handlers[seen.name](seen)
        replies = self._scripts[seen.name]
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if reply.held is not None:
            await reply.held.wait()
        return reply


async def read_request(reader: asyncio.StreamReader) -> Seen:
    """Read one request from a connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    start, *lines = head.rstrip().split("\r\n")
    method, target, _ = start.split(" ")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        first = headers.get(name.lower())
        headers[name.lower()] = value if first is None else f"{first}, {value}"
    length = int(headers.get("content-length", "0"))
    return Seen(method, target, headers, await reader.readexactly(length))


def _as_http(reply: Reply) -> bytes:
    headers = {**reply.headers, "content-length": str(len(reply.content))}
    lines = [f"HTTP/1.1 {reply.status} Scripted"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + reply.content
