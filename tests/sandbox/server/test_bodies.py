"""Bodies that are too large: refused before they have been read, and kept nowhere."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

MIB = 1 << 20
ENDPOINTS = [
    ("/users/graphql", "application/json"),
    ("/oauth/graphql", "application/json"),
    ("/users/oauth/oidc/token", "application/x-www-form-urlencoded"),
    ("/users/oauth/oidc/token/introspection", "application/x-www-form-urlencoded"),
    ("/users/oauth/oidc/auth", "application/x-www-form-urlencoded"),
    ("/users/oauth/token", "application/x-www-form-urlencoded"),
    ("/sandbox/clock", "application/json"),
    ("/sandbox/import", "application/json"),
    ("/sandbox/users/import", "application/json"),
]
LIMITS = dict.fromkeys(("/sandbox/import", "/sandbox/users/import"), 1 << 30)
"""Those of files, which are kept on the disk."""


class Served:
    """A sandbox in a process of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "authing_sandbox", "serve", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert self.process.stdout is not None
        self.url: str = json.loads(self.process.stdout.readline())["url"]

    @property
    def most_memory(self) -> int:
        """Bytes that the process has held at once so far."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        (line,) = (line for line in lines if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    served = Served()
    httpx.get(f"{served.url}/sandbox/openapi.json")  # loads what is loaded late
    yield served
    served.process.terminate()
    served.process.communicate()


@pytest.mark.parametrize(("path", "kind"), ENDPOINTS)
@pytest.mark.parametrize("announced", [True, False])
def test_it_is_refused(served: Served, path: str, kind: str, announced: bool) -> None:
    if path in LIMITS and not announced:
        pytest.skip("a GiB takes long, and is counted as a MiB is")
    size = LIMITS.get(path, MIB) + MIB
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\n"
    length = f"content-length: {size}" if announced else "transfer-encoding: chunked"
    address = urlsplit(served.url)
    assert address.port is not None
    with socket.create_connection(("127.0.0.1", address.port), timeout=60) as line:
        line.sendall(f"{head}{length}\r\n\r\n".encode())
        with suppress(ConnectionError):  # It need not listen to all of it.
            for _ in range(0 if announced else size // MIB):
                line.sendall(b"100000\r\n" + b"a" * MIB + b"\r\n")
        status = 400 if path.endswith("/graphql") else 413
        assert line.recv(1000).startswith(f"HTTP/1.1 {status} ".encode())


def test_it_takes_no_memory(served: Served) -> None:
    before = served.most_memory
    for path, kind in ENDPOINTS:
        body = (b"a" * MIB for _ in range(200))
        with suppress(httpx.TransportError):
            httpx.post(
                f"{served.url}{path}",
                content=body,
                headers={"content-type": kind},
                timeout=60,
            )
    assert served.most_memory - before < 150 * MIB


def test_what_is_not_too_large_is_read(served: Served) -> None:
    query = "{ __typename }" + " " * (MIB - 100)
    answer = httpx.post(f"{served.url}/users/graphql", json={"query": query})
    assert answer.json() == {"data": {"__typename": "Query"}}
    answer = httpx.post(f"{served.url}/sandbox/import", json={"a": "b" * 3 * MIB})
    assert answer.status_code == 422
