"""Forks: each process has connections, places, locks and an OwnerToken of its own.

The programs that fork stand in `forking`; here is the server that they ask, which notes
whose requests came by which connection and with which token.
"""

import asyncio
import json
import os
import ssl
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from itertools import combinations, count
from pathlib import Path

import pytest
import trustme

from .forking import CHILDREN, OWN
from .scripted import INIT, Reply, ScriptedServer, Seen, data, owner

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
HELD = "parent/held"
EVERYBODY = 1 + CHILDREN
COMMAND = (
    sys.executable,
    *("-W", "error", "-W", "ignore:This process:DeprecationWarning"),
    *("-m", "tests.runtime.forking"),
)

_connection: ContextVar[int] = ContextVar("_connection")


class Witness(ScriptedServer):
    """Tells everybody what they asked, and remembers who came by which connection."""

    def __init__(self) -> None:
        super().__init__()
        self.connections = defaultdict[str, set[int]](set)
        self.tokens = defaultdict[str, set[str | None]](set)
        self._connection_numbers, self._token_numbers = count(1), count(1)
        self._a_child_asks = asyncio.Event()
        self.handle(INIT, self._init)
        self.handle("RefreshToken", self._refresh)
        self.handle("checkLoginStatus", self._status)

    @asynccontextmanager
    async def serving_tls(self, authority: trustme.CA) -> AsyncIterator[None]:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(tls)
        async with self.serving():
            listener = await asyncio.start_server(
                self._connected, "127.0.0.1", 0, ssl=tls
            )
            self.url = f"https://localhost:{listener.sockets[0].getsockname()[1]}"
            try:
                yield
            finally:
                listener.close()

    def assert_nothing_shared(self) -> None:
        """No two processes came by one connection, or with one OwnerToken."""
        for one, other in combinations(self.connections, 2):
            assert not self.connections[one] & self.connections[other]
            assert not self.tokens[one] & self.tokens[other]

    async def _connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        _connection.set(next(self._connection_numbers))
        await super()._connected(reader, writer)

    async def _init(self, seen: Seen) -> Reply:
        return owner(f"owner-{next(self._token_numbers)}")

    async def _refresh(self, seen: Seen) -> Reply:
        me: str = seen.variables["user"]
        self._note(me)
        self.tokens[_process(me)].add(seen.token)
        if me == HELD:
            await self._a_child_asks.wait()
        return data(refreshToken={"token": f"of {me}", "iat": 1, "exp": 2})

    async def _status(self, seen: Seen) -> Reply:
        me = seen.token or ""
        self._note(me)
        await asyncio.sleep(0.001)  # So that answers wait for each other.
        return data(checkLoginStatus={"message": me, "code": 200, "status": True})

    def _note(self, me: str) -> None:
        self.connections[_process(me)].add(_connection.get())
        if not me.startswith("parent"):
            self._a_child_asks.set()


def _process(me: str) -> str:
    return me.partition("/")[0]


@pytest.fixture
def scheme() -> str:
    return "http"


@pytest.fixture
async def witness(scheme: str, tmp_path: Path) -> AsyncIterator[Witness]:
    witness = Witness()
    if scheme == "http":
        async with witness.serving():
            yield witness
    else:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
        async with witness.serving_tls(authority):
            yield witness


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    authority = tmp_path / "authority.pem"
    known = {"SSL_CERT_FILE": str(authority)} if authority.exists() else {}
    return os.environ | known


with_and_without_tls = pytest.mark.parametrize("scheme", ["http", "https"])


async def run(
    program: str, witness: Witness, environment: dict[str, str] | None = None
) -> list[str]:
    """Run a program of `forking`; none of its processes has anything to complain of."""
    process = await asyncio.create_subprocess_exec(
        *(*COMMAND, program, witness.url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=environment,
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert errors == b"", errors.decode()
    said: list[str] = json.loads(output)
    return said


@with_and_without_tls
@pytest.mark.parametrize("program", ["threadless", "loop_after_loop"])
async def test_parent_and_children_call_at_once(
    witness: Witness, environment: dict[str, str], program: str
) -> None:
    assert {*await run(program, witness, environment)} == {OWN}
    witness.assert_nothing_shared()
    assert len(witness.connections) == len(witness.tokens) == EVERYBODY
    assert len(witness.calls(INIT)) == EVERYBODY


async def test_under_trio_too(witness: Witness) -> None:
    assert await run("trio_after_trio", witness) == [OWN] * EVERYBODY
    witness.assert_nothing_shared()
    assert len(witness.connections) == len(witness.tokens) == EVERYBODY


async def test_a_client_that_the_parent_never_used(witness: Witness) -> None:
    assert await run("never_used", witness) == [OWN] * EVERYBODY
    witness.assert_nothing_shared()
    assert len(witness.connections) == CHILDREN


async def test_a_child_may_fork_again(witness: Witness) -> None:
    assert await run("grandchild", witness) == [f"{OWN} and {OWN}", OWN]
    witness.assert_nothing_shared()
    assert witness.connections.keys() == {"parent", "child", "grandchild"}


async def test_siblings_are_of_the_child_too(witness: Witness) -> None:
    assert await run("siblings", witness) == [OWN, OWN]
    witness.assert_nothing_shared()


@pytest.mark.parametrize("program", ["pool", "pool_of_loops"])
async def test_multiprocessing(witness: Witness, program: str) -> None:
    assert {*await run(program, witness)} == {OWN}
    witness.assert_nothing_shared()
    assert len(witness.connections) > 1


# A fork while something is under way


@pytest.mark.parametrize("program", ["threads", "beside_a_first_call"])
async def test_a_fork_while_other_threads_begin(witness: Witness, program: str) -> None:
    assert {*await run(program, witness)} == {OWN}
    witness.assert_nothing_shared()
    assert len(witness.connections) == len(witness.tokens) == EVERYBODY


async def test_a_fork_while_every_lock_is_held(witness: Witness) -> None:
    locks, *said = await run("locks", witness)
    assert int(locks.removesuffix(" locks")) >= 4
    assert said == [OWN, OWN]
    witness.assert_nothing_shared()


@pytest.mark.parametrize("program", ["fetching_the_token", "awaiting_the_token"])
async def test_a_fork_while_the_owner_token_is_being_fetched(
    witness: Witness, program: str
) -> None:
    assert await run(program, witness) == [OWN, OWN]
    witness.assert_nothing_shared()
    assert witness.tokens == {"parent": {"of-the-parent"}, "child": {"of-the-child"}}


async def test_a_fork_while_every_place_is_taken(witness: Witness) -> None:
    assert await run("no_place", witness) == [f"of {HELD}", OWN, OWN]
    witness.assert_nothing_shared()


@with_and_without_tls
async def test_a_fork_within_an_event_loop(
    witness: Witness, environment: dict[str, str]
) -> None:
    said = await run("within_a_loop", witness, environment)
    assert said == [OWN, f"of {HELD}", OWN, OWN, OWN]
    witness.assert_nothing_shared()
    # One for the call that was under way, one for those beside it.
    assert len(witness.connections["parent"]) == 2


@with_and_without_tls
async def test_a_fork_beside_an_event_loop_leaves_its_connection_alone(
    witness: Witness, environment: dict[str, str]
) -> None:
    assert {*await run("beside_a_loop", witness, environment)} == {OWN}
    witness.assert_nothing_shared()
    assert len(witness.connections["parent"]) == 1


# Clients of httpx, and the generated one


@pytest.mark.parametrize("program", ["http_clients", "async_http_clients"])
async def test_an_http_client_that_was_used_is_refused(
    witness: Witness, program: str
) -> None:
    refused, *others = await run(program, witness)
    assert refused == (
        "AuthingConfigurationError: http_client was used before this process was"
        " forked, and its connections are the parent's: make one in each process"
    )
    assert {*others} == {OWN}
    witness.assert_nothing_shared()


@pytest.mark.parametrize("program", ["generated", "generated_async"])
async def test_the_generated_client_by_itself(witness: Witness, program: str) -> None:
    assert {*await run(program, witness)} == {OWN}
    connections = witness.connections
    for one, other in combinations(connections, 2):
        assert not connections[one] & connections[other]
    assert len(connections["parent"]) == 1
