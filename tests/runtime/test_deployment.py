"""The servers that applications are deployed with: every answer is its asker's own.

The applications, and the commands that run them, are those of docs/guide/deployment.md.
Here they use their client when they are imported, before any worker is forked.
"""

import asyncio
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

import authing_gen
from authing_sandbox import Sandbox

from ..documents.pages import ROOT, of_language
from ..documents.python import write

pytestmark = [pytest.mark.anyio, pytest.mark.heavy]

PAGE = ROOT / "docs/guide/deployment.md"
COMMANDS = re.findall(
    r"`((?:gunicorn|uvicorn|celery) [^`]+)`", PAGE.read_text(encoding="utf-8")
)
GUNICORN = [command for command in COMMANDS if command.startswith("gunicorn")]
[UVICORN] = [command for command in COMMANDS if command.startswith("uvicorn")]
[CELERY] = [command for command in COMMANDS if command.startswith("celery")]

USERS = 20
ROUNDS = 15
AT_ONCE = 16
PATIENCE = 60.0

WARMED = {
    "warmed_shop.py": """
import os

import shop

shop.authing.users(count=1)


def app(environ, start_response):
    def begin(status, headers):
        return start_response(status, [*headers, ("X-Process", str(os.getpid()))])

    return shop.app(environ, begin)
""",
    "warmed_shop_async.py": """
import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

import shop_async

with ThreadPoolExecutor(1) as thread:  # This may be imported by an event loop.
    thread.submit(asyncio.run, shop_async.authing.users(count=1)).result()


async def app(scope, receive, send):
    async def send_more(message):
        if message["type"] == "http.response.start":
            message["headers"].append((b"x-process", b"%d" % os.getpid()))
        await send(message)

    await shop_async.app(scope, receive, send_more)
""",
    "warmed_tasks.py": """
import os

from tasks import app, authing

authing.users(count=1)


@app.task
def sign_in(email, password):
    return [authing.login(email=email, password=password).email, os.getpid()]
""",
    "celeryconfig.py": """
broker_url = "filesystem://"
broker_transport_options = {"data_folder_in": "queue", "data_folder_out": "queue"}
result_backend = "file://results"
worker_prefetch_multiplier = 1
""",
    "employer.py": """
import json
import sys

from tasks import app, email_of

ids, emails, rounds = json.load(sys.stdin)
SIGN_IN = "warmed_tasks.sign_in"
begun = [
    (app.send_task(SIGN_IN, (email, "correct horse")), email_of.delay(id))
    for id, email in zip(ids, emails)
    for _ in range(rounds)
]
done = [[*one.get(timeout=60), other.get(timeout=60)] for one, other in begun]
print(json.dumps(done))
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the applications of the page, and what makes use of them."""
    for block in of_language(PAGE, "python"):
        if block.file_name:
            write(tmp_path, block)
    for name, code in WARMED.items():
        (tmp_path / name).write_text(code, encoding="utf-8")
    for name in ("queue", "results"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
async def users(sandbox: Sandbox) -> dict[str, str]:
    """Their addresses, by their identifiers."""
    name = uuid4().hex[:8]
    async with authing_gen.AsyncAuthing(**sandbox.settings) as authing:
        registered = [
            await authing.register(
                email=f"{name}-{number}@example.com", password="correct horse"
            )
            for number in range(USERS)
        ]
    return {user.id: user.email or "" for user in registered}


@pytest.fixture
def environment(sandbox: Sandbox) -> dict[str, str]:
    """Points a client at the sandbox; there are fewer places than calls at once."""
    return {
        **os.environ,
        **sandbox.environment,
        "AUTHING_MAX_CONNECTIONS": "2",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }


@contextmanager
def running(
    command: str, folder: Path, environment: Mapping[str, str]
) -> Iterator[None]:
    """Run a server, which ends well when it is told to, and has no complaints."""
    program, *arguments = shlex.split(command)
    path = Path(sys.executable).with_name(program)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [path, *arguments],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield
        process.send_signal(signal.SIGTERM)
        status = process.wait(PATIENCE)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    said = (folder / "log").read_text()
    assert status == 0, said
    complaints = ("Traceback", "Exception ignored", "Unclosed", "never awaited")
    assert not any(complaint in said for complaint in complaints), said


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@asynccontextmanager
async def browser(port: int) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a server, when that has started."""
    url = f"http://127.0.0.1:{port}"
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=0)
    async with httpx.AsyncClient(
        base_url=url, timeout=PATIENCE, limits=limits
    ) as client:
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await client.get("/users/nobody")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
        yield client


async def ask_for_everybody(
    port: int, users: Mapping[str, str], workers: int
) -> Counter[str]:
    """Ask for all users again and again, until each worker has answered some."""
    verdicts, processes = Counter[str](), set[str]()

    async def ask(client: httpx.AsyncClient, id: str) -> None:
        answer = await client.get(f"/users/{id}")
        right = answer.status_code == 200 and answer.json() == {
            "id": id,
            "email": users[id],
        }
        verdicts["right" if right else answer.text] += 1
        processes.add(answer.headers.get("X-Process", "none"))

    begun = time.monotonic()
    async with browser(port) as client:
        while len(processes) < workers and time.monotonic() - begun < PATIENCE:
            everybody = (ask(client, id) for id in users for _ in range(ROUNDS))
            await asyncio.gather(*everybody)
    assert len(processes) == workers
    return verdicts


def workers_of(command: str) -> int:
    found = re.search(r"--workers (\d+)", command)
    assert found
    return int(found[1])


@pytest.mark.parametrize("preload", [False, True], ids=["", "preloaded"])
@pytest.mark.parametrize("command", GUNICORN)
async def test_gunicorn(
    folder: Path,
    environment: dict[str, str],
    users: dict[str, str],
    command: str,
    preload: bool,
) -> None:
    command = command.replace(" --preload", "").replace("shop:", "warmed_shop:")
    port = free_port()
    more = f"--bind 127.0.0.1:{port}" + (" --preload" if preload else "")
    with running(f"{command} {more}", folder, environment):
        verdicts = await ask_for_everybody(port, users, workers_of(command))
    assert verdicts.keys() == {"right"}
    assert verdicts["right"] >= USERS * ROUNDS


async def test_uvicorn(
    folder: Path, environment: dict[str, str], users: dict[str, str]
) -> None:
    command, port = UVICORN.replace("shop_async:", "warmed_shop_async:"), free_port()
    with running(f"{command} --port {port}", folder, environment):
        verdicts = await ask_for_everybody(port, users, workers_of(command))
    assert verdicts.keys() == {"right"}
    assert verdicts["right"] >= USERS * ROUNDS


async def test_celery(
    folder: Path, environment: dict[str, str], users: dict[str, str]
) -> None:
    """Tasks sign users in, and look others up."""
    command = CELERY.replace("--app tasks", "--app warmed_tasks")
    more = "--without-gossip --without-mingle --without-heartbeat"
    with running(f"{command} {more}", folder, environment):
        employer = await asyncio.create_subprocess_exec(
            *(sys.executable, "employer.py"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=folder,
            env=environment,
        )
        work = json.dumps([[*users], [*users.values()], 3])
        answer, _ = await employer.communicate(work.encode())
    done = json.loads(answer)
    expected = [email for email in users.values() for _ in range(3)]
    assert [email for email, _, _ in done] == expected
    assert [email for _, _, email in done] == expected
    assert len({process for _, process, _ in done}) > 1
