"""Processes that share one OwnerToken: in Redis, or in a file."""

import asyncio
import contextlib
import json
import multiprocessing
import os
import signal
import socket
import stat
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.to_thread import run_sync

from authing_gen import (
    AsyncAuthing,
    Authing,
    AuthingConfigurationError,
    AuthingError,
    AuthingTimeoutError,
    RateLimitError,
    ServiceBusyError,
)
from authing_gen._async.fleet import AsyncFleet
from authing_gen._async.stores import AsyncMemoryStore
from authing_gen._async.waiting import bounded
from authing_gen._sync import shelf as shelf_module
from authing_gen._sync.fleet import Fleet
from authing_gen._sync.stores import MemoryStore
from authing_gen.deadlines import Deadline
from authing_gen.renewals import Granted
from authing_gen.unanswered import UnansweredError

from ..blocking import only
from ..documents.pages import ROOT, of_language
from ..documents.python import write
from ..reliability.members import Calls, run
from ..reliability.scenarios import SCENARIOS, Scenario, stage
from .conftest import Connect
from .redis_server import RedisServer
from .scripted import (
    INIT,
    Reply,
    ScriptedServer,
    Seen,
    answered,
    data,
    held,
    jwt,
    owner,
)
from .scripted import refused as refusal
from .test_cancellation import interrupted_at

pytestmark = pytest.mark.anyio

NOBODY = data(user=None)
LONG = 15.0
"""Seconds: what takes longer hangs; less than a claim is held."""
STORES = [
    "file",
    pytest.param("redis", marks=[pytest.mark.redis]),
]


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The name of a store, as a setting."""
    if request.param == "redis":
        url: str = request.getfixturevalue("redis").url
        return url
    return f"file:{tmp_path / 'tokens'}"


@pytest.fixture
def fleet(server: ScriptedServer, connect: Connect) -> Callable[[str], AsyncAuthing]:
    """Makes clients that might be in as many processes."""
    server.answer("user", NOBODY)

    def member(store: str) -> AsyncAuthing:
        return connect(token_store=store)

    return member


def _settings(server: ScriptedServer, store: str) -> dict[str, Any]:
    return {
        "user_pool_id": "the-pool",
        "secret": "the-pool-secret",
        "users_url": f"{server.url}/users/graphql",
        "oauth_url": f"{server.url}/oauth/graphql",
        "token_store": store,
    }


@pytest.mark.parametrize("store", STORES, indirect=True)
async def test_members_share_one_token(
    server: ScriptedServer, fleet: Callable[[str], AsyncAuthing], store: str
) -> None:
    server.answer(INIT, owner(jwt("one", 3600)), owner(jwt("two", 3600)))
    members = [fleet(store) for _ in range(8)]
    await asyncio.gather(*(member.user(id="ada") for member in members))
    assert len(server.calls(INIT)) == 1
    assert len({seen.token for seen in server.calls("user")}) == 1


@pytest.mark.parametrize("store", STORES, indirect=True)
async def test_a_token_that_is_refused_is_replaced_once_for_all(
    server: ScriptedServer, fleet: Callable[[str], AsyncAuthing], store: str
) -> None:
    old, new = jwt("old", 3600), jwt("new", 3600)
    server.answer(INIT, owner(old), owner(new))

    async def answer(seen: Seen) -> Reply:
        return NOBODY if seen.token == valid else refusal(2206, "过期")

    valid = old
    server.handle("user", answer)
    members = [fleet(store) for _ in range(4)]
    for member in members:
        await member.user(id="ada")
    valid = new
    await asyncio.gather(*(member.user(id="ada") for member in members))
    assert len(server.calls(INIT)) == 2


@pytest.mark.parametrize("store", STORES, indirect=True)
@pytest.mark.parametrize(
    ("code", "error", "tries"), [(1000, ServiceBusyError, 3), (2100, RateLimitError, 1)]
)
async def test_a_refusal_counts_for_all_members(
    server: ScriptedServer,
    fleet: Callable[[str], AsyncAuthing],
    store: str,
    code: int,
    error: type[AuthingError],
    tries: int,
) -> None:
    server.answer(INIT, refusal(code, "忙"))
    for _ in range(3):
        with pytest.raises(error, match="忙"):
            await fleet(store).user(id="ada")
    assert len(server.calls(INIT)) == tries  # All by the first of them.


@pytest.mark.parametrize("store", STORES, indirect=True)
async def test_retry_after_is_a_window_in_which_nobody_asks(
    server: ScriptedServer, fleet: Callable[[str], AsyncAuthing], store: str
) -> None:
    server.answer(
        INIT, answered({"message": "slow down"}, 429, retry_after="30"), owner("one")
    )

    async def ask() -> None:
        with pytest.raises(RateLimitError):
            await fleet(store).user(id="ada")

    await asyncio.gather(*(ask() for _ in range(10)))
    assert len(server.calls(INIT)) == 1


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever fetches the token for a fleet has half a second at a time."""
    monkeypatch.setattr("authing_gen._async.shelf.LONGEST_FETCH", 0.5)
    monkeypatch.setattr("authing_gen._sync.shelf.LONGEST_FETCH", 0.5)


@pytest.mark.usefixtures("impatient")
async def test_nobody_waits_with_the_turn_for_the_end_of_a_window(
    server: ScriptedServer, fleet: Callable[[str], AsyncAuthing], tmp_path: Path
) -> None:
    server.answer(INIT, answered({}, 429, retry_after="1"), owner(jwt("one", 3600)))
    member = fleet(f"file:{tmp_path / 'tokens'}")
    with pytest.raises(RateLimitError):
        await member.user(id="ada", timeout=20)
    assert len(server.calls(INIT)) == 1


@pytest.mark.usefixtures("impatient")
async def test_a_fetch_that_takes_longer_than_the_turn_is_begun_anew(
    server: ScriptedServer, fleet: Callable[[str], AsyncAuthing], tmp_path: Path
) -> None:
    slow, _ = held(owner(jwt("late", 3600)))
    server.answer(INIT, slow, owner(jwt("one", 3600)))
    member = fleet(f"file:{tmp_path / 'tokens'}")
    assert await member.user(id="ada", timeout=20) is None
    assert len(server.calls(INIT)) == 2


@pytest.mark.heavy
@pytest.mark.parametrize("store", STORES, indirect=True)
async def test_who_dies_with_the_turn_is_outlived(
    server: ScriptedServer, fleet: Callable[[str], AsyncAuthing], store: str
) -> None:
    arrived = asyncio.Event()

    async def answer(_: Seen) -> Reply:
        if not arrived.is_set():
            arrived.set()
            await asyncio.sleep(20)
        return owner(jwt("one", 3600))

    server.handle(INIT, answer)
    context = multiprocessing.get_context("spawn")
    doomed = context.Process(target=_ask_once, args=(_settings(server, store),))
    doomed.start()
    await asyncio.wait_for(arrived.wait(), 60)
    assert doomed.pid is not None
    os.kill(doomed.pid, signal.SIGKILL)
    await run_sync(doomed.join)
    assert await fleet(store).user(id="ada", timeout=20) is None
    assert len(server.calls(INIT)) == 2


def _ask_once(settings: dict[str, Any]) -> None:
    shelf_module.HOLD = 2.0  # What others wait for when this process has died.
    with Authing(**settings) as client:
        client.user(id="ada")


@pytest.mark.redis
async def test_what_is_kept_is_encrypted(
    server: ScriptedServer, fleet: Callable[[str], AsyncAuthing], redis: RedisServer
) -> None:
    token = jwt("secret-t0ken", 3600)
    server.answer(INIT, owner(token))
    await fleet(redis.url).user(id="ada")
    kept = redis.dump()
    assert b"authing-gen:" in kept
    for secret in (token, "the-pool-secret", "the-pool"):
        assert secret.encode() not in kept
    assert b"PONG" in redis.ask(b"PING")


async def test_a_file_is_for_its_owner_alone(
    server: ScriptedServer, fleet: Callable[[str], AsyncAuthing], tmp_path: Path
) -> None:
    token = jwt("secret-t0ken", 3600)
    server.answer(INIT, owner(token))
    path = tmp_path / "tokens"
    await fleet(f"file:{path}").user(id="ada")
    for file in (path, tmp_path / "tokens.lock"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert token not in path.read_text()
    assert set(tmp_path.iterdir()) == {path, tmp_path / "tokens.lock"}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\0" * 100, b'{"a": 1}'])
async def test_a_file_that_is_broken_is_written_anew(
    server: ScriptedServer,
    fleet: Callable[[str], AsyncAuthing],
    tmp_path: Path,
    content: bytes,
) -> None:
    server.answer(INIT, owner(jwt("one", 3600)), owner(jwt("two", 3600)))
    path = tmp_path / "tokens"
    path.write_bytes(content)
    for _ in range(2):
        await fleet(f"file:{path}").user(id="ada")
    assert len(server.calls(INIT)) == 1
    assert json.loads(path.read_bytes())


@pytest.mark.parametrize("store", STORES, indirect=True)
async def test_another_pool_or_secret_shares_nothing(
    server: ScriptedServer, connect: Connect, store: str
) -> None:
    server.answer("user", NOBODY)
    server.answer(INIT, *(owner(jwt(str(n), 3600)) for n in range(3)))
    others: tuple[dict[str, str], ...] = (
        {},
        {"user_pool_id": "another-pool"},
        {"secret": "another-secret"},
    )
    for other in others:
        await connect(token_store=store, **other).user(id="ada")
    assert len(server.calls(INIT)) == 3


@pytest.mark.redis
async def test_a_store_that_is_down_fails_no_call(
    server: ScriptedServer,
    fleet: Callable[[str], AsyncAuthing],
    redis: RedisServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.answer(INIT, owner(jwt("one", 3600)))
    redis.stop()
    assert await fleet(redis.url).user(id="ada") is None
    assert "token store: ConnectionError; doing without it" in caplog.text
    assert redis.url not in caplog.text


@pytest.mark.redis
async def test_a_store_that_comes_back_is_used_again(
    server: ScriptedServer,
    fleet: Callable[[str], AsyncAuthing],
    redis: RedisServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("authing_gen.outages.OUTAGE", 0.2)
    server.answer(INIT, *(owner(jwt(str(n), 0.5)) for n in range(3)), owner("last"))
    first = fleet(redis.url)
    redis.stop()
    await first.user(id="ada")
    redis.start()
    await asyncio.sleep(0.6)  # The token has expired, and the outage is over.
    await first.user(id="ada")
    before = len(server.calls(INIT))
    await fleet(redis.url).user(id="ada")
    assert len(server.calls(INIT)) <= before + 1
    assert b"authing-gen:" in redis.dump()


class Failing:
    """A store that fails in one of its steps, and does the others."""

    def __init__(self, step: str, store: object) -> None:
        self._store = store
        self._step = step
        self.failures = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name == self._step:
            return self._fail
        found: Callable[..., Any] = getattr(self._store, name)
        return found

    def _fail(self, *_: object) -> Any:
        self.failures += 1
        raise OSError("redis://:s3cret@localhost is away")


STORES_OF = {"async": AsyncMemoryStore, "sync": MemoryStore}


@pytest.mark.parametrize(
    ("step", "warning"),
    [
        ("get", "token store: OSError; doing without it for 30 s"),
        ("add", "token store: OSError; doing without it for 30 s"),
        ("set", "token store: OSError; nobody else learns of this"),
        ("remove", "token store: OSError"),
    ],
)
async def test_a_store_that_fails_in_a_step_fails_no_call(
    server: ScriptedServer,
    connect: Connect,
    client_kind: str,
    caplog: pytest.LogCaptureFixture,
    step: str,
    warning: str,
) -> None:
    server.answer("user", NOBODY)
    server.answer(INIT, owner(jwt("one", 3600)), owner(jwt("two", 3600)))
    member = connect(token_store=Failing(step, STORES_OF[client_kind]()))
    for _ in range(2):
        assert await member.user(id="ada") is None
    assert len(server.calls(INIT)) == 1
    assert {record.getMessage() for record in caplog.records} == {warning}


async def test_a_store_that_has_failed_is_not_asked_for_a_while(
    server: ScriptedServer, connect: Connect, client_kind: str
) -> None:
    server.answer("user", refusal(2206), NOBODY)
    server.answer(INIT, owner(jwt("one", 3600)), owner(jwt("two", 3600)))
    store = Failing("get", STORES_OF[client_kind]())
    assert await connect(token_store=store).user(id="ada") is None
    assert len(server.calls(INIT)) == 2
    assert store.failures == 1


@only("async", "a store is written for one of the two clients")
async def test_refusals_in_a_row_count_for_longer_until_a_token_comes(
    server: ScriptedServer, connect: Connect
) -> None:
    now = 0.0
    store = AsyncMemoryStore(lambda: now)
    server.answer("user", NOBODY)
    server.answer(INIT, *[refusal(2100)] * 3, owner(jwt("one", 20)), refusal(2100))
    asked = []
    for moment in (0, 0.9, 1.1, 3.0, 3.2, 7.1, 7.3, 25.0, 25.4, 26.5, 27.0, 28.7):
        now = moment
        # A client for each call: it would remember by itself what it has heard.
        with contextlib.suppress(RateLimitError):
            await connect(token_store=store).user(id="ada")
        asked.append(len(server.calls(INIT)))
    assert asked == [1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 6, 7]


@only("async", "a store is written for one of the two clients")
async def test_who_gets_the_turn_looks_again_before_asking(
    server: ScriptedServer, connect: Connect
) -> None:
    """Somebody else may have fetched the token between the first look and the turn."""
    server.answer("user", NOBODY)
    server.answer(INIT, owner(jwt("one", 3600)), owner(jwt("two", 3600)))
    store = AsyncMemoryStore()
    add = store.add

    async def add_late(name: str, value: bytes, seconds: float) -> bool:
        if not server.calls(INIT):
            store.add = add  # type: ignore[method-assign]
            await connect(token_store=store).user(id="bob")
        return await add(name, value, seconds)

    store.add = add_late  # type: ignore[method-assign]
    await connect(token_store=store).user(id="ada")
    assert len(server.calls(INIT)) == 1


@only("sync", "the other is above")
async def test_and_so_does_a_thread(server: ScriptedServer, connect: Connect) -> None:
    server.answer("user", NOBODY)
    server.answer(INIT, owner(jwt("one", 3600)), owner(jwt("two", 3600)))
    settings, store = _settings(server, "memory"), MemoryStore()
    add = store.add

    def add_late(name: str, value: bytes, seconds: float) -> bool:
        store.add = add  # type: ignore[method-assign]
        with Authing(**(settings | {"token_store": store})) as another:
            another.user(id="bob")
        return add(name, value, seconds)

    store.add = add_late  # type: ignore[method-assign]
    await connect(token_store=store).user(id="ada")
    assert len(server.calls(INIT)) == 1


SHORT = 0.04
"""Seconds: no time for another look."""


async def _find_out(client_kind: str, fetch: Callable[[], str], turn: str) -> str:
    """What a member learns in a short while; somebody has the turn already, perhaps."""

    async def fetch_while_others_wait(_: Deadline) -> str:
        return fetch()

    deadline = Deadline(SHORT)
    if client_kind == "async":
        awaiting = AsyncMemoryStore()
        await awaiting.add(turn, b"another", LONG)
        fleet = AsyncFleet(awaiting)
        outcome = (await fleet.know(fetch_while_others_wait, deadline, None)).outcome
    else:
        blocking = MemoryStore()
        blocking.add(turn, b"another", LONG)
        outcome = Fleet(blocking).know(lambda _: fetch(), deadline, None).outcome
    assert isinstance(outcome, Granted)
    return outcome.token


async def test_a_member_waits_for_another_no_longer_than_it_may(
    client_kind: str,
) -> None:
    with pytest.raises(UnansweredError, match="the deadline has passed"):
        await _find_out(client_kind, lambda: "one", "own:turn")
    assert await _find_out(client_kind, lambda: "one", "another:turn") == "one"


async def test_a_fetch_is_not_begun_anew_where_no_time_is_left(
    client_kind: str,
) -> None:
    def fetch() -> str:
        fetches.append(1)
        raise AuthingTimeoutError("the vault does not answer", "OwnerToken")

    fetches: list[int] = []
    with pytest.raises(AuthingTimeoutError, match="the vault"):
        await _find_out(client_kind, fetch, "another:turn")
    assert fetches == [1]


@pytest.mark.usefixtures("impatient")
async def test_a_fetch_that_never_ends_ends_with_the_call(
    server: ScriptedServer, fleet: Callable[[str], AsyncAuthing], tmp_path: Path
) -> None:
    slow, _ = held(owner(jwt("late", 3600)))
    server.answer(INIT, slow)
    with pytest.raises(AuthingTimeoutError):
        await fleet(f"file:{tmp_path / 'tokens'}").user(id="ada", timeout=3)
    assert len(server.calls(INIT)) > 1


async def test_a_store_that_stalls_is_one_that_is_down(
    server: ScriptedServer, fleet: Callable[[str], AsyncAuthing]
) -> None:
    pytest.importorskip("redis", reason="the extra authing-gen[redis] is not installed")
    server.answer(INIT, owner(jwt("one", 3600)))
    with socket.create_server(("127.0.0.1", 0)) as listener:  # It accepts nobody.
        port = listener.getsockname()[1]
        started = time.monotonic()
        assert await fleet(f"redis://127.0.0.1:{port}").user(id="ada") is None
        assert time.monotonic() - started < 9


@only("async", "a store is written for one of the two clients")
async def test_a_store_of_ones_own(server: ScriptedServer, connect: Connect) -> None:
    server.answer("user", NOBODY)
    server.answer(INIT, owner(jwt("one", 3600)), owner(jwt("two", 3600)))
    store = AsyncMemoryStore()
    for _ in range(2):
        await connect(token_store=store).user(id="ada")
    assert len(server.calls(INIT)) == 1


class _Unanswering(AsyncMemoryStore):
    """Takes a claim, and is slow to say so, the first time."""

    claims = 0

    async def add(self, name: str, value: bytes, seconds: float) -> bool:
        taken = await super().add(name, value, seconds)
        self.claims += 1
        if self.claims == 1:
            await anyio.sleep(LONG)
        return taken

    async def remove(self, name: str, value: bytes) -> None:
        await anyio.sleep(0)  # As whatever talks to another process.
        await super().remove(name, value)


@only("async", "it is cancelled")
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_a_claim_that_is_cancelled_is_given_back(anyio_backend: str) -> None:
    async def fetch(_: Deadline) -> str:
        return jwt("one", 3600)

    store = _Unanswering()
    with pytest.raises(TimeoutError):
        async with bounded(Deadline(0.05)):
            await AsyncFleet(store).know(fetch, Deadline(LONG), None)
    assert await store.get("own:turn") is None
    with anyio.fail_after(LONG / 2):
        await AsyncFleet(store).know(fetch, Deadline(LONG), None)


@only("sync", "a thread is interrupted")
def test_a_claim_that_is_interrupted_is_given_back() -> None:
    """At whatever step the interrupt comes."""
    for step in count():
        store = MemoryStore()
        know = partial(Fleet(store).know, lambda _: jwt("one", 3600), Deadline(LONG))
        reached = interrupted_at(step, partial(know, None))
        assert store.get("own:turn") is None, step
        if not reached:
            break
    assert step > 40


@pytest.mark.parametrize(
    "store",
    ["mongodb://x", "file:", "file:/no/such/folder/tokens", "redis://[", "redis"],
)
def test_a_store_that_cannot_be(store: str) -> None:
    with pytest.raises(AuthingConfigurationError, match="token_store"):
        AsyncAuthing("pool", "secret", token_store=store)


def test_a_store_needs_the_secret(tmp_path: Path) -> None:
    store = f"file:{tmp_path / 'tokens'}"
    with pytest.raises(AuthingConfigurationError, match="needs the secret"):
        AsyncAuthing("pool", signed=True, token_store=store)


async def test_a_token_that_is_dead_on_arrival_is_not_fetched_by_each_caller(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer("user", NOBODY)
    server.answer(INIT, owner(jwt("dead", -5)))
    client = connect()
    await asyncio.gather(*(client.user(id="ada") for _ in range(100)))
    assert len(server.calls(INIT)) == 1


# Real processes


@pytest.mark.heavy
@only("sync", "each process blocks")
async def test_sixteen_processes_and_one_initialization(
    server: ScriptedServer, client_kind: str, tmp_path: Path
) -> None:
    server.answer("user", NOBODY)
    server.answer(INIT, owner(jwt("one", 3600)), owner(jwt("two", 3600)))
    settings = _settings(server, f"file:{tmp_path / 'tokens'}")
    said = await run_sync(run, settings, [Calls(200)] * 16)
    assert sum(one.good for one in said) == 16 * 200
    assert len(server.calls(INIT)) == 1
    assert len(server.calls("user")) == 16 * 200


@pytest.mark.heavy
@pytest.mark.redis
@pytest.mark.xdist_group("fleet")  # They wait much: in turn, while others work.
@only("sync", "each process blocks")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.__name__)
async def test_a_fleet_in_trouble(
    client_kind: str, redis: RedisServer, scenario: Scenario
) -> None:
    async with stage() as on:
        assert [figure for figure in await scenario(on) if not figure.kept] == []


@pytest.mark.redis
@only("sync", "its processes block")
async def test_the_fleet_of_the_documentation(
    server: ScriptedServer, client_kind: str, redis: RedisServer, tmp_path: Path
) -> None:
    page = of_language(ROOT / "docs/guide/deployment.md", "python")
    [program] = [block for block in page if block.file_name == "fleet.py"]
    server.answer(INIT, owner(jwt("one", 3600)), owner(jwt("two", 3600)))

    async def answer(_: Seen) -> Reply:
        await server.arrived("user", 2)  # So that two processes are at it.
        return NOBODY

    server.handle("user", answer)
    settings = _settings(server, redis.url)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, write(tmp_path, program)),
        cwd=tmp_path,
        env=os.environ
        | {f"AUTHING_{name}".upper(): settings[name] for name in settings},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert output == b"[None, None, None]\n"
    assert len(server.calls(INIT)) == 1
