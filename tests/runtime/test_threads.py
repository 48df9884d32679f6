"""One synchronous client in many threads."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from uuid import uuid4

import pytest
from anyio.to_thread import run_sync

from authing_gen import Authing
from authing_sandbox import Sandbox

from .scripted import INIT, Reply, ScriptedServer, Seen, answered, owner, refused

T = TypeVar("T")
THREADS = 16

pytestmark = pytest.mark.anyio


def _at_once(work: Callable[[int], T], times: int = THREADS) -> list[T]:
    """Do something in so many threads, which begin together."""
    barrier = threading.Barrier(times)

    def begin(number: int) -> T:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(begin, range(times)))


def _client(server: ScriptedServer) -> Authing:
    return Authing(
        "the-pool",
        "the-pool-secret",
        users_url=f"{server.url}/users/graphql",
        oauth_url=f"{server.url}/oauth/graphql",
    )


async def _refresh(seen: Seen) -> Reply:
    fresh = {"token": f"of {seen.variables['user']}", "iat": 1, "exp": 2}
    return answered({"data": {"refreshToken": fresh}})


async def test_one_token_and_each_thread_its_own_answer(server: ScriptedServer) -> None:
    server.handle("RefreshToken", _refresh)

    def ask(number: int) -> str | None:
        return client.refresh_token(user=str(number)).token

    with _client(server) as client:
        found = await run_sync(_at_once, ask)
    assert found == [f"of {number}" for number in range(THREADS)]
    assert len(server.calls(INIT)) == 1


async def test_a_refused_token_is_renewed_once(server: ScriptedServer) -> None:
    async def refresh(seen: Seen) -> Reply:
        return refused(2206) if seen.token == "old" else await _refresh(seen)

    server.answer(INIT, owner("old"), owner("new"))
    server.handle("RefreshToken", refresh)
    with _client(server) as client:
        found = await run_sync(
            _at_once, lambda number: client.refresh_token(user="ada").token
        )
    assert found == ["of ada"] * THREADS
    assert len(server.calls(INIT)) == 2


async def test_a_failed_fetch_is_everybodys(server: ScriptedServer) -> None:
    server.answer(INIT, refused(2207))

    def ask(number: int) -> str:
        with pytest.raises(Exception, match="2207") as caught:
            client.refresh_token(user="ada")
        return type(caught.value).__name__

    with _client(server) as client:
        assert len({*await run_sync(_at_once, ask)}) == 1
    assert 1 <= len(server.calls(INIT)) < THREADS


async def test_users_act_side_by_side(server: ScriptedServer) -> None:
    async def status(seen: Seen) -> Reply:
        token = {"status": True, "code": 200, "message": seen.token, "token": None}
        return answered({"data": {"checkLoginStatus": token}})

    server.handle("checkLoginStatus", status)

    def ask(number: int) -> str | None:
        return client.as_user(f"token-{number}").check_login_status().message

    with _client(server) as client:
        messages = await run_sync(_at_once, ask)
    assert messages == [f"token-{number}" for number in range(THREADS)]


PROGRAM = """
import asyncio, sys, threading
from authing_gen import Authing

def refuse(*_):
    raise RuntimeError("an event loop")

asyncio.new_event_loop = asyncio.run = asyncio.Runner = refuse
asyncio.events.new_event_loop = refuse
with Authing() as authing:
    email = sys.argv[1]
    authing.register(email=email, password="correct horse")
    print(authing.login(email=email, password="correct horse").email)
    print(len(list(authing.iter_users(prefetch=0))) > 0)
    print(threading.active_count())
"""


def test_no_event_loop_and_no_thread_behind_ones_back(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    email = f"{uuid4().hex[:12]}@example.com"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, email],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.split() == [email, "True", "1"], run.stderr
