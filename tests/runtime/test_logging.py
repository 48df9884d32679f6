"""What is logged, at which level, and what `AUTHING_LOG` switches on."""

import logging
import os
import re
import subprocess
import sys
from textwrap import indent

import pytest
import trio
from anyio.to_thread import run_sync

from authing_gen import AsyncAuthing, Authing, PermissionDeniedError

from ..blocking import only
from .conftest import Connect
from .scripted import DROPPED, INIT, ScriptedServer, answered, data, jwt, owner, refused

pytestmark = pytest.mark.anyio

EXISTS = data(userExist=True)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that this package logs."""
    caplog.set_level(logging.DEBUG, "authing_gen")
    return caplog


def lines(log: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Levels and messages of ours, without what differs from run to run."""
    return [
        (record.levelname, re.sub(r"[0-9]+ ms|[0-9.]+ s$", "…", record.getMessage()))
        for record in log.records
        if record.name == "authing_gen"
    ]


async def test_each_try_and_each_pause(
    server: ScriptedServer, client: AsyncAuthing, log: pytest.LogCaptureFixture
) -> None:
    busy = answered({}, 503, retry_after="0", x_request_id="3f2a")
    server.answer("userExist", DROPPED, busy, EXISTS)
    await client.user_exist(email="ada@example.com")
    assert lines(log) == [
        ("DEBUG", "userExist: the connection was lost, after …"),
        ("INFO", "userExist: the connection was lost, trying again in …"),
        ("DEBUG", "userExist: HTTP 503 in …, request 3f2a"),
        ("INFO", "userExist: HTTP 503, trying again in …"),
        ("DEBUG", "userExist: HTTP 200 in …"),
    ]


async def test_an_owner_token_is_fetched_and_renewed(
    server: ScriptedServer, client: AsyncAuthing, log: pytest.LogCaptureFixture
) -> None:
    log.set_level(logging.INFO, "authing_gen")
    server.answer(INIT, owner(jwt("first", 3600)), owner(jwt("second", 3600)))
    server.answer("user", refused(2020), data(user=None))
    await client.user(id="ada")
    assert lines(log) == [
        ("INFO", "OwnerToken: fetched, used for …"),
        ("INFO", "OwnerToken: refused before its end, another one is needed"),
        ("INFO", "OwnerToken: fetched, used for …"),
    ]
    used = re.findall("used for ([0-9]+) s", log.text)
    assert [round(float(seconds), -1) for seconds in used] == [3540, 3540]


async def test_an_owner_token_that_is_not_given(
    server: ScriptedServer, client: AsyncAuthing, log: pytest.LogCaptureFixture
) -> None:
    log.set_level(logging.INFO, "authing_gen")
    server.answer(INIT, refused(1001, "the-pool-secret"))
    with pytest.raises(PermissionDeniedError):
        await client.user(id="ada")
    said = "OwnerToken: refused (PermissionDeniedError, code 1001),"
    assert lines(log) == [("WARNING", f"{said} nobody asks again for …")]


async def test_a_store_that_is_down(
    server: ScriptedServer, connect: Connect, log: pytest.LogCaptureFixture
) -> None:
    log.set_level(logging.WARNING, "authing_gen")
    server.answer("user", data(user=None))
    client = connect(token_store="redis://:the-store-password@127.0.0.1:1")
    await client.user(id="ada")
    said = "token store: ConnectionError; doing without it for …"
    assert lines(log) == [("WARNING", said)]


@only("async", "the programs are both")
@pytest.mark.parametrize("where", ["threads", "trio"])
async def test_httpcore_logs_no_header(
    server: ScriptedServer, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    caplog.set_level(logging.DEBUG)
    cookie = answered({"data": {"userExist": True}}, set_cookie="session=s3cret")
    server.answer("userExist", cookie)
    url, token = f"{server.url}/users/graphql", "t0ken"

    def in_a_thread() -> None:
        with Authing("the-pool", users_url=url) as authing:
            authing.user_exist(email="ada@example.com", token=token)

    async def on_trio() -> None:
        async with AsyncAuthing("the-pool", users_url=url) as authing:
            await authing.user_exist(email="ada@example.com", token=token)

    await run_sync(*((trio.run, on_trio) if where == "trio" else (in_a_thread,)))
    assert "receive_response_headers.complete" in caplog.text
    assert "s3cret" not in caplog.text
    assert token not in caplog.text


# AUTHING_LOG

CALL = """
from authing_gen import Authing
with Authing("the-pool", users_url="{url}/users/graphql") as authing:
    authing.user_exist(email="ada@example.com")
"""

LINE = r"[-0-9]+ [:0-9]+,[0-9]+ DEBUG authing_gen: userExist: HTTP 200 in [0-9]+ ms.*\n"

CONFIGURED = """
import logging, sys
logging.basicConfig(stream=sys.stdout, format="mine: %(message)s")
"""

FORK = """
import os, threading
def call():
    authing.user_exist(email="ada@example.com")
threads = [threading.Thread(target=call) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
child = os.fork()
if not child:
    call()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""


async def run(program: str, asked: str | None) -> tuple[str, str]:
    """Run a program, with `AUTHING_LOG` as asked; return stdout and stderr."""
    environment = (
        {**os.environ} if asked is None else {**os.environ, "AUTHING_LOG": asked}
    )

    def work() -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-W", "error", "-c", program]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True
        )

    done = await run_sync(work)
    return done.stdout, done.stderr


@pytest.fixture
def call(server: ScriptedServer) -> str:
    """A program that makes a call."""
    server.answer("userExist", EXISTS)
    return CALL.format(url=server.url)


only_once = only("sync", "the program has a client of its own")


@only_once
@pytest.mark.parametrize(
    ("asked", "expected"), [("debug", LINE), (" DEBUG ", LINE), ("info", ""), ("", "")]
)
async def test_what_the_environment_asks_for(
    call: str, asked: str, expected: str
) -> None:
    output, errors = await run(call, asked)
    assert output == ""
    assert re.fullmatch(expected, errors)


@only_once
async def test_nothing_is_configured_that_nobody_asked_for(call: str) -> None:
    look = """
import logging
known = logging.getLogger("authing_gen")
assert known.level == logging.NOTSET and known.propagate and not logging.root.handlers
assert [type(handler) for handler in known.handlers] == [logging.NullHandler]
"""
    assert await run(call + look, None) == ("", "")


@only_once
async def test_a_wrong_value_is_told(call: str) -> None:
    _, errors = await run(call, "hunter2")
    said = "WARNING authing_gen: AUTHING_LOG is none of debug, info and warning"
    assert errors.count("\n") == 1
    assert said in errors
    assert "hunter2" not in errors


@only_once
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_handlers_of_the_program_are_enough(call: str, moment: str) -> None:
    begin = "import authing_gen\n" if moment == "after" else ""
    output, errors = await run(begin + CONFIGURED + call, "debug")
    assert re.fullmatch(r"mine: userExist: HTTP 200 in [0-9]+ ms.*\n", output)
    assert errors == ""


@only_once
async def test_threads_and_a_forked_child_log_too(call: str) -> None:
    # The client is still open, and has been used, when the process forks.
    program = call + indent(FORK, "    ")
    _, errors = await run(program, "debug")
    assert re.fullmatch(rf"({LINE}){{6}}", errors)
