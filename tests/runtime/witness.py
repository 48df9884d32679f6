"""A server that tells everybody what they asked, and notes who they were."""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from itertools import combinations, count

import trustme

from .scripted import INIT, Reply, ScriptedServer, Seen, data, owner

HELD = "held"
"""What is asked for a user of this name is answered when the test lets it go."""

_connection: ContextVar[int] = ContextVar("_connection")


class Witness(ScriptedServer):
    """Tells everybody what they asked, and remembers who came by which connection.

    Who asks says so before a stroke: `parent/7` and `parent/8` are of one process.
    """

    def __init__(self) -> None:
        super().__init__()
        self.connections = defaultdict[str, set[int]](set)
        self.tokens = defaultdict[str, set[str | None]](set)
        self.let_go = asyncio.Event()
        """Set it to have answered what is held."""
        self._writers: set[asyncio.StreamWriter] = set()
        self._connection_numbers, self._token_numbers = count(1), count(1)
        self.handle(INIT, self._init)
        self.handle("RefreshToken", self._refresh)
        self.handle("checkLoginStatus", self._status)

    @property
    def open_connections(self) -> int:
        """How many there are now."""
        return len(self._writers)

    async def until_nobody_is_connected(self) -> None:
        """Wait for the ends of all connections."""
        async with asyncio.timeout(10):
            while self._writers:
                await asyncio.sleep(0.005)

    def hang_up(self) -> None:
        """Close all connections, those on which an answer is waited for, too."""
        for writer in self._writers:
            writer.close()

    def assert_nothing_shared(self) -> None:
        """No two came by one connection, or with one OwnerToken."""
        for one, other in combinations(self.connections, 2):
            assert not self.connections[one] & self.connections[other]
            assert not self.tokens[one] & self.tokens[other]

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        _connection.set(next(self._connection_numbers))
        self._writers.add(writer)
        try:
            await super()._serve(reader, writer)
        finally:
            self._writers.remove(writer)

    async def _init(self, seen: Seen) -> Reply:
        return owner(f"owner-{next(self._token_numbers)}")

    async def _refresh(self, seen: Seen) -> Reply:
        me: str = seen.variables["user"]
        self.tokens[self._met(me)].add(seen.token)
        if me.endswith(HELD):
            await self.let_go.wait()
        return data(refreshToken={"token": f"of {me}", "iat": 1, "exp": 2})

    async def _status(self, seen: Seen) -> Reply:
        me = seen.token or ""
        self._met(me)
        if me.endswith(HELD):
            await self.let_go.wait()
        await asyncio.sleep(0.001)  # So that answers wait for each other.
        return data(checkLoginStatus={"message": me, "code": 200, "status": True})

    def _met(self, me: str) -> str:
        who = me.partition("/")[0]
        self.connections[who].add(_connection.get())
        if who.startswith("child"):
            self.let_go.set()
        return who


@asynccontextmanager
async def witnessing(authority: trustme.CA | None = None) -> AsyncIterator[Witness]:
    """Serve, with TLS where there is somebody to certify it."""
    tls: ssl.SSLContext | None = None
    if authority is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(tls)
    witness = Witness()
    async with witness.serving(tls=tls):
        yield witness
