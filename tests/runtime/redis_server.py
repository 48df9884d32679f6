"""A Redis server of the test's own, on a socket of the loopback interface.

AUTHING_TEST_REDIS_SERVER names another program that speaks the same, such as Valkey's.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = os.environ.get("AUTHING_TEST_REDIS_SERVER") or shutil.which("redis-server")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def need_redis() -> None:
    """Skip the test where there is no Redis; in CI there must be one."""
    pytest.importorskip("redis", reason="the extra authing-gen[redis] is not installed")
    if PROGRAM is None:
        reason = "redis-server is not installed (Debian: apt-get install redis-server)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


class RedisServer:
    """Starts, stops and starts again, as servers do."""

    def __init__(self, folder: Path, *more: str) -> None:
        self._folder = folder
        self._more = more
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert PROGRAM is not None
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", ""]
        options += ["--appendonly", "no", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            [PROGRAM, *options, *self._more],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        while not self._answers():
            assert time.monotonic() < until
            time.sleep(0.02)

    def form_a_cluster(self) -> None:
        """Take over all of its keys, where it belongs to a cluster."""
        self.ask(b"CLUSTER", b"ADDSLOTSRANGE", b"0", b"16383")
        until = time.monotonic() + 20
        while b"cluster_state:ok" not in self.ask(b"CLUSTER", b"INFO"):
            assert time.monotonic() < until

    def stop(self) -> None:
        """Kill it: nothing that it kept is there any more."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def dump(self) -> bytes:
        """Everything that it keeps, as it keeps it."""
        found = b""
        for name in self.names():
            found += name + self.ask(b"GET", name)
        return found

    def names(self) -> list[bytes]:
        """Names of what it keeps for us."""
        words = self.ask(b"KEYS", b"*").split(b"\r\n")
        return [word for word in words if word.startswith(b"authing-gen")]

    def ask(self, *words: bytes) -> bytes:
        """Send one command; return the answer as it came."""
        command = b"*%d\r\n" % len(words)
        command += b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words)
        with socket.create_connection(("127.0.0.1", self._port), 5) as connection:
            connection.sendall(command)
            time.sleep(0.05)
            return connection.recv(1 << 20)

    def _answers(self) -> bool:
        try:
            return self.ask(b"PING") == b"+PONG\r\n"
        except OSError:
            return False


@contextlib.contextmanager
def serving(folder: Path, *options: str) -> Iterator[RedisServer]:
    """A server that runs."""
    server = RedisServer(folder, *options)
    server.start()
    try:
        yield server
    finally:
        server.stop()
