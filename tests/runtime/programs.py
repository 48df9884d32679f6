"""Runs programs of tests in processes of their own.

A module of programs ends with `main(PROGRAMS)`: each takes a URL, and returns what is
to be told to the test.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
STRICT = ("-W", "error", "-W", "ignore:This process:DeprecationWarning")
"""Forks of processes that have threads are what some tests are about."""

Program = Callable[[str], list[str]]


def main(programs: Sequence[Program]) -> None:
    """Run the programs that the command line names; print as JSON what they say."""
    known = {program.__name__: program for program in programs}
    url, *names = sys.argv[1:]
    print(json.dumps([said for name in names for said in known[name](url)]))


async def run(
    module: str,
    url: str,
    *names: str,
    options: Sequence[str] = STRICT,
    environment: Mapping[str, str] | None = None,
) -> list[str]:
    """Run programs, which have nothing to complain of, and return what they say.

    Args:
        module: A module of programs beside this one.
        url: The server that they are about.
        names: Some of them, which run in one process, one after the other.
        options: Options of Python.
        environment: Variables besides those of this process.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *options, "-m", f"tests.runtime.{module}", url, *names),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    complaints = [line for line in errors.splitlines() if not _is_slow(line)]
    assert complaints == [], errors.decode()
    said: list[str] = json.loads(output)
    return said


def _is_slow(line: bytes) -> bool:
    """Whether asyncio, in debug mode, says that a machine is slow."""
    return line.startswith(b"Executing <")
