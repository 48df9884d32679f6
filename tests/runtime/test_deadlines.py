"""A call ends by its deadline, whatever the server does, and whatever it waits for."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import anyio
import httpx
import pytest

from authing_gen import (
    AsyncAuthing,
    AuthingConfigurationError,
    AuthingPoolTimeoutError,
    AuthingTimeoutError,
    ServiceError,
)

from ..blocking import only
from .asking import places_of
from .bytewise import (
    ByteServer,
    Peer,
    Script,
    answer_to,
    chunk,
    everywhere,
    full_backlog,
    head,
    http,
    silent_at,
)
from .scripted import INIT

pytestmark = pytest.mark.anyio

TIMEOUT = 0.3
SLACK = 2.0
"""Seconds that a slow machine may add."""


def dribbled(start: bytes, endless: bytes) -> Script:
    """An answer that has a start, and then goes on for ever."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.dribble(start, endless)

    return script


async def silent(peer: Peer) -> None:
    """No answer."""
    await peer.request()
    await asyncio.Event().wait()


async def flooding(peer: Peer) -> None:
    """Informational answers, as many as go through."""
    await peer.request()
    while True:
        await peer.send(b"HTTP/1.1 102 Processing\r\n\r\n" * 100)


async def answering(peer: Peer) -> None:
    async for seen in peer.requests():
        await peer.send(http(answer_to(seen)))


CHUNKED = head(transfer_encoding="chunked")

STALLS: dict[str, Script] = {
    "no answer": silent,
    "status line": dribbled(b"HTTP/1.1 200 ", b"x"),
    "one header": dribbled(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
    "headers": dribbled(b"HTTP/1.1 200 OK\r\n", b"X-Many: x\r\n"),
    "body with a length": dribbled(head(content_length="100000"), b" "),
    "body without a length": dribbled(head(connection="close"), b" "),
    "size of a chunk": dribbled(CHUNKED + b"1;", b"x"),
    "data of a chunk": dribbled(CHUNKED + b"fffff\r\n", b" "),
    "chunks": dribbled(CHUNKED, chunk(b" ")),
    "one trailer": dribbled(CHUNKED + chunk(b"{}") + b"0\r\nX-Long: ", b"x"),
    "trailers": dribbled(CHUNKED + chunk(b"{}") + b"0\r\n", b"X-Many: x\r\n"),
    "informational answers": dribbled(b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "a flood of them": flooding,
}


async def tls_silent(peer: Peer) -> None:
    await asyncio.Event().wait()


async def tls_dribbled(peer: Peer) -> None:
    """A handshake of 16 KiB, byte by byte."""
    await peer.dribble(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xf0", b"\x00")


@contextlib.contextmanager
def stalling() -> Iterator[dict[str, str]]:
    """URLs by what goes on for ever there."""
    with contextlib.ExitStack() as servers:
        urls = {
            name: servers.enter_context(ByteServer(script)).url
            for name, script in STALLS.items()
        }
        for script in (tls_silent, tls_dribbled):
            url = servers.enter_context(ByteServer(script)).url
            urls[script.__name__] = url.replace("http:", "https:")
        urls["connecting"] = servers.enter_context(full_backlog())
        yield urls


async def outcome(call: Callable[[], Awaitable[object]]) -> str:
    """What becomes of a call, and whether it took as long as it may."""
    started = time.monotonic()
    try:
        await call()
        found = "an answer"
    except Exception as error:
        found = repr(error)
        if isinstance(error, AuthingTimeoutError):
            found = type(error).__name__
    took = time.monotonic() - started
    if not TIMEOUT - 0.1 < took < TIMEOUT + SLACK:
        found += f" after {took:.1f} s"
    return found


async def outcomes(urls: dict[str, str], **settings: Any) -> dict[str, str]:
    """What becomes of a call of each URL, all at once, each with its own client."""
    found: dict[str, str] = {}

    async def ask(name: str, url: str) -> None:
        async with AsyncAuthing(
            "pool", users_url=url, oauth_url=url, timeout=TIMEOUT, **settings
        ) as client:
            found[name] = await outcome(client.user_exist)

    with anyio.move_on_after(20):
        async with anyio.create_task_group() as calls:
            for name, url in urls.items():
                calls.start_soon(ask, name, url)
    return found


@everywhere
async def test_a_call_ends_by_its_deadline() -> None:
    with stalling() as urls:
        found = await outcomes(urls)
    assert found == dict.fromkeys(urls, "AuthingTimeoutError")


BETWEEN_BYTES = {
    "status line",
    "one header",
    "headers",
    "size of a chunk",
    "one trailer",
    "trailers",
    "informational answers",
    "a flood of them",
}
"""Where httpx without `await` does not say that something has arrived."""


async def test_so_does_one_by_a_client_of_httpx(client_kind: str) -> None:
    """Without `await`, httpx bounds every wait for bytes, and not all of them.

    With it, it forgets to close what was cancelled in a handshake of TLS, and says so.
    """
    out_of_reach = (
        BETWEEN_BYTES if client_kind == "sync" else {"tls_silent", "tls_dribbled"}
    )
    with stalling() as urls:
        for name in out_of_reach:
            del urls[name]
        async with httpx.AsyncClient(verify=False, trust_env=False) as http_client:
            found = await outcomes(urls, http_client=http_client)
    assert found == dict.fromkeys(urls, "AuthingTimeoutError")


async def test_a_large_body_is_sent_without_a_warning() -> None:
    """aiohttp warns of large ones that it sends in one piece."""
    with ByteServer(answering) as server:
        async with AsyncAuthing(**server.settings()) as client:
            assert await client.user_exist(email="a" * 3_000_000)
    assert len(server.seen[0].content) > 3_000_000


@only("sync", "with await, the end of a call does not depend on its steps")
async def test_a_body_that_is_read_slowly_is_no_excuse() -> None:
    async def reading_slowly(peer: Peer) -> None:
        while await peer.reader.read(4096):
            await asyncio.sleep(0.001)

    with ByteServer(reading_slowly) as server:
        async with AsyncAuthing(**server.settings(timeout=1)) as client:
            ask = partial(client.user_exist, email="a" * 30_000_000)
            assert await outcome(ask) == "AuthingTimeoutError"


@contextlib.contextmanager
def resolved(*addresses: str) -> Iterator[str]:
    """A name of a host that has these addresses."""
    resolve = socket.getaddrinfo

    def found(host: Any, *args: Any, **options: Any) -> Any:
        if host != "many.example":
            return resolve(host, *args, **options)
        return [resolve(address, *args, **options)[0] for address in addresses]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", found)
        yield "many.example"


async def test_a_host_with_many_addresses_that_are_silent_is_no_excuse() -> None:
    with full_backlog() as url, resolved(*["127.0.0.1"] * 8) as host:
        url = url.replace("127.0.0.1", host)
        found = await outcomes({"connecting": url}, allow_insecure_http=True)
    assert found == {"connecting": "AuthingTimeoutError"}


async def test_a_silent_address_leaves_time_for_the_next_one() -> None:
    with (
        ByteServer(answering) as server,
        silent_at("127.0.0.2", server.port),
        resolved("127.0.0.2", "127.0.0.1") as host,
    ):
        url = f"{server.url}/graphql".replace("127.0.0.1", host)
        settings: dict[str, Any] = {"users_url": url, "allow_insecure_http": True}
        async with AsyncAuthing("pool", timeout=2, **settings) as client:
            assert await client.user_exist()


# The OwnerToken


class Recovering:
    """Does not answer getClientWhenSdkInit until it has recovered."""

    def __init__(self) -> None:
        self.recovered = False

    async def __call__(self, peer: Peer) -> None:
        async for seen in peer.requests():
            while seen.name == INIT and not self.recovered:
                await asyncio.sleep(0.005)
            await peer.send(http(answer_to(seen)))


async def test_each_caller_waits_for_the_owner_token_as_long_as_it_may(
    client_kind: str,
) -> None:
    script, ended = Recovering(), list[tuple[float, float]]()

    async def ask(timeout: float) -> None:
        started = time.monotonic()
        try:
            await client.user(id="ada", timeout=timeout)
        except AuthingTimeoutError:
            ended.append((timeout, time.monotonic() - started))

    hasty, patient = [0.1, 0.2, 0.3, 0.4, 0.5] * 3, [20, 25, 30] * 3
    with ByteServer(script) as server:
        async with AsyncAuthing(**server.settings()) as client:
            async with anyio.create_task_group() as calls:
                for timeout in [*hasty, *patient]:
                    calls.start_soon(ask, timeout)
                while len(ended) < len(hasty):
                    await anyio.sleep(0.01)
                script.recovered = True
    assert sorted(timeout for timeout, _ in ended) == sorted(hasty)
    assert all(timeout - 0.1 < took < timeout + SLACK for timeout, took in ended)
    assert len(server.calls("user")) == len(patient)
    if client_kind == "async":  # A thread that gives up leaves its work to another.
        assert len(server.calls(INIT)) == 1


async def test_who_joins_a_fetch_late_is_not_ended_by_its_deadline() -> None:
    script = Recovering()
    with ByteServer(script) as server:
        async with AsyncAuthing(**server.settings(timeout=0.4)) as client:

            async def begin() -> None:
                with pytest.raises(AuthingTimeoutError):
                    await client.user(id="ada")

            async with anyio.create_task_group() as calls:
                calls.start_soon(begin)
                await anyio.sleep(0.3)
                calls.start_soon(recover, script, 0.3)
                await client.user(id="bob", timeout=20)


async def recover(script: Recovering, seconds: float) -> None:
    await anyio.sleep(seconds)
    script.recovered = True


@only("async", "a thread cannot be stopped")
async def test_a_function_that_gives_the_token_is_not_waited_for_for_ever() -> None:
    asked = 0

    async def owner_token() -> str:
        nonlocal asked
        asked += 1
        if asked == 1:
            await asyncio.Event().wait()
        return "given"

    with ByteServer(Recovering()) as server:
        settings = server.settings(timeout=0.3, owner_token=owner_token)
        async with AsyncAuthing(**settings) as client:
            with pytest.raises(AuthingTimeoutError):
                await client.user(id="ada")
            await client.user(id="ada", timeout=20)
    assert asked == 2


# Places


class Holding:
    """Answers when it is told to, one after another."""

    def __init__(self) -> None:
        self.released = 0

    async def __call__(self, peer: Peer) -> None:
        async for seen in peer.requests():
            while not self.released:
                await asyncio.sleep(0.001)
            self.released -= 1
            await peer.send(http(answer_to(seen)))


@everywhere
async def test_waiting_for_a_place_ends_by_the_deadline() -> None:
    script = Holding()
    with ByteServer(script) as server:
        async with AsyncAuthing(**server.settings(max_connections=1)) as client:
            async with anyio.create_task_group() as calls:
                calls.start_soon(client.user_exist)
                while not server.seen:
                    await anyio.sleep(0.001)
                for _ in range(3):
                    started = time.monotonic()
                    with pytest.raises(AuthingPoolTimeoutError, match="1 calls"):
                        await client.user_exist(timeout=0.2)
                    assert 0.1 < time.monotonic() - started < 0.2 + SLACK
                assert len(server.seen) == 1
                script.released = 2
            await client.user_exist()


@everywhere
async def test_who_waits_for_a_place_is_served_in_turn(client_kind: str) -> None:
    """And who gave up while waiting is left out."""
    script, order, gone = Holding(), list[int](), list[int]()

    async def ask(number: int) -> None:
        try:
            await client.user_exist(timeout=20 if number % 3 else 0.3)
            order.append(number)
        except AuthingPoolTimeoutError:
            gone.append(number)

    with ByteServer(script) as server:
        async with AsyncAuthing(**server.settings(max_connections=1)) as client:
            async with anyio.create_task_group() as calls:
                calls.start_soon(client.user_exist)
                while not server.seen:
                    await anyio.sleep(0.001)
                for number in range(12):
                    calls.start_soon(ask, number)
                    if client_kind == "async":
                        await anyio.wait_all_tasks_blocked()
                        continue
                    while waiting(client) + len(gone) <= number:
                        await anyio.sleep(0.001)
                while len(gone) < 4:
                    await anyio.sleep(0.01)
                script.released = 100
    assert sorted(gone) == [0, 3, 6, 9]
    assert order == [1, 2, 4, 5, 7, 8, 10, 11]


def waiting(client: AsyncAuthing) -> int:
    """How many threads wait for a place."""
    blocking: Any = client
    return len(places_of(blocking._blocking)._waiting)


# Pauses


def not_now(retry_after: str | None) -> Script:
    """Answers that it is not the time."""
    headers = {} if retry_after is None else {"retry_after": retry_after}

    async def script(peer: Peer) -> None:
        async for _ in peer.requests():
            await peer.send(http(b"{}", 503, **headers))

    return script


@pytest.mark.parametrize("retry_after", [None, "0.1"], ids=["backoff", "Retry-After"])
async def test_pauses_end_with_the_deadline(retry_after: str | None) -> None:
    """The last answer counts where a pause would take longer."""
    with ByteServer(not_now(retry_after)) as server:
        settings = server.settings(timeout=0.8, max_retries=1000)
        async with AsyncAuthing(**settings) as client:
            started = time.monotonic()
            # On a slow machine, the deadline may come while it is asked once more.
            with pytest.raises((ServiceError, AuthingTimeoutError)):
                await client.user_exist()
            assert time.monotonic() - started < 0.8 + SLACK
    assert 2 <= len(server.seen) <= 8


# What is not GraphQL


@pytest.mark.parametrize("script", [silent, STALLS["headers"]])
async def test_sms_and_oidc_obey_it_too(script: Script) -> None:
    app = {"client_id": "app", "client_secret": "secret"}
    found: list[str] = []

    async def ask(call: Callable[[AsyncAuthing], Awaitable[object]]) -> None:
        async with AsyncAuthing(**server.settings(timeout=TIMEOUT)) as client:
            found.append(await outcome(partial(call, client)))

    with ByteServer(script) as server:
        async with anyio.create_task_group() as calls:
            for call in (
                lambda client: client.sms.send_code("138"),
                lambda client: client.sms.send_register_code("138"),
                lambda client: client.oidc.refresh(refresh_token="r", **app),
                lambda client: client.oidc.login(email="a", password="p", **app),
            ):
                calls.start_soon(ask, call)
    assert found == ["AuthingTimeoutError"] * 4
    assert len(server.seen) == 4  # A second try would send a second message.


# What a timeout may be


async def test_no_timeout_is_for_ever() -> None:
    async def slow(peer: Peer) -> None:
        async for seen in peer.requests():
            await asyncio.sleep(0.3)
            await peer.send(http(answer_to(seen)))

    with ByteServer(slow) as server:
        async with AsyncAuthing(**server.settings(timeout=0.1)) as client:
            assert await client.user_exist(timeout=None)
            with pytest.raises(AuthingTimeoutError):
                await client.user_exist()


async def test_connecting_has_a_time_of_its_own() -> None:
    timeout = httpx.Timeout(30, connect=0.2)
    with full_backlog() as url:
        async with AsyncAuthing(
            "pool", users_url=url, oauth_url=url, timeout=timeout, max_retries=0
        ) as client:
            started = time.monotonic()
            with pytest.raises(AuthingTimeoutError, match="connected to in time"):
                await client.user_exist()
    assert 0.1 < time.monotonic() - started < 0.2 + SLACK


async def test_reading_has_a_time_of_its_own() -> None:
    """For the next bytes: whoever sends some now and then is read for longer."""

    async def slow(peer: Peer) -> None:
        seen = await peer.request()
        body = answer_to(seen)
        pieces = [bytes([byte]) for byte in body[:6]]
        await peer.send(head(content_length=str(len(body))), *pieces, pause=0.1)
        await peer.send(body[6:])
        await silent(peer)

    timeout = httpx.Timeout(30, read=0.4)
    with ByteServer(slow) as server:
        settings = server.settings(timeout=timeout, max_retries=0)
        async with AsyncAuthing(**settings) as client:
            assert await client.user_exist()
            started = time.monotonic()
            with pytest.raises(AuthingTimeoutError, match="nothing for too long"):
                await client.user_exist()
    assert 0.3 < time.monotonic() - started < 0.4 + SLACK


async def test_waiting_for_a_place_has_a_time_of_its_own() -> None:
    script = Holding()
    timeout = httpx.Timeout(30, pool=0.2)
    with ByteServer(script) as server:
        settings = server.settings(timeout=timeout, max_connections=1)
        async with (
            AsyncAuthing(**settings) as client,
            anyio.create_task_group() as calls,
        ):
            calls.start_soon(client.user_exist)
            while not server.seen:
                await anyio.sleep(0.001)
            started = time.monotonic()
            with pytest.raises(AuthingPoolTimeoutError):
                await client.user_exist()
            script.released = 1
    assert 0.1 < time.monotonic() - started < 0.2 + SLACK


async def test_the_whole_takes_no_longer_than_the_longest_phase() -> None:
    """However much arrives in each of them."""
    with ByteServer(STALLS["headers"]) as server:
        timeout = httpx.Timeout(connect=0.1, read=TIMEOUT, write=0.1, pool=0.1)
        async with AsyncAuthing(**server.settings(timeout=timeout)) as client:
            assert await outcome(client.user_exist) == "AuthingTimeoutError"


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), -float("inf")])
async def test_a_timeout_that_no_call_can_have(timeout: float) -> None:
    with ByteServer(silent) as server:
        async with AsyncAuthing(**server.settings()) as client:
            with pytest.raises(AuthingConfigurationError, match="timeout"):
                await client.user_exist(timeout=timeout)
    assert server.seen == []
