"""A server on a real socket that answers one request in ten as it should not."""

import asyncio
import contextlib
import itertools
import json
import random
import socket
import threading
from collections import Counter
from collections.abc import Coroutine
from types import TracebackType
from typing import Self

from .kinds import FAULTS, Exchange, right
from .wire import Asked, http, read, refusal, result

PAUSE = 0.05
"""Seconds for which connections are refused."""


class HostileServer:
    """Serves in a thread of its own, and keeps account of what it was asked.

    Args:
        share: Share of the requests that a fault happens to.
        seed: Which ones.
    """

    def __init__(self, share: float = 0.1, seed: int = 1) -> None:
        self.share = share
        self.faults: Counter[str] = Counter()
        """How often each fault has happened."""
        self.begun: Counter[str] = Counter()
        """How often each call has arrived that may be sent once."""
        self.strange: list[str] = []
        """Requests that no call can have sent."""
        self.connections = 0
        """Connections that were made."""
        self._random = random.Random(seed)
        kinds = [*FAULTS]
        self._random.shuffle(kinds)
        self._kinds = itertools.cycle(kinds)
        self._owners = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        # Bound and not listening, so that nobody else takes the port meanwhile.
        self._place = _bound(0)
        self._listener: socket.socket | None = None
        self.url = f"http://127.0.0.1:{self._place.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._place.close()

    @property
    def doubled(self) -> list[str]:
        """Calls that have arrived twice and should not have."""
        return [call for call, times in self.begun.items() if times > 1]

    async def _listen(self) -> None:
        listener = _bound(self._place.getsockname()[1])
        listener.listen(500)
        listener.setblocking(False)
        self._listener = listener
        self._loop.add_reader(listener, self._accept, listener)

    def _accept(self, listener: socket.socket) -> None:
        # A server of asyncio would lose what it has accepted when it is closed.
        with contextlib.suppress(BlockingIOError):
            connection, _ = listener.accept()
            self.connections += 1
            self._begin(self._serve(connection))

    def _close_listener(self) -> None:
        if self._listener is not None:
            self._loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _end(self) -> None:
        self._close_listener()
        await asyncio.sleep(0)  # What has been begun can only be ended once it runs.
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # Until the sockets are closed, too.

    def _refuse_connections(self) -> None:
        if self._listener is not None:
            self._close_listener()
            self._begin(self._listen_again())

    async def _listen_again(self) -> None:
        await asyncio.sleep(PAUSE)
        await self._listen()

    async def _serve(self, connection: socket.socket) -> None:
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await self._loop.connect_accepted_socket(
            lambda: protocol, connection
        )
        writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
        try:
            with contextlib.suppress(OSError, EOFError):
                while await self._answer(reader, writer):
                    pass
            writer.close()
        except asyncio.CancelledError:
            transport.abort()
            raise

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        asked = await read(reader)
        if strange := _strange(asked):
            self.strange.append(strange)
            writer.write(http(refusal(asked, 2206)))
            return True
        kind = self._kind()
        if asked.once and kind != "not logged in":
            self.begun[asked.id] += 1
        body = json.dumps(result(asked, f"owner-{next(self._owners)}")).encode()
        exchange = Exchange(asked, body, reader, writer, self._refuse_connections)
        return await FAULTS.get(kind, right)(exchange)

    def _kind(self) -> str:
        if self._random.random() >= self.share:
            return ""
        kind = next(self._kinds)
        self.faults[kind] += 1
        return kind


def _strange(asked: Asked) -> str:
    """Say what is wrong with a request: whose token it has, and what else."""
    if "cookie" in asked.headers:
        return f"{asked.operation} with a cookie"
    owner, user = asked.token.startswith("owner-"), asked.id.rpartition(".")[2]
    match asked.operation:
        case "queryMFAUnpaged" | "changeMFA" | "checkLoginStatus" if user != "owner":
            expected = asked.token == f"token-of-{user}"
        case "queryMFAUnpaged" | "RefreshToken":
            expected = owner
        case "sms" | "token" | "sendVerifyEmail" | "decodeJwtToken":
            expected = not asked.token
        case "getClientWhenSdkInit":
            expected = not asked.token
        case other:
            return f"nobody asks for {other}"
    return "" if expected else f"{asked.operation} {asked.id} with {asked.token}"


def _bound(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound
