"""A pool of many users: what a late page takes, and the memory of import and export.

python -m benchmarks.large [--users 100000] [--database sqlite://]
"""

import argparse
import asyncio
import http.client
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .calls import POOL_ID, SECRET, Connection, serving

PAGE_LENGTH = 200
LATE = 500
ROUNDS = 30
MIB = 1 << 20
BOUNDS = {"page": 1.3, "memory": 100 * MIB}


class Memory:
    """The largest resident set of a process while something is done."""

    def __init__(self, process: int) -> None:
        self._status = Path(f"/proc/{process}/status")
        self._done = threading.Event()
        self.peak = 0

    def now(self) -> int:
        """Bytes at this moment."""
        line = self._status.read_text().partition("VmRSS:")[2]
        return int(line.split()[0]) * 1024

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Keep the peak of what happens within."""
        self.peak = 0
        self._done.clear()
        watching = threading.Thread(target=self._watch)
        watching.start()
        try:
            yield
        finally:
            self._done.set()
            watching.join()

    def _watch(self) -> None:
        while True:
            self.peak = max(self.peak, self.now())
            if self._done.wait(0.01):
                return


def write_users(path: Path, count: int) -> None:
    """Write users as JSON Lines."""
    with path.open("w") as file:
        for number in range(count):
            user = {"email": f"user{number}@example.com", "nickname": f"User {number}"}
            file.write(json.dumps({**user, "password": "correct horse"}) + "\n")


def send(port: int, method: str, path: str, body: Path | None, answer: Path) -> None:
    """Make a request of any size; files are what is sent and what comes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    headers = {"content-type": "application/json"}
    if body is None:
        connection.request(method, path, headers=headers)
    else:
        headers["content-length"] = str(body.stat().st_size)
        with body.open("rb") as file:
            connection.request(method, path, file, headers)
    found = connection.getresponse()
    with answer.open("wb") as file:
        while piece := found.read(MIB):
            file.write(piece)
    connection.close()
    if found.status >= 400:
        raise RuntimeError(answer.read_text())


async def pages(port: int) -> tuple[float, float]:
    """Seconds that the first page takes, and a late one, at their medians."""
    connection = await Connection().open(port)
    init = {"clientId": POOL_ID, "secret": SECRET}
    token = (await connection.call("getClientWhenSdkInit", **init))["accessToken"]
    took: dict[int, list[float]] = {1: [], LATE: []}
    for _ in range(ROUNDS):
        for page, times in took.items():
            began = time.perf_counter()
            wanted = {"page": page, "count": PAGE_LENGTH}
            found = await connection.call(
                "users", token, registerInClient=POOL_ID, **wanted
            )
            times.append(time.perf_counter() - began)
            assert found["list"], "there is no such page"
    return statistics.median(took[1]), statistics.median(took[LATE])


def main() -> None:
    """Measure, and print; fails where a bound is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--database", default="sqlite://")
    options = parser.parse_args()
    broken: list[str] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(options.database) as (port, process),
    ):
        users, pool, none = (Path(folder, name) for name in ("users", "pool", "none"))
        write_users(users, options.users)
        memory = Memory(process)
        # Once, so that what it needs is imported.
        send(port, "GET", "/sandbox/export", None, pool)
        send(port, "POST", "/sandbox/import", pool, none)
        time.sleep(1)
        idle = memory.now()
        print(f"idle            {idle / MIB:.0f} MiB")
        for what, method, path, body, answer in (
            ("import users", "POST", "/sandbox/users/import", users, none),
            ("export pool", "GET", "/sandbox/export", None, pool),
            ("import pool", "POST", "/sandbox/import", pool, none),
        ):
            began = time.perf_counter()
            with memory.watched():
                send(port, method, path, body, answer)
            took, more = time.perf_counter() - began, memory.peak - idle
            print(f"{what:16}{took:.1f} s, {more / MIB:.0f} MiB above idle")
            if more > BOUNDS["memory"]:
                broken.append(what)
        print(f"the pool's file {pool.stat().st_size / MIB:.0f} MiB")
        first, late = asyncio.run(pages(port))
    print(f"page 1          {first * 1000:.1f} ms, {PAGE_LENGTH} users")
    print(f"page {LATE:<11}{late * 1000:.1f} ms, {late / first:.2f} times as long")
    if late > BOUNDS["page"] * first:
        broken.append(f"page {LATE}")
    if broken:
        raise SystemExit(f"out of bounds: {', '.join(broken)}")


if __name__ == "__main__":
    main()
