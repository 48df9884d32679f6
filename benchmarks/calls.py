"""How many calls a second the sandbox answers on one core, and how soon it starts.

    python -m benchmarks.calls [--seconds 10] [--clients 16] [--database sqlite://]
    python -m benchmarks.calls --rate 200 --seconds 60 [--connect]

The server has one core, this program another one. With a rate, calls begin when it is
their time, whether those before have ended or not, and take from that time on; with
`--connect`, each on a connection of its own.
"""

import argparse
import asyncio
import base64
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from authing_client import OPERATIONS

SERVER_CORE, OUR_CORE = 0, 1
AFTERWARDS = 3
"""Seconds in which the server imports what its start has not waited for."""
POOL_ID, SECRET = "5e1a0c3d9b8f7a6c5d4e3f21", "benchmark"
USERS = 100
MIX = (  # What each client calls, over and over.
    "register",
    *["login"] * 2,
    *["checkLoginStatus"] * 3,
    "user",
    "users",
    "userExist",
    "UpdateUser",
)


class Connection:
    """Just enough of HTTP: a library for it would take longer than the server."""

    async def open(self, port: int) -> "Connection":
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        return self

    async def close(self) -> None:
        """Disconnect."""
        self._writer.close()
        await self._writer.wait_closed()

    async def call(self, name: str, token: str | None = None, **variables: Any) -> Any:
        """Make a documented call; the value of its field."""
        query = OPERATIONS[name].document
        body = json.dumps({"query": query, "variables": variables}).encode()
        head = [
            "POST /users/graphql HTTP/1.1",
            "host: 127.0.0.1",
            "content-type: application/json",
            f"content-length: {len(body)}",
            *([f"authorization: Bearer {token}"] if token else []),
        ]
        self._writer.write("\r\n".join([*head, "\r\n"]).encode() + body)
        header = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(header.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        answer = json.loads(await self._reader.readexactly(length))
        if "errors" in answer:
            raise RuntimeError(f"{name}: {answer['errors']}")
        (value,) = answer["data"].values()
        return value


@dataclass
class Load:
    """Clients that call as fast as they are answered."""

    port: int
    password: str
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    async def _prepare(self) -> None:
        first = await Connection().open(self.port)
        answer = await first.call(
            "getClientWhenSdkInit", clientId=POOL_ID, secret=SECRET
        )
        self._owner = answer["accessToken"]
        self._numbers = itertools.count()
        self._users = [await self._register(first) for _ in range(USERS)]
        await first.close()

    async def run(self, clients: int, seconds: float) -> None:
        """Prepare users, then call for so many seconds."""
        await self._prepare()
        connections = [await Connection().open(self.port) for _ in range(clients)]
        end = time.perf_counter() + seconds
        await asyncio.gather(
            *(self._client(n, one, end) for n, one in enumerate(connections))
        )

    async def run_at(self, rate: float, seconds: float, *, connect: bool) -> None:
        """Prepare users, then begin so many calls a second."""
        await self._prepare()
        self._idle: list[Connection] = []
        begin = time.perf_counter()
        names = itertools.cycle(MIX)
        async with asyncio.TaskGroup() as calls:
            for number in range(int(rate * seconds)):
                due = begin + number / rate
                await asyncio.sleep(max(due - time.perf_counter(), 0))
                calls.create_task(self._one(next(names), number, due, connect))

    async def _one(self, name: str, number: int, due: float, connect: bool) -> None:
        connection = (
            self._idle.pop() if self._idle else await Connection().open(self.port)
        )
        await self._call(connection, name, self._users[number % USERS])
        self.took[name].append(time.perf_counter() - due)
        if connect:
            await connection.close()
        else:
            self._idle.append(connection)

    async def _client(self, number: int, connection: Connection, end: float) -> None:
        # Not all at the same place of the mix at the same time.
        names = itertools.islice(itertools.cycle(MIX), number % len(MIX), None)
        for turn, name in enumerate(names, number):
            user = self._users[turn % USERS]
            start = time.perf_counter()
            if start > end:
                return
            await self._call(connection, name, user)
            self.took[name].append(time.perf_counter() - start)

    async def _call(self, connection: Connection, name: str, user: Any) -> Any:
        pool = {"registerInClient": POOL_ID}
        match name:
            case "register":
                return await self._register(connection)
            case "login":
                known = {"email": user["email"], "password": self.password}
                return await connection.call(name, **pool, **known)
            case "checkLoginStatus":
                return await connection.call(name, user["token"])
            case "user":
                return await connection.call(name, self._owner, id=user["_id"], **pool)
            case "users":
                return await connection.call(
                    name, self._owner, **pool, page=1, count=10
                )
            case "userExist":
                query = {"userPoolId": POOL_ID, "email": user["email"]}
                return await connection.call(name, self._owner, **query)
            case _:
                change = {"_id": user["_id"], "nickname": f"at {time.time()}"}
                return await connection.call(name, self._owner, **pool, **change)

    async def _register(self, connection: Connection) -> Any:
        email = f"user{next(self._numbers)}@example.com"
        info = {"email": email, "password": self.password, "registerInClient": POOL_ID}
        answer = await connection.call("register", **info)
        return answer | {"email": email}


@contextmanager
def serving(database: str) -> Iterator[tuple[int, int]]:
    """Serve on a core of its own; port and process, once it answers."""
    port = 4699
    command = [sys.executable, "-m", "authing_sandbox", "serve", "--port", str(port)]
    command += ["--database", database, "--pool-id", POOL_ID, "--secret", SECRET]
    begin = time.perf_counter()
    process = subprocess.Popen(
        ["taskset", "--cpu-list", str(SERVER_CORE), *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # the request log is written, but not shown
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""},  # as installed packages are
    )
    try:
        while True:
            try:
                _public_key(port)
                break
            except OSError:
                time.sleep(0.005)
        print(f"answers after   {time.perf_counter() - begin:.2f} s")
        time.sleep(AFTERWARDS)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _public_key(port: int) -> bytes:
    url = f"http://127.0.0.1:{port}/sandbox/public-key"
    with urllib.request.urlopen(url) as answer:
        key: bytes = answer.read()
    return key


def _encrypted(password: str, public_key: bytes) -> str:
    key = load_pem_public_key(public_key)
    assert isinstance(key, RSAPublicKey)
    return base64.b64encode(key.encrypt(password.encode(), PKCS1v15())).decode()


def _cpu_seconds(process: int) -> float:
    """What a process has used of its core, in seconds."""
    with open(f"/proc/{process}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--database", default="sqlite://")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--connect", action="store_true")
    options = parser.parse_args()
    os.sched_setaffinity(0, {OUR_CORE})
    with serving(options.database) as (port, process):
        load = Load(port, _encrypted("correct horse", _public_key(port)))
        used = _cpu_seconds(process)
        begin = time.perf_counter()
        if options.rate:
            asyncio.run(
                load.run_at(options.rate, options.seconds, connect=options.connect)
            )
        else:
            asyncio.run(load.run(options.clients, options.seconds))
        elapsed = time.perf_counter() - begin
        used = _cpu_seconds(process) - used
    calls = USERS + sum(map(len, load.took.values()))
    print(f"calls           {calls / elapsed:.0f} a second")
    each = used / calls * 1000
    print(
        f"                {calls / used:.0f} a second of CPU time, {each:.2f} ms each"
    )
    every = [each for times in load.took.values() for each in times]
    for name, times in [*load.took.items(), ("all", every)]:
        mean, slow = statistics.mean(times), statistics.quantiles(times, n=100)[98]
        print(f"{name:16}{mean * 1000:6.1f} ms, 99% in {slow * 1000:.1f} ms")


if __name__ == "__main__":
    main()
