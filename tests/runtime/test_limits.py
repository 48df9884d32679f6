"""What a client takes at most: bytes, memory, calls under way, connections."""

import asyncio
import gzip
import json
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import anyio
import pytest
from anyio.to_thread import current_default_thread_limiter

from authing_gen import AsyncAuthing, AuthingConfigurationError, AuthingResponseError
from authing_gen.bodies import decoded

from ..blocking import only
from .bytewise import (
    ByteServer,
    Peer,
    Script,
    answer_to,
    chunk,
    everywhere,
    graphql,
    head,
    http,
)

pytestmark = pytest.mark.anyio

MIB = 1024 * 1024
LIMIT = 256 * 1024
"""Bytes, for what needs no large one."""

PERIOD = b" " * MIB


def raw_deflate(data: bytes, window: int = -15) -> bytes:
    """Compress in a form of deflate: without a header, of zlib (15), of gzip (31)."""
    deflater = zlib.compressobj(9, wbits=window)
    return deflater.compress(data) + deflater.flush()


def bomb(mebibytes: int) -> bytes:
    """So many mebibytes of blanks, by gzip; made of one that is repeated."""
    deflater = zlib.compressobj(9, wbits=-15)
    piece = deflater.compress(PERIOD) + deflater.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + piece * mebibytes


def coded(codings: str, body: bytes) -> bytes:
    return http(body, content_encoding=codings)


def in_chunks(body: bytes, codings: str = "identity") -> bytes:
    start = head(transfer_encoding="chunked", content_encoding=codings)
    pieces = [body[at : at + 50_000] for at in range(0, len(body), 50_000)]
    return start + b"".join(map(chunk, pieces)) + b"0\r\n\r\n"


def once(answer: bytes) -> Script:
    """Gives the same answer to all, on the same connection if it says so."""

    async def script(peer: Peer) -> None:
        async for _ in peer.requests():
            await peer.send(answer)
            if b"connection: close" in answer:
                await peer.leave()

    return script


def endless(start: bytes, piece: bytes) -> Script:
    """Sends pieces for ever, as fast as they are taken."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(start)
        while True:
            await peer.send(piece)

    return script


CHUNKED = head(transfer_encoding="chunked")
BLANKS = b" " * 65536


def too_large() -> dict[str, Script]:
    """Answers that are larger than any limit here, by what is special about them."""
    large = bomb(64)
    twice = raw_deflate(bomb(4096), 31)
    return {
        "a length": endless(head(content_length=str(2**40)), BLANKS),
        "chunks": endless(CHUNKED, chunk(BLANKS)),
        "one chunk": endless(CHUNKED + b"fffffffff\r\n", BLANKS),
        "until the connection ends": endless(head(connection="close"), BLANKS),
        "gzip": once(coded("gzip", large)),
        "gzip in chunks": once(in_chunks(large, "gzip")),
        "gzip in gzip": once(coded("gzip, gzip", twice)),
        "gzip in gzip in gzip": once(coded("gzip, gzip, gzip", raw_deflate(twice, 31))),
        "deflate": once(coded("deflate", raw_deflate(PERIOD * 16))),
        "zlib": once(coded("deflate", raw_deflate(PERIOD * 16, 15))),
    }


TOO_LARGE = too_large()


@only("async", "no client takes part")
def test_the_smallest_bomb_is_small_and_would_be_large() -> None:
    assert len(raw_deflate(raw_deflate(bomb(4096), 31), 31)) < 2048
    assert zlib.decompressobj(31).decompress(bomb(4)) == PERIOD * 4


@everywhere
@pytest.mark.parametrize("kind", TOO_LARGE)
async def test_a_larger_answer_is_refused(kind: str) -> None:
    with ByteServer(TOO_LARGE[kind]) as server:
        settings = server.settings(max_response_bytes=LIMIT)
        async with AsyncAuthing(**settings) as client:
            with pytest.raises(AuthingResponseError) as caught:
                await client.user_exist()
    words = f"more than {LIMIT} bytes, the limit max_response_bytes"
    assert words in str(caught.value)
    assert len(server.seen) == 1


def sized(size: int) -> bytes:
    """The body of an answer that has so many bytes."""
    return graphql(userExist=True).ljust(size)


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": http,
    "chunks": lambda body: in_chunks(body),
    "until the connection ends": lambda body: head(connection="close") + body,
    "gzip": lambda body: coded("gzip", gzip.compress(body)),
    "gzip in chunks": lambda body: in_chunks(gzip.compress(body), "gzip"),
    "deflate": lambda body: coded("deflate", raw_deflate(body)),
    "zlib": lambda body: coded("deflate", raw_deflate(body, 15)),
    "gzip in zlib": lambda body: coded(
        "gzip, deflate", raw_deflate(gzip.compress(body), 15)
    ),
}


@pytest.mark.parametrize("form", FORMS)
async def test_the_limit_is_what_an_answer_may_have(form: str) -> None:
    fitting, larger = (FORMS[form](sized(size)) for size in (LIMIT, LIMIT + 1))
    with ByteServer(once(fitting)) as server:
        async with AsyncAuthing(**server.settings(max_response_bytes=LIMIT)) as client:
            assert await client.user_exist()
    with ByteServer(once(larger)) as server:
        async with AsyncAuthing(**server.settings(max_response_bytes=LIMIT)) as client:
            with pytest.raises(AuthingResponseError, match="max_response_bytes"):
                await client.user_exist()


async def test_what_was_not_asked_for_is_not_read() -> None:
    """Brotli would be a bomb of its own."""
    with ByteServer(once(coded("br", b"\x00" * 100))) as server:
        async with AsyncAuthing(**server.settings()) as client:
            with pytest.raises(AuthingResponseError, match=r"not asked for \(br\)"):
                await client.user_exist()
    assert server.seen[0].headers["accept-encoding"] == "gzip, deflate"


async def test_the_environment_says_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHING_MAX_RESPONSE_BYTES", "1000")
    with ByteServer(once(http(sized(1001)))) as server:
        async with AsyncAuthing(**server.settings()) as client:
            with pytest.raises(AuthingResponseError, match="more than 1000 bytes"):
                await client.user_exist()
        async with AsyncAuthing(**server.settings(max_response_bytes=1001)) as client:
            assert await client.user_exist()


@pytest.mark.parametrize("limit", ["0", "-1", "much"])
async def test_a_limit_that_cannot_be(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setenv("AUTHING_MAX_RESPONSE_BYTES", limit)
    with pytest.raises(AuthingConfigurationError, match="AUTHING_MAX_RESPONSE_BYTES"):
        AsyncAuthing("the-pool")


async def test_a_client_goes_on_after_what_was_too_large() -> None:
    """On another connection: the rest of the body is still to come on the first."""

    async def script(peer: Peer) -> None:
        async for seen in peer.requests():
            if peer.number == 0:
                await peer.send(head(content_length=str(10 * LIMIT)), BLANKS * 8)
            else:
                await peer.send(http(answer_to(seen)))

    with ByteServer(script) as server:
        settings = server.settings(max_response_bytes=LIMIT, max_connections=1)
        async with AsyncAuthing(**settings) as client:
            with pytest.raises(AuthingResponseError, match="max_response_bytes"):
                await client.user_exist()
            assert await client.user_exist()
    assert server.opened == 2


# Memory, and the time in which nothing else happens


PROGRAM = """
import asyncio, json, sys, time, tracemalloc
from authing_gen import AsyncAuthing, Authing

limit, urls = json.load(sys.stdin)
found = {}

def settings(url):
    urls = {"users_url": url, "oauth_url": url}
    return {"user_pool_id": "p", "max_response_bytes": limit, **urls}

def begin():
    tracemalloc.reset_peak()
    return tracemalloc.get_traced_memory()[0]

def grown(before):
    return tracemalloc.get_traced_memory()[1] - before

async def longest_stop():
    longest, last = 0.0, time.monotonic()
    try:
        while True:
            await asyncio.sleep(0)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
    except asyncio.CancelledError:
        return max(longest, time.monotonic() - last)

async def main():
    for name, url in urls.items():
        async with AsyncAuthing(**settings(url)) as client:
            watch, before = asyncio.create_task(longest_stop()), begin()
            await asyncio.sleep(0)
            try:
                text = str(await client.user_exist())
            except Exception as error:
                text = str(error)
            memory = grown(before)
            watch.cancel()
            found[name] = text, memory, await watch

def main_in_threads():
    for name, url in urls.items():
        with Authing(**settings(url)) as client:
            before = begin()
            try:
                text = str(client.user_exist())
            except Exception as error:
                text = str(error)
            found[name] = text, grown(before), 0

tracemalloc.start()
asyncio.run(main()) if sys.argv[1] == "async" else main_in_threads()
print(json.dumps(found))
"""


@pytest.mark.heavy
async def test_memory_stays_within_about_the_limit(client_kind: str) -> None:
    """Of a process of its own, which has the client only."""
    limit = 4 * MIB
    below = {f"below: {form}": once(make(sized(limit))) for form, make in FORMS.items()}
    first = {"first, which imports": once(http(sized(100)))}
    with serving(first | TOO_LARGE | below) as urls:
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, client_kind],
            input=json.dumps([limit, urls]),
            capture_output=True,
            text=True,
            check=False,
        )
    assert not run.stderr
    found: dict[str, tuple[str, int, float]] = json.loads(run.stdout)
    for name in TOO_LARGE:
        text, memory, stopped = found[name]
        assert text.endswith(f"{limit} bytes, the limit max_response_bytes"), name
        assert (memory < 1.7 * limit, stopped < 2) == (True, True), name
    for name in below:
        text, memory, stopped = found[name]
        assert (text, memory < 2.6 * limit, stopped < 2) == ("True", True, True), name


@contextmanager
def serving(scripts: dict[str, Script]) -> Iterator[dict[str, str]]:
    """The URLs of servers that run these scripts."""
    with ExitStack() as servers:
        yield {
            name: servers.enter_context(ByteServer(script)).url
            for name, script in scripts.items()
        }


@only("async", "no client takes part")
def test_decompressing_takes_time_in_proportion() -> None:
    """What zlib has not taken yet must not be copied again and again."""
    body = bytes(40 * MIB)
    content = gzip.compress(body, 0)  # As it is.
    started = time.thread_time()
    gzip.decompress(content)
    reference = time.thread_time() - started
    started = time.thread_time()
    assert decoded(content, "gzip", 40 * MIB) == body
    assert time.thread_time() - started < 5 * reference + 0.5


# Calls under way, and connections


class Counting:
    """Answers when so many requests are under way; counts them."""

    def __init__(self, together: int) -> None:
        self._together = together
        self._under_way = 0
        self.most = 0

    async def __call__(self, peer: Peer) -> None:
        async for seen in peer.requests():
            self._under_way += 1
            self.most = max(self.most, self._under_way)
            while self.most < self._together:
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.005)  # For one that is too many.
            self._under_way -= 1
            await peer.send(http(answer_to(seen)))


@everywhere
async def test_no_more_calls_are_under_way_than_may_be() -> None:
    script = Counting(4)
    with ByteServer(script) as server:
        async with AsyncAuthing(**server.settings(max_connections=4)) as client:
            ada = client.as_user("token-of-ada")
            hasty = client.with_options(timeout=60)
            async with anyio.create_task_group() as calls:
                for _ in range(8):
                    for one in (client.user_exist, hasty.user_exist):
                        calls.start_soon(one)
                    calls.start_soon(ada.check_login_status)
    assert script.most == 4
    assert len(server.seen) == 24
    assert server.opened == 4


async def test_the_environment_says_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHING_MAX_CONNECTIONS", "3")
    script = Counting(3)
    with ByteServer(script) as server:
        async with (
            AsyncAuthing(**server.settings()) as client,
            anyio.create_task_group() as calls,
        ):
            for _ in range(9):
                calls.start_soon(client.user_exist)
    assert script.most == 3


@everywhere
async def test_as_many_connections_are_kept_as_there_were() -> None:
    """Another burst makes none."""
    script = Counting(20)
    with ByteServer(script) as server:
        async with AsyncAuthing(**server.settings(max_connections=20)) as client:
            for _ in range(3):
                async with anyio.create_task_group() as calls:
                    for _ in range(20):
                        calls.start_soon(client.user_exist)
                script.most = 0
                await anyio.sleep(0.01)
    assert server.opened == 20


async def test_fifteen_hundred_calls_share_fifty_connections() -> None:
    current_default_thread_limiter().total_tokens = 50

    async def answering(peer: Peer) -> None:
        async for seen in peer.requests():
            await peer.send(http(answer_to(seen)))

    with ByteServer(answering) as server:
        async with AsyncAuthing(**server.settings(max_connections=50)) as client:

            async def lane() -> None:
                for _ in range(30):
                    assert await client.user_exist()

            with anyio.fail_after(60):
                async with anyio.create_task_group() as lanes:
                    for _ in range(50):
                        lanes.start_soon(lane)
    assert len(server.seen) == 1500
    assert server.opened <= 55
