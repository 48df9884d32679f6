"""Clients that send half a request, leave in its middle, or stay until the end."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import httpx
import pytest

from authing_sandbox import Sandbox, running
from authing_sandbox.server import protocol

START = "POST {} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
HALVES = [
    b"",
    b"\r\n",
    b"POST /users/gra",
    START.format("/users/graphql").encode(),
    START.format("/users/graphql").encode() + b"content-length: 100\r\n\r\n{",
    START.format("/users/oauth/token").encode() + b"content-length: 100\r\n\r\na=",
    START.format("/sandbox/clock").encode() + b"content-length: 9\r\n\r\n{",
    START.format("/sandbox/import").encode()
    + b"transfer-encoding: chunked\r\n\r\n9\r\n{",
    START.format("/users/graphql").encode()
    + b"connection: upgrade\r\nupgrade: h2c\r\ncontent-length: 9\r\n\r\n{",
    START.format("/nowhere").encode() + b"content-length: 9\r\n\r\n{",
]


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setattr(protocol, "ARRIVAL", 1.0)
    with running() as box:
        yield box


def connect(url: str) -> socket.socket:
    port = urlsplit(url).port
    assert port is not None
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def read_all(line: socket.socket) -> bytes:
    found = b""
    while part := line.recv(10_000):
        found += part
    return found


@pytest.mark.parametrize("half", HALVES)
def test_half_a_request_is_not_waited_for(box: Sandbox, half: bytes) -> None:
    began = time.monotonic()
    with connect(box.url) as line:
        line.sendall(half)
        status = read_all(line).split()[1]
    assert status == (b"404" if b"/nowhere" in half else b"408")
    assert 0.9 < time.monotonic() - began < 10


def test_nor_one_that_trickles_in(box: Sandbox) -> None:
    with connect(box.url) as line:
        line.sendall(HALVES[3])
        line.settimeout(0.1)
        for _ in range(200):
            line.sendall(b"x-more: 1\r\n")
            with suppress(TimeoutError):
                assert b" 408 " in line.recv(1000)
                return
    raise AssertionError("it has waited for 20 seconds")


def test_nor_one_after_another_that_was_answered(box: Sandbox) -> None:
    with connect(box.url) as line:
        line.sendall(b"GET /sandbox/health HTTP/1.1\r\nhost: localhost\r\n\r\nGET /")
        assert b"408 Request Timeout" in read_all(line)


def test_a_connection_may_rest_between_requests(box: Sandbox) -> None:
    with httpx.Client(base_url=box.url) as http:
        assert http.get("/sandbox/health").is_success
        time.sleep(1.5)
        assert http.get("/sandbox/outbox?wait=1.5").is_success  # an answer takes long
        (line,) = http._transport._pool.connections  # type: ignore[attr-defined]
        assert line.is_idle()


def test_many_of_them_are_no_burden(box: Sandbox) -> None:
    with ExitStack() as stack:
        for number in range(300):
            line = stack.enter_context(connect(box.url))
            line.sendall(HALVES[number % len(HALVES)])
        assert httpx.get(f"{box.url}/sandbox/health").is_success
        assert read_all(line)
        assert httpx.get(f"{box.url}/sandbox/health").is_success


OFFERS = {
    "HTTP/2, as Java does": b"Connection: Upgrade, HTTP2-Settings\r\n"
    b"HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\nUpgrade: h2c\r\n",
    "WebSocket": b"connection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
}
QUERY = b'{"query": "{ __typename }"}'
BODIES = {
    "whole": b"content-length: %d\r\n\r\n%b" % (len(QUERY), QUERY),
    "in chunks": b"transfer-encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n"
    % (len(QUERY), QUERY),
}


@pytest.mark.parametrize("piece", [1, 100, 10_000])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
def test_another_protocol_that_is_offered_is_passed_over(
    box: Sandbox, offer: bytes, body: bytes, piece: int
) -> None:
    start = START.format("/users/graphql").encode()
    health = b"GET /sandbox/health HTTP/1.1\r\nhost: localhost\r\n"
    sent = start + offer + body + health + offer + b"\r\n" + start + body
    last = start + offer + b"connection: close\r\n" + body
    with connect(box.url) as line:
        for at in range(0, len(sent), piece):
            line.sendall(sent[at : at + piece])
        line.sendall(last)
        answered = read_all(line)
    assert answered.count(b"HTTP/1.1 200") == 4
    assert answered.count(b'{"data":{"__typename":"Query"}}') == 3


def test_a_body_beyond_an_offer_that_cannot_be_read(box: Sandbox) -> None:
    offer, start = OFFERS["HTTP/2, as Java does"], START.format("/users/graphql")
    with connect(box.url) as line:
        chunks = b"transfer-encoding: chunked\r\n\r\nnonsense\r\n"
        line.sendall(start.encode() + offer + chunks)
        assert read_all(line).split()[1] == b"400"


def test_a_head_without_end(box: Sandbox) -> None:
    with connect(box.url) as line:
        line.sendall(HALVES[3] + b"x-a: " + b"a" * (protocol.MAX_HEAD + 1000))
        assert b"431" in line.recv(1000)


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-W", "error", "-m", "authing_sandbox", "serve"]
    process = subprocess.Popen(
        [*command, "--port", "0", "--json", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, json.loads(process.stdout.readline())["url"]
    finally:
        process.kill()
        process.communicate()


def test_who_leaves_costs_no_traceback() -> None:
    with serving() as (process, url):
        for half in HALVES:
            with connect(url) as line:
                line.sendall(half)
                time.sleep(0.1)
        assert httpx.get(f"{url}/sandbox/health").is_success
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
    assert "Traceback" not in said
    assert not [line for line in said.splitlines() if '"event": "log"' in line]
