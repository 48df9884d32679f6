"""How long `make generate` takes after an edit, beside plain ariadne-codegen.

    python -m benchmarks.generate [--runs 10]

Before each run a field in `queries/` and a description in `schema/` are edited, in a
copy of the project; then `make generate` and ariadne-codegen without our plugin
generate from that copy. They take turns, so that whatever else the machine does slows
both. Python finds both compiled, whatever PYTHONDONTWRITEBYTECODE says: the first run
of each sees to it, and does not count.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.plain import configure, copy_project

AIM = 1.3  # times as long as ariadne-codegen, at most

EDITS = {
    "queries/fragments/users.graphql": ("  nickname\n", "  nickname\n  alias: name\n"),
    "schema/users.graphql": ('"""E-mail address."""', '"""Address for e-mail."""'),
}
"""What each edit puts in the place of what, there and back again."""


def edit(project: Path, number: int) -> None:
    """Make the edits, or take them back."""
    for name, (before, after) in EDITS.items():
        path = project / name
        text = path.read_text(encoding="utf-8")
        old, new = (after, before) if number % 2 else (before, after)
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(command: list[str], project: Path, compiled: Path) -> float:
    """Generate once; how long it took, in seconds.

    `compiled` is the folder of what Python has compiled.
    """
    environment = os.environ | {
        "PYTHONPYCACHEPREFIX": str(compiled),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    begin = time.perf_counter()
    subprocess.run(
        command, cwd=project, env=environment, stdout=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - begin


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    runs: int = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="authing-gen-") as scratch:
        project, compiled = Path(scratch, "project"), Path(scratch, "compiled")
        copy_project(project)
        # The environment is ours, whatever has changed since it was made.
        make = ["make", "--silent", f"--old-file={sys.prefix}/.ready"]
        commands = {
            "make generate": [*make, "generate", f"VENV={sys.prefix}"],
            "ariadne-codegen": configure(project),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(runs + 1):
            edit(project, number)
            for name, command in commands.items():
                times[name].append(run(command, project, compiled))
    medians = {name: statistics.median(found[1:]) for name, found in times.items()}
    for name, seconds in medians.items():
        print(f"{name:18}{seconds:.2f} s, median of {runs}")
    ours, theirs = medians.values()
    print(f"{'ratio':18}{ours / theirs:.2f}, at most {AIM} wanted")


if __name__ == "__main__":
    main()
