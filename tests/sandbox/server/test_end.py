"""How it ends: within a second, whoever is connected and whatever is under way."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest

from authing_client import OPERATIONS
from authing_sandbox import running
from authing_sandbox.seeding.seed import POOL_ID

from .test_connections import HALVES, connect, serving

BOUND = 1.0
"""Seconds from the signal to the end of the process; on a machine that is busy with
other tests, beyond those that it takes where nobody is connected."""
TRIES = 4

Scene = Callable[[ExitStack, str], None]
"""Connects with a server, as somebody who stays until the end."""


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()


def post(path: str, content: Any) -> bytes:
    body = json.dumps(content).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\n"
    head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def nobody(_: ExitStack, __: str) -> None:
    pass


def halves_of_requests(stack: ExitStack, url: str) -> None:
    for half in HALVES:
        stack.enter_context(connect(url)).sendall(half)


def a_connection_at_rest(stack: ExitStack, url: str) -> None:
    line = stack.enter_context(connect(url))
    line.sendall(get("/sandbox/health"))
    assert b"200 OK" in line.recv(1000)


def waiting_for_messages(stack: ExitStack, url: str) -> None:
    stack.enter_context(connect(url)).sendall(get("/sandbox/outbox?wait=30") * 3)


def a_delay_on_request(stack: ExitStack, url: str) -> None:
    faults = {"faults": [{"delay": 30}]}
    httpx.post(f"{url}/sandbox/faults", json=faults).raise_for_status()
    line = stack.enter_context(connect(url))
    line.sendall(post("/users/graphql", {"query": "{ __typename }"}))


def answers_that_nobody_reads(stack: ExitStack, url: str) -> None:
    for path in ("/sandbox/openapi.json", "/console/users", "/sandbox/health") * 7:
        stack.enter_context(connect(url)).sendall(get(path) * 200)


def more_calls_than_can_be_answered(stack: ExitStack, url: str) -> None:
    users = "\n".join(json.dumps({"email": f"{n}@example.com"}) for n in range(500))
    json_lines = {"content-type": "application/json"}
    imported = httpx.post(
        f"{url}/sandbox/users/import", content=users, headers=json_lines, timeout=30
    )
    imported.raise_for_status()
    for _ in range(200):
        stack.enter_context(connect(url)).sendall(get("/sandbox/users?count=200"))


def an_export_that_nobody_reads(stack: ExitStack, url: str) -> None:
    pool = httpx.get(f"{url}/sandbox/export", timeout=30)
    pool.raise_for_status()
    for _ in range(5):
        line = stack.enter_context(connect(url))
        line.sendall(get("/sandbox/export") * 40)


def a_directory_that_hangs(stack: ExitStack, url: str) -> None:
    hung = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    settings = {
        "url": f"ldap://127.0.0.1:{hung.getsockname()[1]}",
        "base_dn": "dc=example",
        "kind": "ad",
        "upn_suffix": "example.com",
    }
    httpx.put(f"{url}/sandbox/directories/slow", json=settings).raise_for_status()
    somebody = {"adConnectorId": "slow", "username": "fry", "password": "seven leaf"}
    call = {"query": OPERATIONS["LoginByAd"].document, "variables": somebody}
    stack.enter_context(connect(url)).sendall(post("/users/graphql", call))
    # It is asked who that is, and says nothing.
    asked, _ = hung.accept()
    assert stack.enter_context(asked).recv(1)


def a_webhook_that_hangs(stack: ExitStack, url: str) -> None:
    sms = f"/users/send_smscode/13800138000/{POOL_ID}"
    stack.enter_context(connect(url)).sendall(get(sms))


SCENES: tuple[Scene, ...] = (
    nobody,
    halves_of_requests,
    a_connection_at_rest,
    waiting_for_messages,
    a_delay_on_request,
    answers_that_nobody_reads,
    more_calls_than_can_be_answered,
    an_export_that_nobody_reads,
    a_directory_that_hangs,
    a_webhook_that_hangs,
)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_it_ends_within_a_second(scene: Scene) -> None:
    took: list[float] = []
    while not took or (min(took) >= BOUND and len(took) < TRIES):
        took.append(seconds_to_the_end(signal.SIGTERM, scene))
        if took[-1] >= BOUND:
            took[-1] -= seconds_to_the_end(signal.SIGTERM, nobody)
    assert min(took) < BOUND, took


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_ctrl_c_and_a_closed_terminal_are_no_other_end(number: signal.Signals) -> None:
    with at_a_closed_terminal(signal.SIG_DFL):
        assert seconds_to_the_end(number, waiting_for_messages) < 5


def test_without_a_terminal_nohup_keeps_it_alive() -> None:
    with at_a_closed_terminal(signal.SIG_IGN), serving() as (process, url):
        process.send_signal(signal.SIGHUP)
        assert httpx.get(f"{url}/sandbox/health", timeout=20).is_success
        process.terminate()
        process.communicate(timeout=20)
        assert process.returncode == 0


@contextmanager
def at_a_closed_terminal(handler: signal.Handlers) -> Generator[None]:
    """What a process that is started here does then: the tests may run under nohup."""
    before = signal.signal(signal.SIGHUP, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def seconds_to_the_end(number: signal.Signals, scene: Scene) -> float:
    """End a server in the middle of a scene, without any fuss."""
    with ExitStack() as stack:
        hung = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        webhook = f"http://127.0.0.1:{hung.getsockname()[1]}"
        process, url = stack.enter_context(serving("--sms-webhook", webhook))
        scene(stack, url)
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
        took = time.monotonic() - began
    assert process.returncode == 0
    assert "Traceback" not in said
    return took


def test_an_end_before_the_start_is_over() -> None:
    command = [sys.executable, "-m", "authing_sandbox", "serve", "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        time.sleep(0.4)
        process.terminate()
        _, said = process.communicate(timeout=20)
    finally:
        process.kill()
    assert said == ""


def test_nor_is_a_name_waited_for_that_is_being_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, asked, look_up = threading.Event(), threading.Event(), socket.getaddrinfo

    def look_up_slowly(host: Any, *rest: Any, **more: Any) -> Any:
        if "slow.example" in str(host):
            asked.set()
            found.wait(20)
        return look_up(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_slowly)
    try:
        with ExitStack() as stack:
            box = stack.enter_context(running(sms_webhook="http://slow.example"))
            a_webhook_that_hangs(stack, box.url)
            assert asked.wait(20)
            began = time.monotonic()
        assert time.monotonic() - began < 4
    finally:
        found.set()
