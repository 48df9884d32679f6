"""How long generating takes, beside ariadne-codegen without our plugin.

    python benchmarks/generate.py [--runs 10] [--cores 0,1]

Both are processes of their own that read the same schema and operations and write a
package into a folder of its own; they take turns, so that whatever else the machine
does slows both. As where they are installed, Python finds them compiled, whatever
PYTHONDONTWRITEBYTECODE says: one run of each that does not count sees to it.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = "authing_gen.codegen"
PLAIN = "ariadne_codegen"
AIM = 1.3  # times as long as ariadne-codegen, at most


def configure(folder: Path, *, plugins: bool) -> Path:
    """Write codegen.toml anew, for a package in this folder; the result is its path."""
    paths = {"target": folder, "schema": ROOT / "schema", "queries": ROOT / "queries"}
    lines: list[str] = []
    for line in (ROOT / "codegen.toml").read_text(encoding="utf-8").splitlines():
        name = line.partition(" = ")[0]
        kind = name.partition("_")[0]
        if name.endswith("_path"):
            lines.append(f'{name} = "{paths[kind].as_posix()}"')
        elif plugins or name != "plugins":
            lines.append(line)
    folder.mkdir()
    path = folder / "codegen.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(command: list[str], cores: str, compiled: str) -> float:
    """Generate once; how long it took, in seconds.

    `compiled` is the folder of what Python has compiled.
    """
    begin = time.perf_counter()
    subprocess.run(
        ["taskset", "--cpu-list", cores, sys.executable, "-m", *command],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        env=os.environ
        | {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""},
        check=True,
    )
    return time.perf_counter() - begin


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--cores", default="0,1")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="authing-gen-") as scratch:
        folder = Path(scratch)
        commands = {
            OURS: [OURS, str(configure(folder / "ours", plugins=True))],
            PLAIN: [PLAIN, "--config", str(configure(folder / "plain", plugins=False))],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(options.runs + 1):
            for name, command in commands.items():
                times[name].append(run(command, options.cores, str(folder / "pyc")))
    medians = {name: statistics.median(found[1:]) for name, found in times.items()}
    for name, seconds in medians.items():
        print(f"{name:22}{seconds:.2f} s")
    ratio = medians[OURS] / medians[PLAIN]
    print(f"{'ratio':22}{ratio:.2f}, at most {AIM} wanted")


if __name__ == "__main__":
    main()
