"""A server that answers with what it was asked for, now and then in a wrong way.

| path | answer |
| --- | --- |
| `/number/N` | N |
| `/slow/N` | N, after a tenth of a second |
| `/peak` | how many slow answers were under way at once since this was asked |
| `/connection` | which connection it came by |
| `/twice/N` | N, and the same answer once more |
| `/later/N` | N, and the same answer once more when nobody asks |
| `/trickle/N` | N, a byte now and then, for seconds |
"""

import asyncio
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_HOST = re.compile(r"^(http://[^/]*)?/")

SLOW, LATER = 0.1, 0.05
"""Seconds until an answer comes, and until it comes again."""

TRICKLE, BYTES = 0.2, 25
"""Seconds between two bytes, and how many there are: five seconds in all."""


class Server:
    """What has been asked of it."""

    def __init__(self) -> None:
        self._now = self._peak = 0

    async def connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer what comes by one connection, until it ends."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                # A proxy is told the host, too.
                kind, *rest = _HOST.sub("", head.split()[1].decode()).split("/")
                await self._answer(kind, rest[0] if rest else "", writer)
        except (asyncio.CancelledError, asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    async def _answer(
        self, kind: str, number: str, writer: asyncio.StreamWriter
    ) -> None:
        if kind == "slow":
            await self._slow()
        elif kind == "peak":
            number, self._peak = str(self._peak), 0
        elif kind == "connection":
            number = str(writer.get_extra_info("peername")[1])
        elif kind == "trickle":
            number *= BYTES
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (
            len(number),
            number.encode(),
        )
        if kind == "trickle":
            await _trickle(answer, writer)
        elif kind == "later":
            writer.write(answer)
            await asyncio.sleep(LATER)
            writer.write(answer)
        else:
            writer.write(answer * (1 + (kind == "twice")))
        await writer.drain()

    async def _slow(self) -> None:
        self._now += 1
        self._peak = max(self._peak, self._now)
        try:
            await asyncio.sleep(SLOW)
        finally:
            self._now -= 1


async def _trickle(answer: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(answer[:-BYTES])
    for byte in answer[-BYTES:]:
        await writer.drain()
        await asyncio.sleep(TRICKLE)
        writer.write(bytes((byte,)))


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve in a thread; the URL, without its last slash."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    starting = asyncio.start_server(
        Server().connected, "127.0.0.1", 0, backlog=512, ssl=tls
    )
    server = asyncio.run_coroutine_threadsafe(starting, loop).result()
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end() -> None:
    """End what still answers."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
