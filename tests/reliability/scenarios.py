"""The troubles that a fleet gets into, each with the figures that it is judged by."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from anyio.to_thread import run_sync

from ..runtime.redis_server import RedisServer, serving
from ..runtime.scripted import (
    INIT,
    Reply,
    ScriptedServer,
    Seen,
    answered,
    data,
    jwt,
    owner,
)
from .members import PATIENCE, Calls, Forks, Program, Said, Settings, fleet, run

MEMBERS = 16
CALLS = 200
MINUTES = 5 * 60.0
"""Seconds that a clock is wrong by."""


@dataclass(frozen=True)
class Figure:
    """Something that was counted or measured, and what it may be at most."""

    what: str
    found: float
    at_most: float

    @property
    def kept(self) -> bool:
        """Whether it is what it may be."""
        return self.found <= self.at_most


@dataclass
class Stage:
    """The service and the Redis of one scenario."""

    service: ScriptedServer
    redis: RedisServer
    asked: list[float] = field(default_factory=list[float])
    """When the service was asked for a token."""

    def gives(self, token: Callable[[], Reply]) -> None:
        """Answer whoever asks for a token."""

        async def answer(_: Seen) -> Reply:
            self.asked.append(time.monotonic())
            return token()

        self.service.handle(INIT, answer)
        self.service.answer("user", data(user=None))

    def settings(self, timeout: float = PATIENCE) -> Settings:
        """Settings of a client in a fleet."""
        return {
            "user_pool_id": "the-pool",
            "secret": "the-pool-secret",
            "users_url": f"{self.service.url}/users/graphql",
            "oauth_url": f"{self.service.url}/oauth/graphql",
            "token_store": self.redis.url,
            "timeout": timeout,
        }

    async def called_by(self, members: int) -> None:
        """Wait until so many processes have called."""
        while len({seen.headers["user-agent"] for seen in self.service.seen}) < members:
            await asyncio.sleep(0.2)

    async def run(
        self, programs: Sequence[Program], timeout: float = PATIENCE
    ) -> list[Said]:
        """Run a fleet until its end."""
        return await run_sync(run, self.settings(timeout), programs)


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """A service and a Redis that begin anew."""
    service = ScriptedServer()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as redis:
        async with service.serving():
            yield Stage(service, redis)


def _lost(said: list[Said], wanted: int | None = None) -> Figure:
    """Calls that ended with an error, or that nobody told of."""
    if wanted is None:
        return Figure("calls lost", sum(sum(one.lost.values()) for one in said), 0)
    return Figure("calls lost", wanted - sum(one.good for one in said), 0)


async def cold(on: Stage) -> list[Figure]:
    """16 processes that start at once, 200 calls each."""
    on.gives(lambda: owner(jwt("one", 3600)))
    said = await on.run([Calls(CALLS)] * MEMBERS)
    return [_lost(said, MEMBERS * CALLS), Figure("initialisations", len(on.asked), 1)]


async def slow_down(on: Stage, timeout: float = 10.0) -> list[Figure]:
    """The service says 429, `Retry-After: 10` for 35 s; 16 processes call all along."""
    begin = time.monotonic()

    def token() -> Reply:
        if time.monotonic() < begin + 35:
            return answered({"message": "slow down"}, 429, retry_after="10")
        return owner(jwt("one", 3600))

    on.gives(token)
    said = await on.run([Calls(seconds=50, pause=0.05)] * MEMBERS, timeout)
    others = {kind for one in said for kind in one.lost if kind != "RateLimitError"}
    # Where two processes ask in turn, the one need not see when the other one did.
    windows = [second - first for first, second in pairwise(on.asked)]
    return [
        Figure("initialisations", len(on.asked), 5),
        Figure("initialisations in 9.9 s", 1 + sum(gap < 9.9 for gap in windows), 1),
        Figure(
            "processes that never got a token", sum(not one.good for one in said), 0
        ),
        Figure("errors but RateLimitError", len(others), 0),
    ]


async def slow_down_for_the_patient(on: Stage) -> list[Figure]:
    """The same, but calls wait for up to 60 s: a fetch could wait, too."""
    return await slow_down(on, PATIENCE)


async def killed(on: Stage) -> list[Figure]:
    """The process that renews the token gets `kill -9`; 15 others wait for it."""
    arrived = asyncio.Event()

    async def answer(_: Seen) -> Reply:
        on.asked.append(time.monotonic())
        if len(on.asked) == 1:
            arrived.set()
            await asyncio.sleep(PATIENCE)
        return owner(jwt("one", 3600))

    on.gives(lambda: owner(""))
    on.service.handle(INIT, answer)
    with fleet(on.settings(), [Calls(1)]) as doomed:
        await arrived.wait()
        others = asyncio.ensure_future(on.run([Calls(CALLS)] * (MEMBERS - 1)))
        await asyncio.sleep(2)
        await run_sync(doomed[0].kill)
        said = await others
    waited = on.asked[1] - on.asked[0] if len(on.asked) > 1 else float("inf")
    return [
        _lost(said, (MEMBERS - 1) * CALLS),
        Figure("initialisations", len(on.asked), 2),
        Figure("seconds until another took over", round(waited, 1), 22),
    ]


async def redis_gone(on: Stage) -> list[Figure]:
    """Redis is killed for 6 s, and comes back empty; tokens live for 5 s."""
    on.gives(lambda: owner(jwt(f"token-{len(on.asked)}", 5)))
    running = asyncio.ensure_future(on.run([Calls(seconds=80, pause=0.05)] * MEMBERS))
    await on.called_by(MEMBERS)
    before = len(on.asked)
    on.redis.stop()
    await asyncio.sleep(6)
    on.redis.start()
    # An outage is over for a process 30 s after it has noticed it.
    await asyncio.sleep(36)
    meanwhile = len(on.asked) - before
    assert meanwhile >= MEMBERS, "nobody noticed the outage"
    await asyncio.sleep(10)
    afterwards = len(on.asked) - before - meanwhile
    return [
        _lost(await running),
        Figure("initialisations in 42 s, each process by itself", meanwhile, 160),
        Figure("initialisations in the 10 s after that", afterwards, 3),
    ]


async def clock_of_a_process(on: Stage) -> list[Figure]:
    """The clocks of two of 16 processes are 5 minutes off, one each way."""
    on.gives(lambda: owner(jwt("one", 3600)))
    programs: list[Program] = [Calls(CALLS)] * (MEMBERS - 2)
    programs += [Calls(CALLS, clock=MINUTES), Calls(CALLS, clock=-MINUTES)]
    said = await on.run(programs)
    return [_lost(said, MEMBERS * CALLS), Figure("initialisations", len(on.asked), 1)]


async def clock_of_the_service(on: Stage, ahead: float = MINUTES) -> list[Figure]:
    """The service's clock is 5 minutes ahead; its tokens live for 4 minutes."""
    on.gives(lambda: owner(jwt("one", 240, age=-ahead)))
    said = await on.run([Calls(CALLS)] * MEMBERS)
    return [_lost(said, MEMBERS * CALLS), Figure("initialisations", len(on.asked), 1)]


async def slow_clock_of_the_service(on: Stage) -> list[Figure]:
    """It is 5 minutes behind: by our clock its tokens have expired when they come."""
    return await clock_of_the_service(on, -MINUTES)


async def forked(on: Stage) -> list[Figure]:
    """4 processes that have called before fork 4 children each, 200 calls each."""
    on.gives(lambda: owner(jwt("one", 3600)))
    said = await on.run([Forks(4, Calls(CALLS))] * 4)
    return [
        _lost(said, 4 * (1 + 5 * CALLS)),
        Figure("initialisations", len(on.asked), 1),
    ]


Scenario = Callable[[Stage], Awaitable[list[Figure]]]

SCENARIOS: tuple[Scenario, ...] = (
    cold,
    slow_down,
    slow_down_for_the_patient,
    killed,
    redis_gone,
    clock_of_a_process,
    clock_of_the_service,
    slow_clock_of_the_service,
    forked,
)
