"""`max_rate` with a token store in Redis: one rate for all processes of a fleet."""

import asyncio
import multiprocessing
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
import trio
from anyio.to_thread import run_sync
from redis.asyncio.cluster import RedisCluster as AsyncRedisCluster
from redis.cluster import RedisCluster

from authing_gen import AsyncAuthing, Authing, AuthingRateTimeoutError
from authing_gen._async.redis_store import AsyncRedisStore
from authing_gen._sync.redis_store import RedisStore

from ..blocking import only
from .conftest import Connect
from .redis_server import RedisServer
from .scripted import ScriptedServer, data

pytestmark = [pytest.mark.anyio, pytest.mark.redis]

YES = data(userExist=True)
RATE = 10
Member = Callable[..., AsyncAuthing]


@pytest.fixture
def member(server: ScriptedServer, connect: Connect, redis: RedisServer) -> Member:
    """Makes clients that might be in as many processes."""
    server.answer("userExist", YES)

    def member(**settings: object) -> AsyncAuthing:
        return connect(**({"max_rate": RATE, "token_store": redis.url} | settings))

    return member


async def ask(client: AsyncAuthing, times: int) -> None:
    for _ in range(times):
        assert await client.user_exist(email="ada@example.com", timeout=30)


async def seconds_of(*clients: AsyncAuthing, times: int = 5) -> float:
    """How long it takes until each has called so often."""
    begun = time.monotonic()
    await asyncio.gather(*(ask(client, times) for client in clients))
    return time.monotonic() - begun


async def test_members_share_it(member: Member) -> None:
    assert (15 - 1) / RATE <= await seconds_of(member(), member(), member()) < 5


async def test_another_pool_or_gateway_has_its_own(
    server: ScriptedServer, member: Member
) -> None:
    others = (
        member(),
        member(user_pool_id="another"),
        member(users_url=f"{server.url}/other/graphql"),
    )
    assert await seconds_of(*others, times=15) >= 14 / RATE
    assert await seconds_of(*others, times=1) < 1


async def test_a_turn_that_comes_too_late(
    server: ScriptedServer, member: Member
) -> None:
    first, second = member(max_rate=1), member(max_rate=1)
    await ask(first, 1)
    for _ in range(3):
        with pytest.raises(AuthingRateTimeoutError):
            await second.user_exist(email="ada@example.com", timeout=0.3)
    assert len(server.seen) == 1
    assert await seconds_of(second, times=1) < 1.5


@only("async", "threads cannot be cancelled")
async def test_impatient_callers_take_no_turns(member: Member) -> None:
    client = member(max_rate=2)
    await ask(client, 1)
    begun = time.monotonic()
    for _ in range(6):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(client, 1), 0.05)
    await ask(client, 1)
    assert time.monotonic() - begun < 1.3


@only("async", "a program of both has both")
async def test_both_clients_share_it(
    server: ScriptedServer, member: Member, redis: RedisServer
) -> None:
    settings = _settings(server, redis.url)
    begun = time.monotonic()
    await asyncio.gather(ask(member(), 8), run_sync(_ask, settings, 8))
    assert time.monotonic() - begun >= 15 / RATE


async def test_what_redis_keeps_is_little_and_not_for_long(
    member: Member, redis: RedisServer
) -> None:
    await ask(member(), 2)
    (name,) = redis.names()
    assert name.startswith(b"authing-gen:")
    assert name.endswith(b":rate")
    await asyncio.sleep(0.3)
    assert redis.names() == []


@only("sync", "each process blocks")
async def test_processes_share_it(server: ScriptedServer, redis: RedisServer) -> None:
    server.answer("userExist", YES)
    settings = _settings(server, redis.url)
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(3)
    processes = [
        context.Process(target=_process, args=(settings, barrier)) for _ in range(2)
    ]
    for process in processes:
        process.start()
    await run_sync(barrier.wait)
    begun = time.monotonic()
    for process in processes:
        await run_sync(process.join)
        assert process.exitcode == 0
    assert 19 / RATE - 0.1 <= time.monotonic() - begun < 15
    assert len(server.seen) == 2 + 20


def _settings(server: ScriptedServer, store: str) -> dict[str, Any]:
    return {
        "user_pool_id": "the-pool",
        "secret": "the-pool-secret",
        "users_url": f"{server.url}/users/graphql",
        "oauth_url": f"{server.url}/oauth/graphql",
        "token_store": store,
        "max_rate": RATE,
    }


def _process(settings: dict[str, Any], barrier: Any) -> None:
    with Authing(**settings) as client:
        client.user_exist(email="ada@example.com")  # Imports what is needed.
        barrier.wait()
        for _ in range(10):
            client.user_exist(email="ada@example.com", timeout=30)


def _ask(settings: dict[str, Any], times: int) -> None:
    with Authing(**settings) as client:
        for _ in range(times):
            client.user_exist(email="ada@example.com", timeout=30)


# A store that fails


async def test_a_store_that_is_down_fails_no_call(
    member: Member, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    redis.stop()
    assert await seconds_of(member(), times=6) >= 5 / RATE  # By its own rate.
    assert caplog.text.count("max_rate: ConnectionError from the store; this") == 1
    assert redis.url not in caplog.text


async def test_a_store_that_stalls_is_one_that_is_down(
    member: Member, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:  # It accepts nobody.
        url = f"redis://127.0.0.1:{listener.getsockname()[1]}"
        client = member(token_store=url)
        begun = time.monotonic()
        assert await client.user_exist(email="ada@example.com", timeout=5)
        assert time.monotonic() - begun < 3
    assert caplog.text.count("max_rate: TimeoutError from the store") == 1


async def test_a_store_that_comes_back_is_used_again(
    member: Member,
    redis: RedisServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("authing_gen.outages.OUTAGE", 0.2)
    client = member(max_rate=1000)
    await ask(client, 1)
    redis.stop()
    await ask(client, 1)
    redis.start()
    await asyncio.sleep(0.3)
    caplog.clear()
    slow = client.with_options()
    await ask(slow, 1)
    assert caplog.text == ""
    assert redis.ask(b"INFO", b"commandstats").count(b"cmdstat_eval:") == 1


async def test_a_connection_that_was_lost_is_made_anew(
    member: Member, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    client = member()
    await ask(client, 1)
    redis.stop()
    redis.start()
    await ask(client, 1)
    assert caplog.text == ""


@pytest.mark.parametrize("value", [b"", b"x", b"nan", b"-1", b"\0\xff"])
async def test_what_else_stands_there_does_no_harm(
    member: Member, redis: RedisServer, value: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    client = member()
    await ask(client, 1)
    (name,) = redis.names()
    redis.ask(b"SET", name, value)
    assert await seconds_of(client, times=4) >= 3 / RATE
    assert caplog.text == ""


@only("async", "trio is for coroutines")
async def test_under_trio_each_process_keeps_it_by_itself(
    member: Member, caplog: pytest.LogCaptureFixture
) -> None:
    client = member()
    begun = time.monotonic()
    await run_sync(trio.run, ask, client, 4)
    assert time.monotonic() - begun >= 3 / RATE
    assert caplog.text.count("max_rate: UnsupportedEventLoopError from") == 1


async def test_in_a_cluster(
    server: ScriptedServer, connect: Connect, client_kind: str, cluster: RedisServer
) -> None:
    server.answer("userExist", YES)
    store: Any = AsyncRedisStore(client=AsyncRedisCluster.from_url(cluster.url))
    if client_kind == "sync":
        store = RedisStore(client=RedisCluster.from_url(cluster.url))
    clients = [connect(token_store=store, max_rate=RATE) for _ in range(2)]
    assert await seconds_of(*clients, times=4) >= 7 / RATE
    assert len(cluster.names()) == 1
    closing = store._client.close() if client_kind == "sync" else store._client.aclose()
    if closing is not None:
        await closing
