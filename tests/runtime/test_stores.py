"""Token stores: each keeps a value for as long as it is told, and who came first."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from authing_gen import AuthingConfigurationError
from authing_gen._async.file_store import AsyncFileStore
from authing_gen._async.redis_store import AsyncRedisStore
from authing_gen._async.stores import AsyncMemoryStore, store_named
from authing_gen._sync.file_store import FileStore
from authing_gen._sync.redis_store import RedisStore
from authing_gen._sync.stores import MemoryStore
from authing_gen._sync.stores import store_named as sync_store_named

from ..blocking import Blocking
from .redis_server import RedisServer, need_redis, serving

pytestmark = pytest.mark.anyio

IN_REDIS = pytest.mark.redis
Make = Callable[[str, Path], Any]

STORES: dict[str, Make] = {
    "memory": lambda _, __: AsyncMemoryStore(),
    "memory, sync": lambda _, __: Blocking(MemoryStore()),
    "file": lambda _, folder: AsyncFileStore(str(folder / "kept")),
    "file, sync": lambda _, folder: Blocking(FileStore(str(folder / "kept"))),
    "redis": lambda url, _: AsyncRedisStore.at(url),
    "redis, sync": lambda url, _: Blocking(RedisStore.at(url)),
    "redis client": lambda url, _: AsyncRedisStore(client=AsyncRedis.from_url(url)),
    "redis client, sync": lambda url, _: Blocking(
        RedisStore(client=Redis.from_url(url))
    ),
}


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    need_redis()
    with serving(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(
    params=[
        pytest.param(name, marks=[IN_REDIS] if "redis" in name else [])
        for name in STORES
    ]
)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A store that keeps nothing yet."""
    url = ""
    if "redis" in request.param:
        redis: RedisServer = request.getfixturevalue("redis")
        url = redis.url
        redis.ask(b"FLUSHALL")
    made = STORES[request.param](url, tmp_path)
    yield made
    if request.param == "redis client":
        await made._client.aclose()
    elif request.param == "redis client, sync":
        made._blocking._client.close()


async def test_it_keeps_a_value_for_as_long_as_it_is_told(store: Any) -> None:
    assert await store.get("name") is None
    await store.set("name", b"\xffone", 0.3)
    value, left = await store.get("name")
    assert value == b"\xffone"
    assert 0 < left <= 0.3
    assert await store.get("another name") is None
    await asyncio.sleep(0.35)
    assert await store.get("name") is None


async def test_the_last_value_counts_and_its_time(store: Any) -> None:
    await store.set("name", b"one", 0.1)
    await store.set("name", b"two", 600)
    value, left = await store.get("name")
    assert value == b"two"
    assert 500 < left <= 600


async def test_who_adds_first_has_added(store: Any) -> None:
    assert await store.add("name", b"one", 0.3)
    assert not await store.add("name", b"two", 600)
    assert await store.add("another name", b"two", 600)
    assert (await store.get("name"))[0] == b"one"
    await asyncio.sleep(0.35)
    assert await store.add("name", b"three", 600)
    value, left = await store.get("name")
    assert value == b"three"
    assert 500 < left <= 600


async def test_only_ones_own_value_is_removed(store: Any) -> None:
    await store.remove("name", b"one")  # There is none.
    await store.add("name", b"one", 600)
    await store.add("another name", b"one", 600)
    await store.remove("name", b"two")
    assert (await store.get("name"))[0] == b"one"
    await store.remove("name", b"one")
    assert await store.get("name") is None
    assert (await store.get("another name"))[0] == b"one"


@IN_REDIS
@pytest.mark.parametrize("kind", [AsyncRedisStore, RedisStore])
async def test_what_somebody_else_keeps_for_ever_is_not_ours(
    redis: RedisServer, kind: Any
) -> None:
    redis.ask(b"SET", b"ours", b"for ever")
    store = kind.at(redis.url)
    assert (
        await (store if kind is AsyncRedisStore else Blocking(store)).get("ours")
        is None
    )


@pytest.mark.parametrize("kind", [AsyncRedisStore, RedisStore])
def test_the_url_of_redis_is_in_no_repr(kind: Any) -> None:
    assert repr(kind.at("redis://:s3cret@localhost")) == f"{kind.__name__}()"


@pytest.mark.parametrize("named", [store_named, sync_store_named])
def test_redis_needs_its_extra(
    monkeypatch: pytest.MonkeyPatch, named: Callable[[str], object]
) -> None:
    for kind in ("_async", "_sync"):
        monkeypatch.setitem(sys.modules, f"authing_gen.{kind}.redis_store", None)
    with pytest.raises(AuthingConfigurationError, match=r"authing-gen\[redis\]"):
        named("redis://localhost")


@pytest.mark.parametrize("kind", [AsyncFileStore, FileStore])
def test_a_file_needs_the_locks_of_posix(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: Any
) -> None:
    monkeypatch.setattr(f"{kind.__module__}.find_spec", lambda _: None)
    with pytest.raises(AuthingConfigurationError, match="POSIX"):
        kind(str(tmp_path / "kept"))


@pytest.mark.parametrize("kind", ["file", "file, sync"])
async def test_what_a_wrong_clock_has_kept_ends_with_it(
    kind: str, tmp_path: Path
) -> None:
    store = STORES[kind]("", tmp_path)
    with time_machine.travel("2036-02-07", tick=False):
        await store.set("a", b"refused", 60)
        assert await store.add("b", b"taken", 20)
        assert (await store.get("a"))[0] == b"refused"
    assert await store.get("a") is None
    assert await store.add("b", b"mine", 20)
