"""`max_rate`: no more than so many tries a second, in order, whoever makes them."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import trio
from anyio.to_thread import run_sync

from authing_gen import (
    AsyncAuthing,
    AuthingClosedError,
    AuthingConfigurationError,
    AuthingRateTimeoutError,
    AuthingTimeoutError,
    ServiceError,
)
from authing_gen._async.stores import AsyncMemoryStore
from authing_gen._sync.stores import MemoryStore
from authing_gen.pacing import BURST, Pace

from ..blocking import only
from . import programs
from .conftest import Connect
from .scripted import Reply, ScriptedServer, Seen, answered, data

pytestmark = pytest.mark.anyio

YES = data(userExist=True)
BUSY = answered({"message": "not now"}, 503, retry_after="0")
LATE = 0.25
"""Seconds by which two tries may come nearer to each other on their way."""


class Clock:
    """Notes when what arrives, and answers it."""

    def __init__(self, server: ScriptedServer, reply: Reply = YES) -> None:
        self.times: list[float] = []
        self.emails: list[str] = []
        self._reply = reply
        server.handle("userExist", self._answer)

    async def _answer(self, seen: Seen) -> Reply:
        self.times.append(time.monotonic())
        self.emails.append(str(seen.variables["email"]))
        return self._reply

    def assert_paced(self, rate: float) -> None:
        """No second, and no shorter while, has more than its share."""
        burst = max(1.0, rate * BURST)
        for first, start in enumerate(self.times):
            for last in range(first, len(self.times)):
                fits = burst + rate * (self.times[last] - start + LATE)
                assert last - first + 1 <= fits, (first, last)


async def ask(client: AsyncAuthing, email: str = "ada@example.com") -> None:
    assert await client.user_exist(email=email, timeout=30)


@pytest.mark.parametrize("rate", [5, 40.5, 200])
async def test_no_more_than_so_many_a_second(
    server: ScriptedServer, connect: Connect, rate: float
) -> None:
    clock = Clock(server)
    client = connect(max_rate=rate)
    calls = round(1.2 * rate)
    begun = time.monotonic()
    await asyncio.gather(*(ask(client) for _ in range(calls)))
    needed = (calls - max(1, rate * BURST)) / rate
    assert needed <= time.monotonic() - begun <= needed + 3
    clock.assert_paced(rate)
    assert len(clock.times) == calls


async def test_one_after_the_other(server: ScriptedServer, connect: Connect) -> None:
    server.answer("userExist", YES)
    client = connect(max_rate=10)
    begun = time.monotonic()
    for number in range(6):
        await ask(client)
        assert time.monotonic() - begun >= number * 0.1


async def test_without_a_rate_nobody_waits(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", YES)
    await ask(client)
    begun = time.monotonic()
    await asyncio.gather(*(ask(client) for _ in range(30)))
    assert time.monotonic() - begun < 5


async def test_in_order_of_arrival(server: ScriptedServer, connect: Connect) -> None:
    clock = Clock(server)
    client = connect(max_rate=10)
    calls = []
    for number in range(15):
        calls.append(asyncio.create_task(ask(client, str(number))))
        await asyncio.sleep(0.05)  # A thread of its own has begun by then.
    await asyncio.gather(*calls)
    assert clock.emails == [str(number) for number in range(15)]


async def test_retries_count(server: ScriptedServer, connect: Connect) -> None:
    clock = Clock(server, BUSY)
    client = connect(max_rate=10, max_retries=4)
    begun = time.monotonic()
    with pytest.raises(ServiceError):
        await ask(client)
    assert time.monotonic() - begun >= 0.4
    assert len(clock.times) == 5


async def test_so_does_the_initialization(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer("user", data(user=None))
    begun = time.monotonic()
    await connect(max_rate=4).user(id="ada")
    assert len(server.seen) == 2
    assert time.monotonic() - begun >= 0.25


async def test_siblings_share_it(server: ScriptedServer, connect: Connect) -> None:
    clock = Clock(server)
    client = connect(max_rate=10)
    siblings = (client, client.as_user("t"), client.with_options(max_retries=0))
    begun = time.monotonic()
    await asyncio.gather(*(ask(sibling) for sibling in siblings * 3))
    assert time.monotonic() - begun >= 0.8
    assert len(clock.times) == 9


async def test_an_http_client_of_the_callers(
    server: ScriptedServer, connect: Connect
) -> None:
    clock = Clock(server)
    async with httpx.AsyncClient() as http:
        client = connect(max_rate=10, http_client=http)
        begun = time.monotonic()
        await asyncio.gather(*(ask(client) for _ in range(5)))
        assert time.monotonic() - begun >= 0.4
    assert len(clock.times) == 5


# The deadline


async def test_a_turn_that_comes_too_late(
    server: ScriptedServer, connect: Connect
) -> None:
    clock = Clock(server)
    client = connect(max_rate=1)
    await ask(client)
    begun = time.monotonic()
    for timeout in (0.3, httpx.Timeout(0.3), 0.3):
        with pytest.raises(AuthingRateTimeoutError) as caught:
            await client.user_exist(email="ada@example.com", timeout=timeout)
    assert str(caught.value) == (
        "user_exist (userExist): max_rate allows 1 tries a second, and its turn comes"
        " too late"
    )
    assert isinstance(caught.value, AuthingTimeoutError)
    assert time.monotonic() - begun < 0.5  # There is no use to wait for it.
    assert len(clock.times) == 1
    await ask(client)
    assert clock.times[1] - clock.times[0] < 1.4


class SlowPacer:
    """Gives a turn, and says so when it is too late."""

    def reserve(self, _: Pace, patience: float | None) -> float:
        time.sleep((patience or 0) + 0.1)
        return 0

    def close(self) -> None:
        """It has nothing that could be closed."""


class AsyncSlowPacer:
    """The same for those who await."""

    async def reserve(self, _: Pace, patience: float | None) -> float:
        await asyncio.sleep((patience or 0) + 0.1)
        return 0

    async def aclose(self) -> None:
        """It has nothing that could be closed."""


class SlowStore(MemoryStore):
    def pacer(self, _: str) -> SlowPacer:
        return SlowPacer()


class AsyncSlowStore(AsyncMemoryStore):
    def pacer(self, _: str) -> AsyncSlowPacer:
        return AsyncSlowPacer()


async def test_a_store_that_says_too_late_that_it_is_ones_turn(
    server: ScriptedServer, connect: Connect, client_kind: str
) -> None:
    store = AsyncSlowStore() if client_kind == "async" else SlowStore()
    client = connect(max_rate=5, token_store=store)
    with pytest.raises(AuthingRateTimeoutError):
        await client.user_exist(email="ada@example.com", timeout=0.2)
    assert server.seen == []


async def test_who_waits_behind_others_gives_up_in_time(
    server: ScriptedServer, connect: Connect
) -> None:
    clock = Clock(server)
    client = connect(max_rate=2)
    await ask(client)
    others = [asyncio.create_task(ask(client)) for _ in range(4)]
    await asyncio.sleep(0.05)
    begun = time.monotonic()
    with pytest.raises(AuthingRateTimeoutError):
        await client.user_exist(email="late", timeout=0.7)
    assert 0.6 < time.monotonic() - begun < 1.2
    await asyncio.gather(*others)
    assert "late" not in clock.emails
    assert clock.times[-1] - clock.times[0] < 2.4


async def test_the_place_is_given_back(
    server: ScriptedServer, connect: Connect
) -> None:
    Clock(server)
    client = connect(max_rate=10, max_connections=2)
    for _ in range(5):
        with suppress(AuthingRateTimeoutError):
            await client.user_exist(email="ada@example.com", timeout=0.05)
    await asyncio.gather(*(ask(client) for _ in range(4)))


async def test_what_came_of_the_try_before_counts(
    server: ScriptedServer, connect: Connect
) -> None:
    clock = Clock(server, BUSY)
    with pytest.raises(ServiceError):  # Something was sent.
        await connect(max_rate=1).user_exist(email="ada@example.com", timeout=0.5)
    assert len(clock.times) == 1


async def test_a_client_that_is_closed_meanwhile(
    server: ScriptedServer, connect: Connect
) -> None:
    clock = Clock(server)
    client = connect(max_rate=2)
    await ask(client)
    waiting = [asyncio.create_task(ask(client)) for _ in range(2)]
    await asyncio.sleep(0.1)
    await client.aclose()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [AuthingClosedError] * 2
    assert len(clock.times) == 1


# Who gives up


@only("async", "threads cannot be cancelled")
async def test_impatient_callers_take_no_turns(
    server: ScriptedServer, connect: Connect
) -> None:
    clock = Clock(server)
    client = connect(max_rate=2)
    await ask(client)
    for _ in range(8):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(client, "impatient"), 0.04)
    await ask(client, "patient")
    assert "impatient" not in clock.emails
    assert clock.times[1] - clock.times[0] < 1


@only("async", "threads cannot be cancelled")
async def test_many_are_cancelled_at_once(
    server: ScriptedServer, connect: Connect
) -> None:
    clock = Clock(server)
    client = connect(max_rate=5)
    await ask(client)
    waiting = [asyncio.create_task(ask(client, "cancelled")) for _ in range(50)]
    await asyncio.sleep(0.05)
    for call in waiting:
        call.cancel()
    await asyncio.wait(waiting)
    await asyncio.gather(*(ask(client) for _ in range(3)))
    assert "cancelled" not in clock.emails
    assert clock.times[-1] - clock.times[0] < 1.5
    clock.assert_paced(5)


# Everywhere


@only("async", "threads have no event loops")
@pytest.mark.parametrize("run", [asyncio.run, trio.run], ids=["asyncio", "trio"])
async def test_event_loops_at_once_share_it(
    server: ScriptedServer, connect: Connect, run: Callable[..., None]
) -> None:
    clock = Clock(server)
    client = connect(max_rate=20)
    begun = time.monotonic()

    async def some() -> None:
        for _ in range(6):
            await ask(client)

    def loop() -> None:
        run(some()) if run is asyncio.run else run(some)

    await asyncio.gather(run_sync(loop), run_sync(loop), run_sync(loop), some())
    assert len(clock.times) == 24
    assert (24 - 2) / 20 <= time.monotonic() - begun < 4


@only("async", "trio is for coroutines")
async def test_in_order_and_in_time_under_trio(
    server: ScriptedServer, connect: Connect
) -> None:
    clock = Clock(server)
    client = connect(max_rate=8)

    async def program() -> None:
        async with trio.open_nursery() as calls:
            for number in range(10):
                calls.start_soon(ask, client, str(number))
                await trio.sleep(0.01)
        with trio.move_on_after(0.02):
            await ask(client, "cancelled")
        await ask(client)

    await run_sync(trio.run, program)
    assert clock.emails == [*map(str, range(10)), "ada@example.com"]


@only("sync", "the program forks")
async def test_a_forked_child_has_its_own(server: ScriptedServer) -> None:
    server.answer("userExist", YES)
    said = await programs.run("limiting", server.url, "rates")
    assert said == ["at once", "at once and later", "at once", "later"]


@only("sync", "the program forks")
async def test_a_fork_while_a_thread_waits_for_its_turn(server: ScriptedServer) -> None:
    server.answer("userExist", YES)
    said = await programs.run("limiting", server.url, "waiting_for_a_turn")
    assert said == ["at once", "later"]


@only("sync", "nobody interrupts an event loop half-way")
async def test_interrupts_at_any_moment(server: ScriptedServer) -> None:
    server.answer("userExist", YES)
    # A connection that is being made when it comes is left to the collector.
    said = await programs.run("limiting", server.url, "interrupted", options=())
    assert said == ["20 times", "in time"]


# Settings


async def test_the_variable(
    server: ScriptedServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHING_MAX_RATE", "2.5")
    server.answer("userExist", YES)
    client = connect()
    begun = time.monotonic()
    await ask(client)
    await ask(client)
    assert 0.4 <= time.monotonic() - begun < 1.5


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf"), "fast", []])
def test_what_is_no_rate(rate: Any) -> None:
    with pytest.raises(AuthingConfigurationError, match="max_rate"):
        AsyncAuthing("pool", "secret", max_rate=rate)


# The algorithm


def _starts(pace: Pace, clock: list[float], arrivals: Iterator[float]) -> list[float]:
    found = []
    for arrival in arrivals:
        clock[0] = arrival
        pause = pace.reserve(None)
        assert pause is not None
        found.append(arrival + pause)
    return found


@only("async", "no client takes part")
@pytest.mark.parametrize("rate", [0.1, 1, 7, 1000])
def test_after_a_quiet_while_a_burst_is_small(
    monkeypatch: pytest.MonkeyPatch, rate: float
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("authing_gen.pacing.monotonic", lambda: clock[0])
    pace = Pace(rate)
    starts = _starts(pace, clock, iter([5000.0] * 300))
    at_once = sum(start < 5000.0 + 1e-6 for start in starts)
    assert at_once == max(1, round(rate * BURST))
    assert starts[-1] - 5000 == pytest.approx((300 - max(1, rate * BURST)) / rate)


@only("async", "no client takes part")
def test_a_moment_that_is_left_serves_one_try_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("authing_gen.pacing.monotonic", lambda: clock[0])
    pace = Pace(1)
    for moment in (1003.0, 998.0, 1002.0):
        pace.leave(moment)
    assert [pace.inherit() for _ in range(3)] == [1002.0, 1003.0, None]
    pace.leave(1001.0)
    clock[0] = 1002.1
    assert pace.inherit() is None
