"""Sends the calls, many at once, and judges what came of them."""

import asyncio
import time
from collections import Counter
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio

from authing_gen import AsyncAuthing, Authing, AuthingAPIError, AuthingError
from authing_gen.redaction import HIDDEN

from .calls import Call, calls
from .server import HostileServer

MAX_RESPONSE_BYTES = 1024 * 1024
CALM = 0.3
"""Seconds until the last faults are over."""
PATIENCE = 60.0
"""Seconds that a call may take in fair weather."""


@dataclass(frozen=True)
class Storm:
    """How much is sent, and how."""

    calls: int
    at_once: int
    timeout: float = 2.0
    slack: float = 2.0
    """Seconds after its deadline until which a call must have ended."""
    share: float = 0.1
    """Share of the requests that a fault happens to."""
    seed: int = 1


@dataclass
class Found:
    """What came of the calls."""

    outcomes: Counter[str] = field(default_factory=Counter[str])
    """How many calls ended with an answer, and with which error."""
    broken: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """The promises that were not kept, and by what."""
    faults: Counter[str] = field(default_factory=Counter[str])
    """How many faults of which kind happened."""
    longest: float = 0.0
    """Seconds of the longest call."""
    seconds: float = 0.0
    """Seconds that all of them took."""
    connections: int = 0
    """Connections that were made."""

    def breaks(self, promise: str, by: Iterable[str]) -> None:
        """Note what broke a promise, if anything did."""
        for one in by:
            self.broken.setdefault(promise, []).append(one)

    def ended(self, call: Call, outcome: object, seconds: float, storm: Storm) -> None:
        """Judge a call that has ended, with a result or with an error."""
        self.longest = max(self.longest, seconds)
        if seconds > storm.timeout + storm.slack:
            self.breaks("late", [f"{call.id} took {seconds:.2f} s"])
        if not isinstance(outcome, Exception):
            self.outcomes["an answer"] += 1
            if (said := call.said(outcome)) != call.expected:
                self.breaks("wrong", [f"{call.id} got {said!r}"])
            return
        self.outcomes[type(outcome).__name__] += 1
        if not isinstance(outcome, AuthingError):
            self.breaks("untyped", [f"{call.id}: {outcome!r}"])
        elif isinstance(outcome, AuthingAPIError) and not _is_of(outcome, call):
            self.breaks("wrong", [f"{call.id} got {outcome.data!r}"])

    def recovered(self, call: Call, outcome: object) -> None:
        """Judge a call that was sent when the faults were over."""
        if isinstance(outcome, Exception) or call.said(outcome) != call.expected:
            self.breaks("recovered", [f"{call.id}: {outcome!r}"])

    def settle(self, sent: int, server: HostileServer) -> None:
        """Judge the whole."""
        lost = sent - self.outcomes.total()
        self.breaks("lost", [f"{lost} calls"] if lost else [])
        self.breaks("doubled", server.doubled)
        self.breaks("strange", server.strange)
        self.faults, self.connections = server.faults, server.connections


def _is_of(error: AuthingAPIError, call: Call) -> bool:
    """Whether a refusal is the call's own, or that of its OwnerToken."""
    data = error.data if isinstance(error.data, dict) else {}
    # What a refusal quotes of its own call is hidden; what it quotes of another is not.
    named = data.get("id", HIDDEN)
    return named in (call.id, HIDDEN) or error.operation == "getClientWhenSdkInit"


def _settings(server: HostileServer, storm: Storm) -> dict[str, Any]:
    return {
        "user_pool_id": "pool",
        "secret": "the-secret",
        "users_url": f"{server.url}/graphql",
        "oauth_url": f"{server.url}/oauth/graphql",
        "timeout": storm.timeout,
        "max_response_bytes": MAX_RESPONSE_BYTES,
    }


async def storm_async(storm: Storm) -> Found:
    """Send all calls by one `AsyncAuthing`, then some in fair weather."""
    found = Found()

    async def outcome_of(client: AsyncAuthing, call: Call) -> object:
        try:
            return await call.send(client)
        except Exception as error:
            return error

    async def work(client: AsyncAuthing, waiting: Iterable[Call]) -> None:
        for call in waiting:
            started = time.monotonic()
            outcome = await outcome_of(client, call)
            found.ended(call, outcome, time.monotonic() - started, storm)

    async def recover(client: AsyncAuthing, call: Call) -> None:
        found.recovered(call, await outcome_of(client, call))

    with HostileServer(storm.share, storm.seed) as server, _quiet(found):
        async with AsyncAuthing(**_settings(server, storm)) as client:
            started, waiting = time.monotonic(), calls(storm.calls)
            async with anyio.create_task_group() as tasks:
                for _ in range(storm.at_once):
                    tasks.start_soon(work, client, waiting)
            found.seconds = time.monotonic() - started
            server.share = 0
            await anyio.sleep(CALM)
            patient = client.with_options(timeout=PATIENCE)
            async with anyio.create_task_group() as tasks:
                for call in calls(2 * storm.at_once, first=storm.calls):
                    tasks.start_soon(recover, patient, call)
        found.settle(storm.calls, server)
    return found


def storm_sync(storm: Storm) -> Found:
    """Send all calls by one `Authing`, from many threads, then some in fair weather."""
    found = Found()

    def outcome_of(client: Authing, call: Call) -> object:
        try:
            return call.send(client)
        except Exception as error:
            return error

    def work(call: Call) -> None:
        started = time.monotonic()
        outcome = outcome_of(client, call)
        found.ended(call, outcome, time.monotonic() - started, storm)

    def recover(call: Call) -> None:
        found.recovered(call, outcome_of(patient, call))

    with (
        HostileServer(storm.share, storm.seed) as server,
        Authing(**_settings(server, storm)) as client,
        ThreadPoolExecutor(storm.at_once) as threads,
    ):
        started = time.monotonic()
        for _ in threads.map(work, calls(storm.calls)):
            pass
        found.seconds = time.monotonic() - started
        server.share = 0
        time.sleep(CALM)
        patient = client.with_options(timeout=PATIENCE)
        for _ in threads.map(recover, calls(2 * storm.at_once, first=storm.calls)):
            pass
        found.settle(storm.calls, server)
    return found


@contextmanager
def _quiet(found: Found) -> Generator[None]:
    """Note what the event loop complains of, where it is one of asyncio."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        yield
        return
    loop.set_exception_handler(lambda _, what: found.breaks("noise", [str(what)]))
    try:
        yield
    finally:
        loop.set_exception_handler(None)
