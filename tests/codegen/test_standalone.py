"""The generated package by itself, without anything of ours on the path."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

SCRIPT = """
import asyncio, sys
import authing_client
from authing_client import AsyncClient, GraphQLHTTPError, GraphQLResponseError
from authing_client import GraphQLInvalidResponseError

async def main(url):
    async with AsyncClient(url, headers={{"X-App": "test"}}) as client:
{body}

asyncio.run(main(sys.argv[1]))
{checks}"""

SYNC_SCRIPT = """
import sys
import authing_client
from authing_client import Client, GraphQLResponseError

with Client(sys.argv[1], headers={{"X-App": "test"}}) as client:
{body}

{checks}"""

CHECKS = """
assert authing_client.__file__.startswith(sys.argv[2])
assert not {"authing_gen", "graphql", "ariadne_codegen"} & sys.modules.keys()
"""

RAW = (
    "assert (raw.parsed.status, raw.status_code) == (True, 200)",
    "assert raw.headers['x-request-id'] == raw.request_id == 'r-1'",
    "assert raw.elapsed.total_seconds() > 0",
    "assert raw.http_response.json()['data']['checkLoginStatus']['code'] == 200",
    "assert repr(raw) == \"RawResponse(status_code=200, request_id='r-1')\"",
)

LOGGED_IN = {
    "data": {"checkLoginStatus": {"status": True, "code": 200, "message": "ok"}}
}
REFUSAL = {"code": 2004, "message": "no such user", "data": None}


class Answers(ThreadingHTTPServer):
    """Gives one answer to everything and keeps what it was asked."""

    answer: tuple[int, bytes] = (200, b"")
    asked: list[tuple[dict[str, str], dict[str, Any]]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/graphql"


class Handler(BaseHTTPRequestHandler):
    server: Answers

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((headers, json.loads(body)))
        status, answer = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("X-Request-Id", f"r-{len(self.server.asked)}")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the output of the tests clean."""


def test_operation_answers_with_a_model(server: Answers, package: Path) -> None:
    server.answer = (200, json.dumps(LOGGED_IN).encode())
    run(
        server,
        package,
        "headers = {'X-Call': '1'}",
        "status = await client.check_login_status(token='abc', headers=headers)",
        "assert type(status) is authing_client.LoginStatus",
        "assert (status.status, status.code, status.message) == (True, 200, 'ok')",
    )
    ((headers, body),) = server.asked
    assert headers["authorization"] == "Bearer abc"
    assert (headers["x-app"], headers["x-call"]) == ("test", "1")
    assert headers["content-type"] == "application/json"
    assert body.keys() == {"query", "operationName", "variables"}
    assert body["operationName"] == "checkLoginStatus"
    assert body["query"].startswith("query checkLoginStatus {")
    assert body["variables"] == {}


def test_arguments_travel_as_they_are(server: Answers, package: Path) -> None:
    server.answer = (200, b'{"data": {"removeUsers": [{"_id": "1"}]}}')
    run(
        server,
        package,
        "removed = await client.remove_users(ids=['1', '2'], operator=None)",
        "assert removed[0].id == '1'",
    )
    ((_, body),) = server.asked
    assert body["variables"] == {"ids": ["1", "2"], "operator": None}


@pytest.mark.parametrize("status", [200, 400, 500])
def test_error_object_is_raised(server: Answers, package: Path, status: int) -> None:
    body = {"errors": [{"message": REFUSAL, "path": ["user"]}], "data": None}
    server.answer = (status, json.dumps(body).encode())
    run(
        server,
        package,
        "try:",
        "    await client.check_login_status()",
        "except GraphQLResponseError as error:",
        f"    assert error.errors[0]['message'] == {REFUSAL!r}",
        "    assert error.data is None",
        "    assert 'no such user' in str(error)",
        "else:",
        "    raise AssertionError('nothing was raised')",
    )


def test_error_text_is_raised(server: Answers, package: Path) -> None:
    body = {"errors": [{"message": "Syntax Error"}, {"message": "Another"}]}
    server.answer = (400, json.dumps(body).encode())
    run(
        server,
        package,
        "try:",
        "    await client.check_login_status()",
        "except GraphQLResponseError as error:",
        "    assert str(error) == 'Syntax Error; Another'",
        "else:",
        "    raise AssertionError('nothing was raised')",
    )


@pytest.mark.parametrize(
    ("status", "error"),
    [(502, "GraphQLHTTPError"), (200, "GraphQLInvalidResponseError")],
)
def test_page_instead_of_an_answer_is_raised(
    server: Answers, package: Path, status: int, error: str
) -> None:
    server.answer = (status, b"<html>")
    run(
        server,
        package,
        "try:",
        "    await client.check_login_status()",
        f"except {error} as error:",
        f"    assert error.response.status_code == {status}",
        "else:",
        "    raise AssertionError('nothing was raised')",
    )


def test_synchronous_client_does_the_same(server: Answers, package: Path) -> None:
    server.answer = (200, json.dumps(LOGGED_IN).encode())
    run_sync(
        server,
        package,
        "headers = {'X-Call': '1'}",
        "status = client.check_login_status(token='abc', headers=headers)",
        "assert (status.status, status.code, status.message) == (True, 200, 'ok')",
    )
    ((headers, body),) = server.asked
    assert headers["authorization"] == "Bearer abc"
    assert (headers["x-app"], headers["x-call"]) == ("test", "1")
    assert body["operationName"] == "checkLoginStatus"


def test_synchronous_client_raises_the_same(server: Answers, package: Path) -> None:
    body = {"errors": [{"message": REFUSAL, "path": ["user"]}], "data": None}
    server.answer = (200, json.dumps(body).encode())
    run_sync(
        server,
        package,
        "try:",
        "    client.with_raw_response.check_login_status()",
        "except GraphQLResponseError as error:",
        f"    assert error.errors[0]['message'] == {REFUSAL!r}",
        "else:",
        "    raise AssertionError('nothing was raised')",
    )


def test_raw_response_beside_the_result(server: Answers, package: Path) -> None:
    server.answer = (200, json.dumps(LOGGED_IN).encode())
    run(
        server,
        package,
        "raw = await client.with_raw_response.check_login_status(token='abc')",
        *RAW,
    )


def test_synchronous_raw_response(server: Answers, package: Path) -> None:
    server.answer = (200, json.dumps(LOGGED_IN).encode())
    run_sync(
        server,
        package,
        "raw = client.with_raw_response.check_login_status(token='abc')",
        *RAW,
    )


def test_raw_responses_of_calls_at_once_do_not_mix(
    server: Answers, package: Path
) -> None:
    server.answer = (200, json.dumps(LOGGED_IN).encode())
    run(
        server,
        package,
        "check = client.with_raw_response.check_login_status",
        "one = client.check_login_status",
        "answers = await asyncio.gather(*(check() for _ in range(8)), one())",
        "assert len({raw.request_id for raw in answers[:8]}) == 8",
        "assert client._observe is None",
    )


def run(server: Answers, package: Path, *lines: str) -> None:
    """Run lines with a client of the server, in a process that knows the package."""
    body = "\n".join(f"        {line}" for line in lines)
    run_script(server, package, SCRIPT.format(body=body, checks=CHECKS))


def run_sync(server: Answers, package: Path, *lines: str) -> None:
    """Run lines with a synchronous client."""
    body = "\n".join(f"    {line}" for line in lines)
    run_script(server, package, SYNC_SCRIPT.format(body=body, checks=CHECKS))


def run_script(server: Answers, package: Path, script: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, server.url, str(package)],
        cwd=package.parent,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(package.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def package(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the generated package, and of nothing else."""
    target = tmp_path_factory.mktemp("alone") / "authing_client"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "generated/authing_client", target, ignore=ignored)
    return target


@pytest.fixture
def server() -> Iterator[Answers]:
    """A server on the loopback."""
    with Answers(("127.0.0.1", 0), Handler) as server:
        server.asked = []
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
