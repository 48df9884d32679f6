"""Processes that are put to sleep, as functions are: by SIGSTOP, until SIGCONT.

The server closes connections meanwhile. No mutation is lost for that, or sent twice.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from anyio.to_thread import run_sync

from ..documents.pages import ROOT, of_language
from ..documents.python import write
from .programs import STRICT
from .scripted import Seen
from .witness import Witness, witnessing

pytestmark = pytest.mark.anyio

KINDS = ("threadless", "on_a_loop_that_runs", "on_a_loop_that_runs_by_turns")
every_kind = pytest.mark.parametrize("kind", KINDS)
PAGE = ROOT / "docs/guide/deployment.md"


@pytest.fixture
async def witness() -> AsyncIterator[Witness]:
    async with witnessing() as witness:
        yield witness


class Sleeper:
    """A process that makes the calls that it is told to."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def begin(self, kind: str, me: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{kind} {me}\n".encode())

    async def answer(self) -> str:
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            return (await self._process.stdout.readline()).decode().strip()

    async def ask(self, kind: str, me: str) -> str:
        self.begin(kind, me)
        return await self.answer()

    @asynccontextmanager
    async def asleep(self) -> AsyncIterator[None]:
        """Put it to sleep, and awaken it."""
        self._process.send_signal(signal.SIGSTOP)
        stopped = os.WSTOPPED | os.WNOWAIT
        await run_sync(os.waitid, os.P_PID, self._process.pid, stopped)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def sleeper(
    kind: str,
    witness: Witness,
    options: Sequence[str] = STRICT,
    **environment: str,
) -> AsyncIterator[Sleeper]:
    """A process, which ends without complaints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *options, "-m", "tests.runtime.sleeping", kind, witness.url),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    try:
        yield Sleeper(process)
        _, errors = await asyncio.wait_for(process.communicate(b""), 30)
        assert errors == b"", errors.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@every_kind
async def test_connections_that_were_closed_meanwhile_are_not_used(
    witness: Witness, kind: str
) -> None:
    async with sleeper(kind, witness) as process:
        assert await process.ask("mutation", "early") == "of early"
        for number in range(3):
            me = f"late/{number}"
            for call, answer in (("mutation", f"of {me}"), ("query", me)):
                async with process.asleep():
                    assert witness.open_connections > 0
                    witness.hang_up()
                    await witness.until_nobody_is_connected()
                assert await process.ask(call, me) == answer
    assert len(asked(witness, "late/")) == 6


async def test_the_handler_in_the_documentation(
    witness: Witness, tmp_path: Path
) -> None:
    for block in of_language(PAGE, "python"):
        if block.file_name == "handler.py":
            write(tmp_path, block)
    settings = {
        "AUTHING_USER_POOL_ID": "the-pool",
        "AUTHING_SECRET": "s3cret",
        "AUTHING_USERS_URL": f"{witness.url}/users/graphql",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
    }
    # Nothing there closes the client: the process is never told that it ends.
    async with sleeper("as_documented", witness, (), **settings) as process:
        assert await process.ask("mutation", "early") == "of early"
        async with process.asleep():
            witness.hang_up()
            await witness.until_nobody_is_connected()
        assert await process.ask("mutation", "late") == "of late"
    assert len(asked(witness, "late")) == 1


@every_kind
async def test_asleep_while_the_connection_is_lost_or_the_answer_comes(
    witness: Witness, kind: str
) -> None:
    """A mutation may have been carried out; a query is sent again."""
    async with sleeper(kind, witness) as process:
        process.begin("mutation", "lost/held")
        await witness.arrived("RefreshToken")
        async with process.asleep():
            witness.hang_up()
        assert await process.answer() == "AuthingTransportError"
        process.begin("mutation", "answered/held")
        await witness.arrived("RefreshToken", 2)
        async with process.asleep():
            witness.let_go.set()
        assert await process.answer() == "of answered/held"
        witness.let_go.clear()
        process.begin("query", "query/held")
        await witness.arrived("checkLoginStatus")
        async with process.asleep():
            witness.hang_up()
            witness.let_go.set()
        assert await process.answer() == "query/held"
    assert len(asked(witness, "lost")) == len(asked(witness, "answered")) == 1
    assert len(asked(witness, "query")) == 2


@every_kind
async def test_asleep_until_after_the_deadline(witness: Witness, kind: str) -> None:
    async with sleeper(kind, witness) as process:
        assert await process.ask("mutation", "early") == "of early"
        process.begin("mutation", "hasty/held")
        await witness.arrived("RefreshToken", 2)
        async with process.asleep():
            await asyncio.sleep(1.1)
        assert await process.answer() == "AuthingTimeoutError"
        witness.let_go.set()
        assert await process.ask("mutation", "late") == "of late"
    assert len(asked(witness, "hasty")) == len(asked(witness, "late")) == 1


def asked(witness: Witness, me: str) -> list[Seen]:
    """What has arrived for a user, as owner and as the user."""
    return [
        seen
        for seen in (*witness.calls("RefreshToken"), *witness.calls("checkLoginStatus"))
        if str(seen.variables.get("user", seen.token)).startswith(me)
    ]
