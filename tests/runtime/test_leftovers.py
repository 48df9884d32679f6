"""Nobody gets an answer that was not asked for, whatever comes after the one that was.

An intermediary that answers twice, or sends more than it said, leaves bytes behind an
answer. They must not be read as the next one: the connection is dropped.

Only what has arrived before the next request is written can be told from its answer.
What arrives later looks just like it: HTTP/1.1 has no names for answers. So each call
here waits until the bytes behind the answer before it have arrived.
"""

import asyncio
import contextlib
import fcntl
import json
import select
import socket
import ssl
import struct
import sys
import termios
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import anyio
import pytest

from authing_gen import AsyncAuthing, AuthingTransportError
from authing_gen._async.timed_network import AsyncTimedNetwork
from authing_gen._sync.timed_network import TimedNetwork
from authing_gen.environment import tls_context
from authing_gen.unanswered import UnansweredError

from ..blocking import only
from .bytewise import ByteServer, Peer, everywhere, http, status_of, trusted_tls

pytestmark = pytest.mark.anyio

T = TypeVar("T")
LANES = 5
calls = pytest.mark.parametrize(
    "calls", [4, pytest.param(20, marks=pytest.mark.heavy)], ids=["20", "100"]
)
"""How many calls each lane makes."""

STRAY_STATUS = {"status": True, "code": 200, "message": "somebody else's"}
STRAY_BODY = json.dumps({"data": {"checkLoginStatus": STRAY_STATUS}}).encode()
STRAY = http(STRAY_BODY)
HALF = STRAY[:-20]
HALF_A_HEAD = STRAY[: (len(STRAY) - len(STRAY_BODY)) // 2]
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

Sending = Callable[[Peer, bytes], Awaitable[None]]


def together(stray: bytes) -> Sending:
    """The stray bytes are in the segment of the answer."""

    async def send(peer: Peer, answer: bytes) -> None:
        await peer.send(answer + stray)

    return send


def apart(stray: bytes, pause: float) -> Sending:
    """The stray bytes come by themselves, so many seconds after the answer."""

    async def send(peer: Peer, answer: bytes) -> None:
        await peer.send(answer, stray, pause=pause)

    return send


async def in_two_records(peer: Peer, answer: bytes) -> None:
    """Two records of TLS in one segment."""
    peer.writer.writelines([answer, STRAY])
    await peer.writer.drain()


PLAIN = {
    "a second answer in the same segment": together(STRAY),
    "a second answer right behind": apart(STRAY, 0),
    "a second answer 20 ms later": apart(STRAY, 0.02),
    "half a second answer in the same segment": together(HALF),
    "half a second answer right behind": apart(HALF, 0),
    "half a second answer 20 ms later": apart(HALF, 0.02),
    "half a head in the same segment": together(HALF_A_HEAD),
    "half a head right behind": apart(HALF_A_HEAD, 0),
    "half a head 20 ms later": apart(HALF_A_HEAD, 0.02),
    "a byte in the same segment": together(b"H"),
    "more than Content-Length says in the same segment": together(b" and more"),
    "more than Content-Length says 20 ms later": apart(b" and more", 0.02),
    "100 Continue in the same segment": together(CONTINUE),
    "100 Continue 20 ms later": apart(CONTINUE, 0.02),
}

OVER_TLS = {
    "a second answer in the same record": together(STRAY),
    "a second answer in the same segment": in_two_records,
    "a second answer right behind": apart(STRAY, 0),
    "a second answer 20 ms later": apart(STRAY, 0.02),
    "half a head in the same record": together(HALF_A_HEAD),
}


class Doubled:
    """Sends each answer, and something after it."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self.done: set[str | None] = set()
        """The tokens of those whose answers, and what follows them, have arrived."""

    async def __call__(self, peer: Peer) -> None:
        async for seen in peer.requests():
            await self._sending(peer, http(status_of(seen)))
            await arrival(peer)
            self.done.add(seen.token)


async def arrival(peer: Peer) -> None:
    """Wait until the client's machine has confirmed all bytes that were sent."""
    sock = peer.writer.get_extra_info("socket")
    while sys.platform == "linux" and not peer.writer.is_closing():
        on_their_way = fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4))
        if struct.unpack("i", on_their_way) == (0,):
            return
        await asyncio.sleep(0.0005)
    await asyncio.sleep(0.005)


async def asked(client: AsyncAuthing, token: str) -> str | None:
    """What an answer calls its caller, or what is wrong with it."""
    try:
        return (await client.as_user(token).check_login_status()).message
    except AuthingTransportError as error:
        return str(error).rpartition("(")[2]


async def outcomes(
    sending: Sending, calls: int, tls: ssl.SSLContext | None = None
) -> tuple[set[str | None], int]:
    """Make calls in lanes, each with its own client.

    Returns:
        What callers got: "own", or what else; and how many connections were made.
    """
    script = Doubled(sending)
    found: set[str | None] = set()
    with ByteServer(script, tls) as server:

        async def lane(name: int) -> None:
            # Who wants no retries must not pay for it either.
            async with AsyncAuthing(**server.settings(max_retries=0)) as client:
                for number in range(calls):
                    token = f"token-{name}-{number}"
                    answer = await asked(client, token)
                    found.add("own" if answer == token else answer)
                    while token not in script.done:
                        await anyio.sleep(0.001)

        with anyio.fail_after(60):
            async with anyio.create_task_group() as lanes:
                for name in range(LANES):
                    lanes.start_soon(lane, name)
        return found, server.opened


@calls
@everywhere
@pytest.mark.parametrize("leftover", PLAIN)
async def test_each_call_gets_its_own_answer(leftover: str, calls: int) -> None:
    """An answer that is longer than it says may be refused as a whole."""
    found, opened = await outcomes(PLAIN[leftover], calls)
    if "more than" in leftover:
        found.discard("what came is no HTTP answer)")
    assert found <= {"own"}
    assert opened == LANES * calls


@calls
@everywhere
@pytest.mark.parametrize("leftover", OVER_TLS)
async def test_and_so_over_tls(leftover: str, calls: int, tls: ssl.SSLContext) -> None:
    found, opened = await outcomes(OVER_TLS[leftover], calls, tls)
    assert found == {"own"}
    assert opened == LANES * calls


@everywhere
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "TLS"])
async def test_connections_without_leftovers_are_kept(
    encrypted: bool, tls: ssl.SSLContext
) -> None:
    """Else the tests above would show nothing."""

    async def nothing(peer: Peer, answer: bytes) -> None:
        await peer.send(answer)

    found, opened = await outcomes(nothing, 4, tls if encrypted else None)
    assert found == {"own"}
    assert opened == LANES


@only("async", "threads are carried by httpcore, which looks for itself")
async def test_where_there_is_no_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows."""
    monkeypatch.delattr(select, "poll")
    found, opened = await outcomes(PLAIN["half a head 20 ms later"], 4)
    assert found == {"own"}
    assert opened == LANES * 4


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    return trusted_tls(tmp_path, monkeypatch)


@only("async", "a thread reads only when it wants an answer")
async def test_what_came_while_the_event_loop_was_busy() -> None:
    """It has arrived, but nobody has read it yet."""
    script = Doubled(apart(STRAY, 0.01))
    with ByteServer(script) as server:
        async with AsyncAuthing(**server.settings(max_retries=0)) as client:
            for number in range(20):
                token = f"token-{number}"
                assert await asked(client, token) == token
                while token not in script.done:
                    time.sleep(0.001)
    assert server.opened == 20


# Servers whose segments are made by hand: Python's own encrypt and send in one step


class ByHand:
    """A connection of TLS whose every segment a test decides."""

    def __init__(self, connection: socket.socket, tls: ssl.SSLContext) -> None:
        self._connection = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = tls.wrap_bio(self._incoming, self._outgoing, server_side=True)

    def when_it_can(self, step: Callable[[], T]) -> T:
        """Do what needs bytes of the client; what is to be sent goes out before."""
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                self.send()
                if not (received := self._connection.recv(65536)):
                    raise EOFError from None
                self._incoming.write(received)

    def send(self, behind: bytes = b"") -> None:
        """Send what has been encrypted, and something behind it, in one segment."""
        self._connection.sendall(self._outgoing.read() + behind)


@contextlib.contextmanager
def serving_by_hand(
    tls: ssl.SSLContext, talk: Callable[[ByHand], None], times: int
) -> Iterator[str]:
    """The URL of a server of so many connections, which it keeps."""

    def serve() -> None:
        for _ in range(times):
            connection, _ = listener.accept()
            kept.enter_context(connection)
            talk(ByHand(connection, tls))

    with (
        contextlib.ExitStack() as kept,
        socket.create_server(("127.0.0.1", 0)) as listener,
        ThreadPoolExecutor(1) as threads,
    ):
        listener.settimeout(20)
        served = threads.submit(serve)
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/graphql"
        served.result()


@pytest.mark.parametrize(
    ("client_kind", "anyio_backend"),
    [("sync", "asyncio"), ("async", "trio")],
    ids=["threads", "trio"],
    indirect=["client_kind"],
)
async def test_what_comes_behind_an_answer_and_is_not_encrypted(
    tls: ssl.SSLContext,
) -> None:
    """With asyncio's own TLS, the answer is lost as well."""

    def talk(peer: ByHand) -> None:
        peer.when_it_can(peer.tls.do_handshake)
        asked = b""
        while not asked.endswith(b"}}"):
            asked += peer.when_it_can(peer.tls.read)
        peer.tls.write(http(b'{"data": {"userExist": true}}'))
        peer.send(behind=STRAY)

    with serving_by_hand(tls, talk, 2) as url:
        async with AsyncAuthing("pool", users_url=url, max_retries=0) as client:
            for _ in range(2):
                assert await client.user_exist(email="ada@example.com")


@only("async", "the other is below")
async def test_an_answer_that_comes_with_the_end_of_the_handshake(
    tls: ssl.SSLContext,
) -> None:
    def talk(peer: ByHand) -> None:
        peer.when_it_can(peer.tls.do_handshake)
        peer.tls.write(STRAY)
        peer.send()

    tls.maximum_version = ssl.TLSVersion.TLSv1_2  # There, the server ends it.
    with serving_by_hand(tls, talk, 1) as url:
        async with AsyncAuthing("pool", users_url=url, max_retries=0) as client:
            answer = await asked(client, "token")
    assert str(answer).endswith("it speaks before it is asked)")


# A server that speaks first. Mostly it is heard too late, when the request has been
# written already; then nothing can be told. So here something takes its time between
# connecting and writing.


class Early:
    """Answers before anything was asked, and never again."""

    def __init__(self) -> None:
        self.heard = 0

    async def __call__(self, peer: Peer) -> None:
        await peer.send(STRAY)
        await arrival(peer)
        self.heard += 1
        await peer.request()


@only("async", "nothing can be put between the steps of a thread: see below")
async def test_a_server_that_speaks_first_is_not_asked() -> None:
    with ByteServer(Early()) as server:
        async with AsyncAuthing(**server.settings()) as client:
            busy = asyncio.create_task(_keep_busy())
            try:
                answer = await asked(client, "token")
            finally:
                busy.cancel()
    assert str(answer).endswith("it speaks before it is asked)")
    assert server.opened == 3
    assert server.seen == []


async def _keep_busy() -> None:
    while True:
        time.sleep(0.03)
        await asyncio.sleep(0)


@only("async", "the other is below")
@pytest.mark.parametrize("anyio_backend", ["trio"])
async def test_nor_is_it_by_httpcore_with_await() -> None:
    """Over TLS it is, by this one: what has come is decrypted with the answer only."""
    script = Early()
    with ByteServer(script) as server:
        stream = await AsyncTimedNetwork().connect_tcp("127.0.0.1", server.port)
        try:
            while not script.heard:
                await anyio.sleep(0.001)
            with pytest.raises(UnansweredError, match="before it is asked"):
                await stream.write(b"a request")
        finally:
            await stream.aclose()


@only("sync", "the other is above")
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "TLS"])
async def test_nor_is_it_by_httpcore_in_threads(
    encrypted: bool, tls: ssl.SSLContext
) -> None:
    script = Early()
    with ByteServer(script, tls if encrypted else None) as server:
        stream = TimedNetwork().connect_tcp("127.0.0.1", server.port)
        try:
            if encrypted:
                stream = stream.start_tls(tls_context(), "127.0.0.1")
            while not script.heard:
                time.sleep(0.001)
            with pytest.raises(UnansweredError, match="before it is asked"):
                stream.write(b"a request")
        finally:
            stream.close()


@only("sync", "with await, it is decrypted with the answer")
def test_nor_is_one_that_says_what_is_not_encrypted(tls: ssl.SSLContext) -> None:
    def talk(peer: ByHand) -> None:
        peer.when_it_can(peer.tls.do_handshake)
        peer.send(behind=STRAY)

    with serving_by_hand(tls, talk, 1) as url:
        port = int(url.rpartition(":")[2].partition("/")[0])
        stream = TimedNetwork().connect_tcp("127.0.0.1", port)
        try:
            stream = stream.start_tls(tls_context(), "127.0.0.1")
            while not stream.get_extra_info("is_readable"):
                time.sleep(0.001)
            time.sleep(0.05)  # What is readable may be a ticket of TLS.
            with pytest.raises(UnansweredError, match="before it is asked"):
                stream.write(b"a request")
        finally:
            stream.close()
