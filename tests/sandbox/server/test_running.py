"""Starting, stopping, resetting; the command."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from authing_sandbox import Seed, running

from ..calling import PASSWORD, Caller, Refused

pytestmark = pytest.mark.anyio


def test_synchronously_and_without_a_trace() -> None:
    before = {*threading.enumerate()}  # Those of other tests may end meanwhile.
    with running() as sandbox:
        key = httpx.get(f"{sandbox.url}/sandbox/public-key").text
        assert key == sandbox.public_key
        assert sandbox.secret not in repr(sandbox)
    assert {*threading.enumerate()} <= before
    with pytest.raises(httpx.ConnectError):
        httpx.get(sandbox.users_url)


def test_control_without_await() -> None:
    with running() as box:
        phone = "13800000000"
        sms = f"{box.users_url.removesuffix('/graphql')}/send_smscode"
        before = box.blocking.snapshot()
        assert httpx.get(f"{sms}/{phone}/{box.pool_id}").json()["code"] == 200
        assert box.blocking.wait_for_code(phone) == box.blocking.last_code(phone)
        [message] = box.blocking.outbox(phone, kind="sms")
        assert message["to"] == phone
        box.blocking.configure(sms_interval=60)
        assert httpx.get(f"{sms}/{phone}/{box.pool_id}").json()["code"] == 2100
        box.blocking.advance(seconds=61)
        assert httpx.get(f"{sms}/{phone}/{box.pool_id}").json()["code"] == 200
        box.blocking.restore(before)
        assert box.blocking.outbox() == []
        box.blocking.reset()
        with pytest.raises(LookupError):
            box.blocking.last_code(phone)


async def test_reset() -> None:
    async with running() as box, httpx.AsyncClient(base_url=box.url) as http:
        caller = Caller(http, box)
        await caller.register(email="ada@example.com", password=PASSWORD)
        await http.get(f"/users/send_smscode/13800000000/{box.pool_id}")
        assert len(await box.outbox()) == 1
        await box.reset()
        assert await box.outbox() == []
        # The same key is good, and nobody is registered.
        await caller.register(email="ada@example.com", password=PASSWORD)


async def test_a_file_outlives_the_server(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'sandbox.db'}"
    seed = Seed(pool_id="5" * 24, secret="chosen")
    async with httpx.AsyncClient() as http:
        async with running(database_url=url, seed=seed) as box:
            user = await Caller(http, box).new_user()
        async with running(database_url=url, seed=seed) as box:
            caller = Caller(http, box)
            assert (await caller.login(email=user["email"], password=PASSWORD))["token"]
            with pytest.raises(Refused, match="2026"):
                await caller.register(email=user["email"], password=PASSWORD)
    with pytest.raises(RuntimeError, match="other pools"), running(database_url=url):
        pass


def test_the_command(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    command = [sys.executable, "-W", "error", "-m", "authing_sandbox", "serve"]
    process = subprocess.Popen(
        [*command, "--port", "0", "--public-key-out", str(key)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("export AUTHING_PUBLIC_KEY"):
            break
    settings = dict(re.findall(r"export (\w+)=(.*)", "".join(lines)))
    assert settings["AUTHING_PUBLIC_KEY"] == str(key)
    origin = settings["AUTHING_USERS_URL"].removesuffix("/users/graphql")
    assert httpx.get(f"{origin}/sandbox/public-key").text == key.read_text()
    process.send_signal(signal.SIGINT)
    with process:
        _, errors = process.communicate(timeout=10)
    (logged,) = errors.splitlines()
    assert "/sandbox/public-key" in logged
    assert process.returncode == 0


async def test_cancelled_while_it_starts_it_ends() -> None:
    before = {*threading.enumerate()}

    async def start() -> None:
        async with running():
            raise AssertionError("it was cancelled before")

    starting = asyncio.create_task(start())
    await asyncio.sleep(0.05)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    end = time.monotonic() + 10
    while any(
        thread.name == "authing-sandbox" for thread in {*threading.enumerate()} - before
    ):
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def test_port_in_use_is_said_in_a_line() -> None:
    with running() as box:
        port = box.url.rpartition(":")[2]
        command = [sys.executable, "-m", "authing_sandbox", "serve", "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert f"127.0.0.1:{port}: address already in use; --port" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_runs_once_at_a_time_and_again() -> None:
    one = running()
    for _ in range(2):
        with one as box:
            with pytest.raises(RuntimeError, match="it runs already"):
                one.__enter__()
            assert httpx.get(f"{box.url}/sandbox/health").is_success


FORKED = """
import os, sys, urllib.request
from authing_sandbox import running

def is_healthy(box):
    # A reader of its own, which opens the database anew.
    return urllib.request.urlopen(f"{box.url}/sandbox/outbox").status == 200

def fork(run):
    child = os.fork()
    if child == 0:
        run()
        sys.exit()
    return child

with running() as box:
    os.waitpid(fork(lambda: None), 0)
    assert is_healthy(box)
    box.blocking.configure(sms_interval=1)
    reading, writing = os.pipe()

    def wait():
        os.close(writing)
        os.read(reading, 1)

    child = fork(wait)
port = int(box.url.rpartition(":")[2])
with running(port=port) as box:
    assert is_healthy(box)
os.close(writing)
os.waitpid(child, 0)
"""


def test_a_forked_child_neither_ends_it_nor_keeps_its_port() -> None:
    command = [sys.executable, "-c", FORKED]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
