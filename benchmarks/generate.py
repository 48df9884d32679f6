"""How long generating takes after an edit, beside plain ariadne-codegen.

    python -m benchmarks.generate [--runs 10]

Measured are `make generate` in a copy of the project, and `authing-gen generate` in
projects that are made for it: of 45, 283 and 663 operations, and of 30 inputs that hold
each other. Before each run something is edited; then ours and ariadne-codegen without
our plugin generate from the same files, in turn. Counted is CPU time, ruff's too, so
that whatever else the machine does matters little. Python finds both compiled, whatever
PYTHONDONTWRITEBYTECODE says: the first run of each sees to it, and does not count.

Then `authing-gen generate --watch` is waited for, by the clock: from an edit until the
package has changed. Last, programs import the packages: see `imports`.
"""

import argparse
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import imports, schemas
from benchmarks.plain import configure, copy_project

OPERATIONS = 283
LESS, MORE = 45, 663
INPUTS = 30
WATCH_AIM = 2.0  # seconds from an edit until the package is there, at most

Edits = dict[str, tuple[str, str]]
"""By file, what each edit puts in the place of what, there and back again."""

OURS: Edits = {
    "queries/fragments/users.graphql": ("  nickname\n", "  nickname\n  alias: name\n"),
    "schema/users.graphql": ('"""E-mail address."""', '"""Address for e-mail."""'),
}
MADE: Edits = {schemas.EDITED: ("    name\n", "    name\n    alias: name\n")}

# The environment is ours, whatever has changed since it was made.
MAKE = ["make", "--silent", f"--old-file={sys.prefix}/.ready"]
COMMAND = str(Path(sys.executable).with_name("authing-gen"))


@dataclass(frozen=True)
class Case:
    """A project, and how we generate from it."""

    title: str
    write: Callable[[Path], None]
    command: list[str]
    edits: Edits
    aim: float
    """Times as long as ariadne-codegen, at most."""


CASES = [
    Case(
        "make generate",
        copy_project,
        [*MAKE, "generate", f"VENV={sys.prefix}"],
        OURS,
        1.2,
    ),
    *(
        Case(
            f"{operations} operations",
            partial(schemas.large, operations=operations),
            [COMMAND, "generate"],
            MADE,
            1.2,
        )
        for operations in (LESS, OPERATIONS, MORE)
    ),
    Case(
        f"{INPUTS} inputs that hold each other",
        partial(schemas.entangled, inputs=INPUTS),
        [COMMAND, "generate"],
        MADE,
        1.2,
    ),
]


def edit(project: Path, edits: Edits, number: int) -> None:
    """Make the edits, or take them back."""
    for name, (before, after) in edits.items():
        path = project / name
        text = path.read_text(encoding="utf-8")
        old, new = (after, before) if number % 2 else (before, after)
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def environment(compiled: Path) -> dict[str, str]:
    """What the generators run in; `compiled` is where Python keeps what it compiles."""
    return os.environ | {
        "PYTHONPYCACHEPREFIX": str(compiled),
        "PYTHONDONTWRITEBYTECODE": "",
    }


def run(command: list[str], project: Path, compiled: Path) -> float:
    """Generate once; the CPU time that it took, in seconds."""
    begin = _used()
    subprocess.run(
        command,
        cwd=project,
        env=environment(compiled),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return _used() - begin


def _used() -> float:
    """What children have used, and their children, as ruff is."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def race(case: Case, runs: int, compiled: Path) -> tuple[float, float]:
    """Let ours and ariadne-codegen take turns; the median of each, in seconds."""
    with tempfile.TemporaryDirectory(prefix="authing-gen-") as scratch:
        project = Path(scratch, "project")
        project.mkdir()
        case.write(project)
        commands = [case.command, configure(project)]
        times: list[list[float]] = [[] for _ in commands]
        for number in range(runs + 1):
            edit(project, case.edits, number)
            for command, found in zip(commands, times, strict=True):
                found.append(run(command, project, compiled))
    ours, theirs = (statistics.median(found[1:]) for found in times)
    return ours, theirs


def watch(runs: int, compiled: Path) -> float:
    """How long `--watch` takes from an edit until the package has changed: the median.

    The project is the large one; what changes is a model, and so several modules.
    """
    with tempfile.TemporaryDirectory(prefix="authing-gen-") as scratch:
        project = Path(scratch)
        schemas.large(project, OPERATIONS)
        run([COMMAND, "generate"], project, compiled)
        process = subprocess.Popen(
            [COMMAND, "generate", "--watch"],
            cwd=project,
            env=environment(compiled),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            if "up to date" in line:
                break
        try:
            times = [_answered(project, number) for number in range(runs + 1)]
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate()
    return statistics.median(times[1:])


def _answered(project: Path, number: int) -> float:
    time.sleep(1)  # Watching begins anew after each generation.
    last = project / schemas.CHANGED
    before = last.stat().st_mtime_ns
    begin = time.perf_counter()
    edit(project, MADE, number)
    while last.stat().st_mtime_ns == before:
        time.sleep(0.005)
    return time.perf_counter() - begin


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    runs: int = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="authing-gen-") as scratch:
        compiled = Path(scratch)
        for case in CASES:
            ours, theirs = race(case, runs, compiled)
            print(row(case.title, "s", ours, theirs, case.aim), flush=True)
        took = watch(runs, compiled)
        print(row(f"--watch, {OPERATIONS} operations", "s", took, None, WATCH_AIM))
        for title, ours, theirs, aim in imports.rows(runs, environment(compiled)):
            print(row(title, "ms", ours, theirs, aim), flush=True)


def row(title: str, unit: str, ours: float, theirs: float | None, aim: float) -> str:
    """One row of the table: what is compared with nothing has a bound of its own."""
    told = f"{title:46}{ours:8.2f} {unit}"
    if theirs is None:
        return f"{told}{'':29}at most {aim} {unit}"
    return f"{told} beside {theirs:8.2f} {unit}: {ours / theirs:5.2f}, at most {aim}"


if __name__ == "__main__":
    main()
