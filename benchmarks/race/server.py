"""The server of the race: it answers at once, and counts the connections.

    python -m benchmarks.race.server CORE SANDBOX_URL

It prints its port, and then answers a question a line, as `child` does.
"""

import asyncio
import json
import sys
from typing import Any

from .answers import Answers, Headers
from .child import answer
from .meter import pin
from .setup import Sent

BACKLOG = 2048

WRITTEN_BY_LIBRARIES = ("host", "content-length")
"""Headers that every HTTP library writes itself."""


class Server:
    """What has been asked of it."""

    def __init__(self, sandbox_url: str) -> None:
        self.answers = Answers(sandbox_url)
        self.opened = 0
        self.last: tuple[Headers, bytes] = {}, b""
        """The newest request."""

    def connections(self) -> int:
        """Say how many connections have been opened."""
        return self.opened

    def sent(self) -> Sent:
        """Say what the newest request was."""
        headers, body = self.last
        kept = {n: v for n, v in headers.items() if n not in WRITTEN_BY_LIBRARIES}
        return {"headers": kept, "body": body.decode()}

    def windows(self) -> list[tuple[int, int]]:
        """Say which pages of users have been asked for since this was asked."""
        windows, self.answers.windows = self.answers.windows, []
        return windows

    def respond(self, path: str, headers: Headers, body: bytes) -> bytes:
        """Answer a request."""
        self.last = headers, body
        return self.answers.to(path, headers, body)


class Connection(asyncio.Protocol):
    """Just enough of HTTP/1.1: requests with a length."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count it."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.opened += 1

    def data_received(self, data: bytes) -> None:
        """Answer the requests that are complete."""
        self._received += data
        while request := self._complete():
            self._transport.write(self._server.respond(*request))

    def _complete(self) -> tuple[str, Headers, bytes] | None:
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end:
            return None
        first, *lines = head.decode().split("\r\n")
        fields = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in fields}
        length = int(headers["content-length"])
        if len(rest) < length:
            return None
        self._received = rest[length:]
        return first.split()[1], headers, rest[:length]


async def serve(server: Server) -> None:
    """Serve until there are no more questions."""
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: Connection(server), "127.0.0.1", 0, backlog=BACKLOG
    )
    tell({"answer": listening.sockets[0].getsockname()[1]})
    questions = asyncio.StreamReader()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(questions), sys.stdin
    )
    async for line in questions:
        tell(answer(json.loads(line), server))


def tell(answered: dict[str, Any]) -> None:
    """Write an answer."""
    print(json.dumps(answered), flush=True)


def main() -> None:
    """Serve, on a core of its own."""
    core, sandbox_url = sys.argv[1:]
    pin(int(core))
    asyncio.run(serve(Server(sandbox_url)))


if __name__ == "__main__":
    main()
