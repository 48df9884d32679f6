"""How soon the sandbox is there: until it says so, answers, and answers a call.

    python -m benchmarks.start [--starts 10] [--cores 0,1] [--database sqlite://]

Each start is a process of its own. Python finds the sandbox compiled, as where it is
installed, whatever PYTHONDONTWRITEBYTECODE says: one more start comes before those that
count.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

POOL_ID, SECRET = "5e1a0c3d9b8f7a6c5d4e3f21", "benchmark"
# What clients of the vendor call before anything else.
FIRST_CALL = {
    "query": "query($secret: String, $clientId: String) {"
    " getAccessTokenByAppSecret(secret: $secret, clientId: $clientId) }",
    "variables": {"secret": SECRET, "clientId": POOL_ID},
}
MOMENTS = ("welcome line", "first answer", "first call")


def start(database: str, cores: str, compiled: str) -> list[float]:
    """Start once; when each of the moments was, in seconds from the start.

    `compiled` is the folder of what Python has compiled.
    """
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "authing_sandbox", "serve", "--port", str(port)]
    command += ["--database", database, "--pool-id", POOL_ID, "--secret", SECRET]
    begin = time.perf_counter()
    process = subprocess.Popen(
        ["taskset", "--cpu-list", cores, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ
        | {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""},
    )
    assert process.stdout is not None

    def after(wait: Callable[[], object]) -> float:
        wait()
        return time.perf_counter() - begin

    try:
        with ThreadPoolExecutor() as side:
            welcome = side.submit(after, process.stdout.readline)
            answer = after(lambda: _first_answer(f"{url}/sandbox/public-key"))
            called = after(lambda: _call(f"{url}/users/graphql"))
            return [welcome.result(), answer, called]
    finally:
        process.terminate()
        process.communicate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _first_answer(url: str) -> None:
    """Ask until there is an answer."""
    while True:
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            time.sleep(0.002)


def _call(url: str) -> None:
    request = urllib.request.Request(
        url, json.dumps(FIRST_CALL).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        if "errors" in (found := json.load(answer)):
            raise RuntimeError(found["errors"])


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=10)
    parser.add_argument("--cores", default="0,1")
    parser.add_argument("--database", default="sqlite://")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="authing-sandbox-") as compiled:
        _, *starts = (
            start(options.database, options.cores, compiled)
            for _ in range(options.starts + 1)
        )
    for moment, times in zip(MOMENTS, zip(*starts, strict=True), strict=True):
        print(
            f"{moment:14}{statistics.median(times):.2f} s, at worst {max(times):.2f} s"
        )


if __name__ == "__main__":
    main()
