"""What all can that carry requests: aiohttp, and httpcore with and without `await`."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from authing_gen import (
    AsyncAuthing,
    AuthingResponseError,
    AuthingTimeoutError,
    AuthingTransportError,
)
from authing_gen._async.engine import EngineOptions
from authing_gen._async.httpcore_engine import AsyncHttpcoreEngine
from authing_gen._sync.engine import EngineOptions as BlockingOptions
from authing_gen._sync.httpcore_engine import HttpcoreEngine
from authing_gen.aiohttp_engine import AiohttpEngine
from authing_gen.deadlines import Deadline
from authing_gen.exchange import Request
from authing_gen.unanswered import UnansweredError

from ..blocking import Blocking
from .bytewise import ByteServer, Peer, answer_to, everywhere, full_backlog, head, http

pytestmark = [pytest.mark.anyio, everywhere]


STATUS = b'{"operationName": "checkLoginStatus"}'


async def answering(peer: Peer) -> None:
    async for seen in peer.requests():
        await peer.send(http(answer_to(seen)))


async def test_a_host_of_the_callers_own() -> None:
    with ByteServer(answering) as server:
        async with AsyncAuthing(**server.settings()) as client:
            assert await client.user_exist(headers={"host": "authing.test"})
    (seen,) = server.seen
    assert seen.headers["host"] == "authing.test"


async def test_a_request_without_a_body() -> None:
    async def sent(peer: Peer) -> None:
        async for _ in peer.requests():
            await peer.send(http(b'{"code": 200, "message": "sent"}'))

    with ByteServer(sent) as server:
        async with AsyncAuthing(**server.settings()) as client:
            await client.sms.send_code("13800138000")
    (seen,) = server.seen
    assert (seen.method, seen.content) == ("GET", b"")
    assert "content-length" not in seen.headers


async def test_an_answer_that_is_too_large_and_all_there() -> None:
    async def large(peer: Peer) -> None:
        async for _ in peer.requests():
            ending = b"7d0\r\n" + b" " * 2000 + b"\r\n0\r\n\r\n"
            await peer.send(head(transfer_encoding="chunked") + ending)

    with ByteServer(large) as server:
        settings = server.settings(max_response_bytes=1000)
        async with AsyncAuthing(**settings) as client:
            with pytest.raises(AuthingResponseError, match="max_response_bytes"):
                await client.user_exist()


async def test_blanks_around_a_header_are_no_part_of_it() -> None:
    with ByteServer(answering) as server:
        async with AsyncAuthing(**server.settings()) as client:
            assert await client.user_exist(headers={"X-Key": " k e y\t"})
    (seen,) = server.seen
    assert seen.headers["x-key"] == "k e y"


def engine_of(client_kind: str, anyio_backend: str) -> Any:
    """What carries requests there, with `await` before whatever it does."""
    if client_kind == "sync":
        return Blocking(HttpcoreEngine(BlockingOptions(1, 1000)))
    options = EngineOptions(1, 1000)
    if anyio_backend == "trio":
        return AsyncHttpcoreEngine(options)
    return AiohttpEngine(options)


@pytest.mark.parametrize("name", ["X-Key", "X-Key\r\nX-Other"])
async def test_an_engine_itself_sends_no_header_that_would_be_two(
    client_kind: str, anyio_backend: str, name: str
) -> None:
    """Whatever those above it have looked at."""
    value = "s3cret" if "\n" in name else "s3cret\r\nX-Other: 1"
    engine = engine_of(client_kind, anyio_backend)
    with ByteServer(answering) as server:
        request = Request("POST", f"{server.url}/graphql", {name: value}, STATUS)
        with pytest.raises(UnansweredError, match="a header or the") as no:
            await engine.exchange(request, Deadline(20))
        request.headers = {"Authorization": "Bearer t0ken"}
        assert (await engine.exchange(request, Deadline(20))).status == 200
        await (engine.close if client_kind == "sync" else engine.aclose)()
    assert "s3cret" not in str(no.value)
    assert [seen.token for seen in server.seen] == ["t0ken"]


async def test_a_call_whose_time_is_up_is_not_sent(client_kind: str) -> None:
    """Something else has kept the event loop busy."""

    def give() -> str:
        time.sleep(0.4)
        return "too-late"

    async def give_while_others_wait() -> str:
        return give()

    owner_token: Callable[[], object] = give
    if client_kind == "async":
        owner_token = give_while_others_wait
    with ByteServer(answering) as server:
        settings = server.settings(owner_token=owner_token, timeout=0.2)
        async with AsyncAuthing(**settings) as client:
            with pytest.raises(AuthingTimeoutError):
                await client.user(id="ada")
    assert server.seen == []


async def test_a_connection_that_is_not_made_in_time() -> None:
    timeout = httpx.Timeout(20, connect=0.2)
    with full_backlog() as url:
        async with AsyncAuthing(
            "pool", users_url=url, timeout=timeout, max_retries=0
        ) as client:
            with pytest.raises(AuthingTimeoutError, match="could not be connected to"):
                await client.user_exist()


# Proxies


@pytest.fixture(autouse=True)
def _no_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


async def test_a_proxy_forwards(monkeypatch: pytest.MonkeyPatch) -> None:
    with ByteServer(answering) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        url = "http://authing.test/graphql"
        async with AsyncAuthing(
            "pool", users_url=url, allow_insecure_http=True
        ) as client:
            assert await client.user_exist()
    (seen,) = proxy.seen
    assert (seen.target, seen.headers["host"]) == (url, "authing.test")


async def test_a_proxy_makes_no_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refusing(peer: Peer) -> None:
        await peer.request()
        await peer.send(http(b"", 407))
        await peer.leave()

    with ByteServer(refusing) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        url = "https://authing.test/graphql"
        async with AsyncAuthing("pool", users_url=url, max_retries=0) as client:
            with pytest.raises(AuthingTransportError, match=r"HTTPS_PROXY.*407"):
                await client.user_exist()
    assert [(seen.method, seen.target) for seen in proxy.seen] == [
        ("CONNECT", "authing.test:443")
    ]
