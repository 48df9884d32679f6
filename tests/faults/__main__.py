"""Runs the storms, prints what came of them, and fails where a promise was broken.

    python -m tests.faults [--calls 10000] [--at-once 100] [--threads 50] [--seed 1]

`Authing`, and `AsyncAuthing` on trio, get a fifth of the calls.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable

import trio

from .kinds import FAULTS
from .storm import Found, Storm, storm_async, storm_sync


def _report(title: str, storm: Storm, found: Found) -> None:
    print(f"{title}: {storm.calls} calls, {storm.at_once} at once")
    print(f"  {found.faults.total():6} faults, of {len(found.faults)} kinds")
    _table({kind: found.faults[kind] for kind in FAULTS})
    print(f"  {found.outcomes.total():6} outcomes")
    _table(dict(found.outcomes.most_common()))
    for promise in ("lost", "untyped", "late", "doubled", "wrong", "strange"):
        print(f"  {len(found.broken.get(promise, [])):6} {promise}")
    print(f"  {found.connections:6} connections")
    print(f"  {found.seconds:6.1f} seconds, the longest call {found.longest:.2f}")
    for promise, what in found.broken.items():
        print(f"  BROKEN: {promise} ({len(what)} times)")
        for one in what[:10]:
            print(f"    {one[:300]}")


def _table(counts: dict[str, int]) -> None:
    for name, count in counts.items():
        print(f"         {count:6} {name}")


def main() -> int:
    """Run all, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--at-once", type=int, default=100)
    parser.add_argument("--threads", type=int, default=50)
    parser.add_argument("--timeout", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    given = parser.parse_args()
    noise: Counter[str] = Counter()
    sys.unraisablehook = lambda what: noise.update([repr(what.exc_value)])
    print(f"seed {given.seed}")
    limits = {"timeout": given.timeout, "seed": given.seed}
    awaiting = Storm(given.calls, given.at_once, **limits)
    blocking = Storm(given.calls // 5, given.threads, **limits)
    on_trio = Storm(given.calls // 5, given.at_once, **limits)
    runs: list[tuple[str, Storm, Callable[[], Found]]] = [
        ("AsyncAuthing", awaiting, lambda: asyncio.run(storm_async(awaiting))),
        ("AsyncAuthing on trio", on_trio, lambda: trio.run(storm_async, on_trio)),
        ("Authing", blocking, lambda: storm_sync(blocking)),
    ]
    broken = False
    for title, storm, run in runs:
        found = run()
        _report(title, storm, found)
        broken = broken or bool(found.broken)
    for what, times in noise.items():
        print(f"BROKEN: {what} ({times} times)")
    return int(broken or bool(noise))


if __name__ == "__main__":
    sys.exit(main())
