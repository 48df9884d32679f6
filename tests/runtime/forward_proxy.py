"""A proxy on a real socket: it forwards to where a test says that a name leads."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator

from .scripted import Seen, read_request


class ForwardProxy:
    """Forwards requests of absolute form, and tunnels by CONNECT."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        """The requests that were made of the proxy itself."""
        self.ports: dict[str, int] = {}
        """Ports of this machine by the `host:port` that is asked for."""
        self.refusal = b""
        """What to answer instead."""
        self.place = ""
        """Its own host and port."""
        self._work: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def serving(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[None]:
        listener = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=tls)
        self.place = f"127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            listener.close()
            for task in self._work:
                task.cancel()
            await asyncio.gather(*self._work, return_exceptions=True)

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._work.add(task)
        await asyncio.wait([task])

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError, EOFError):
            while True:
                seen = await read_request(reader)
                self.seen.append(seen)
                if self.refusal:
                    writer.write(self.refusal)
                elif seen.method == "CONNECT":
                    await self._tunnel(seen.target, reader, writer)
                    return
                else:
                    writer.write(await self._forwarded(seen))

    async def _tunnel(
        self, place: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        far = await asyncio.open_connection("127.0.0.1", self.ports[place])
        with contextlib.closing(far[1]):
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await asyncio.gather(_copy(reader, far[1]), _copy(far[0], writer))

    async def _forwarded(self, seen: Seen) -> bytes:
        place, slash, path = seen.target.removeprefix("http://").partition("/")
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[place])
        with contextlib.closing(writer):
            lines = [f"{seen.method} {slash}{path} HTTP/1.1"]
            lines += [f"{name}: {value}" for name, value in seen.headers.items()]
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + seen.content)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            return head + await reader.readexactly(length)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()
