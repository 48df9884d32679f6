"""The memory of `authing-gen users`, with few users and with many: it stays the same.

python -m benchmarks.administration [--users 100000] [--few 1000]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from .calls import POOL_ID, SECRET, serving
from .large import MIB, send, write_users

MORE = 30
"""MiB that many users may take more than few: identifiers are remembered, so that
nobody is listed or imported twice."""
COMMANDS = (
    ("list", ["list"]),
    ("list that fits", ["list", "--email", "*7@example.com", "--json"]),
    ("export CSV", ["export", "pool.csv"]),
    ("export JSON", ["export", "pool.jsonl", "--full"]),
    ("rehearse import", ["import", "users.jsonl", "--dry-run", "--skip-existing"]),
    ("import", ["import", "more.jsonl", "--concurrency", "16"]),
    ("import again", ["import", "more.jsonl", "--concurrency", "16"]),
    ("block", ["block", "--from", "pool.csv", "--yes", "--concurrency", "16"]),
    ("remove", ["remove", "--from", "pool.csv", "--yes"]),
)


def measured(arguments: Sequence[str], environment: dict[str, str], folder: str) -> int:
    """Run a command; return the most bytes that it had in memory."""
    program = str(Path(sys.executable).with_name("authing-gen"))
    process = subprocess.Popen(
        [program, "users", *arguments],
        env=environment,
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: exit status {process.returncode}")
    return usage.ru_maxrss * 1024


def peaks(count: int) -> list[tuple[float, int]]:
    """Seconds and most bytes of each command, in a pool of so many users."""
    found: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder, serving("sqlite://") as (port, _):
        url = f"http://127.0.0.1:{port}"
        users, none = Path(folder, "users.jsonl"), Path(folder, "none")
        write_users(users, count)
        send(port, "POST", "/sandbox/users/import?form=jsonl", users, none)
        others = users.read_text().replace("user", "other")
        Path(folder, "more.jsonl").write_text(others)
        with urllib.request.urlopen(f"{url}/sandbox/public-key") as answer:
            key = answer.read().decode()
        environment = {
            **os.environ,
            "AUTHING_USER_POOL_ID": POOL_ID,
            "AUTHING_SECRET": SECRET,
            "AUTHING_USERS_URL": f"{url}/users/graphql",
            "AUTHING_OAUTH_URL": f"{url}/oauth/graphql",
            "AUTHING_PUBLIC_KEY": key,
        }
        for _, arguments in COMMANDS:
            began = time.perf_counter()
            peak = measured(arguments, environment, folder)
            found.append((time.perf_counter() - began, peak))
    return found


def main() -> None:
    """Measure, and print; fails where many users take much more memory than few."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--few", type=int, default=1_000)
    options = parser.parse_args()
    broken: list[str] = []
    few, many = peaks(options.few), peaks(options.users)
    print(f"{'':16}{options.few:>9,} users{options.users:>12,} users")
    for (name, _), (_, less), (took, most) in zip(COMMANDS, few, many, strict=True):
        print(f"{name:16}{less / MIB:11.0f} MiB{most / MIB:14.0f} MiB{took:9.1f} s")
        if most - less > MORE * MIB:
            broken.append(name)
    if broken:
        raise SystemExit(f"out of bounds: {', '.join(broken)}")


if __name__ == "__main__":
    main()
