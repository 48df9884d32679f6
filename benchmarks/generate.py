"""How long `make generate` takes after an edit, beside plain ariadne-codegen.

    python benchmarks/generate.py [--runs 10]

Before each run a field in `queries/` and a description in `schema/` are edited, in a
copy of the project; then `make generate` and ariadne-codegen without our plugin
generate from that copy. They take turns, so that whatever else the machine does slows
both. Python finds both compiled, whatever PYTHONDONTWRITEBYTECODE says: the first run
of each sees to it, and does not count.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENV = Path(sys.prefix)
AIM = 1.3  # times as long as ariadne-codegen, at most

COPIED = ("authing_gen", "generated", "queries", "schema")
COPIED_FILES = ("Makefile", "codegen.toml", "constraints.txt", "pyproject.toml")

EDITS = {
    "queries/fragments/users.graphql": ("  nickname\n", "  nickname\n  alias: name\n"),
    "schema/users.graphql": ('"""E-mail address."""', '"""Address for e-mail."""'),
}
"""What each edit puts in the place of what, there and back again."""


def copy_project(folder: Path) -> None:
    """Copy what is generated from and with; times stay, for make to compare."""
    for name in COPIED:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in COPIED_FILES:
        shutil.copy2(ROOT / name, folder)


def configure_plain(folder: Path) -> Path:
    """Write the configuration of a generation without our plugin."""
    lines = (folder / "codegen.toml").read_text(encoding="utf-8").splitlines()
    target = folder / "plain"
    target.mkdir()
    path = folder / "plain.toml"
    path.write_text(
        "\n".join(
            f'target_package_path = "{target.as_posix()}"'
            if line.startswith("target_package_path")
            else line
            for line in lines
            if not line.startswith("plugins")
        ),
        encoding="utf-8",
    )
    return path


def edit(folder: Path, number: int) -> None:
    """Make the edits, or take them back."""
    for name, (before, after) in EDITS.items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        old, new = (after, before) if number % 2 else (before, after)
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def run(command: list[str], folder: Path, compiled: Path) -> float:
    """Generate once; how long it took, in seconds.

    `compiled` is the folder of what Python has compiled.
    """
    environment = os.environ | {
        "PYTHONPYCACHEPREFIX": str(compiled),
        "PYTHONDONTWRITEBYTECODE": "",
    }
    begin = time.perf_counter()
    subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - begin


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    runs: int = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="authing-gen-") as scratch:
        folder, compiled = Path(scratch, "project"), Path(scratch, "compiled")
        copy_project(folder)
        plain = configure_plain(folder)
        ariadne = [sys.executable, "-m", "ariadne_codegen", "--config", str(plain)]
        commands = {
            "make generate": ["make", "--silent", "generate", f"VENV={VENV}"],
            "ariadne-codegen": ariadne,
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for number in range(runs + 1):
            edit(folder, number)
            for name, command in commands.items():
                times[name].append(run(command, folder, compiled))
    medians = {name: statistics.median(found[1:]) for name, found in times.items()}
    for name, seconds in medians.items():
        print(f"{name:18}{seconds:.2f} s, median of {runs}")
    ours, theirs = medians.values()
    print(f"{'ratio':18}{ours / theirs:.2f}, at most {AIM} wanted")


if __name__ == "__main__":
    main()
