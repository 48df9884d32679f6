"""Why no answer came: the same words, whatever carries the request."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from authing_gen import AsyncAuthing, AuthingTimeoutError, AuthingTransportError

from .bytewise import ByteServer, Peer, everywhere
from .redis_server import free_port
from .scripted import data, owner

pytestmark = [pytest.mark.anyio, everywhere]


async def _garbage(peer: Peer) -> None:
    await peer.request()
    await peer.send(b"\x16\x03\x01 not HTTP at all\r\n\r\n")
    await peer.leave()


async def _nothing(peer: Peer) -> None:
    await peer.request()
    await peer.leave()


async def _silence(peer: Peer) -> None:
    async for _ in peer.requests():
        pass


async def _half(peer: Peer) -> None:
    await peer.request()
    await peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    await peer.leave()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (_garbage, "what came is no HTTP answer"),
        (_nothing, "the connection was lost"),
        (_silence, "it sent nothing for too long"),
        (_half, "(the connection was lost|what came is no HTTP answer)"),
    ],
)
async def test_why_no_answer_came(
    script: Callable[[Peer], Awaitable[None]], said: str
) -> None:
    with ByteServer(script) as server:
        timeout = httpx.Timeout(20, read=0.5)
        settings = server.settings(timeout=timeout, max_retries=0)
        async with AsyncAuthing(**settings) as client:
            with pytest.raises(AuthingTransportError, match=said) as caught:
                await client.user_exist(email="ada@example.com")
    timed_out = isinstance(caught.value, AuthingTimeoutError)
    assert timed_out == (script is _silence)


async def test_nobody_listens() -> None:
    url = f"http://127.0.0.1:{free_port()}/graphql"
    async with AsyncAuthing("pool", users_url=url, max_retries=0) as client:
        with pytest.raises(AuthingTransportError, match="it cannot be connected to"):
            await client.user_exist(email="ada@example.com")


async def test_all_users_are_read() -> None:
    async def answer(peer: Peer) -> None:
        async for seen in peer.requests():
            content = data(users={"totalCount": 0, "list": []}).content
            if seen.name != "usersWithPhones":
                content = owner("the-token").content
            await peer.send(
                b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content), content
            )

    with ByteServer(answer) as server:
        async with AsyncAuthing(**server.settings()) as client:
            assert [user.id async for user in client.iter_users()] == []
