"""What a call costs in our client, beside what people use otherwise: one table.

    make bench
    python -m benchmarks [--quick] [--markdown]

README.md, beside this file, says how to read it. It exits with 1 where a row is
missing; with --quick also where a ratio is more than 1.5 times what it may be.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill

from .race.environments import Environments
from .race.plan import FULL, PLAN, QUICK, Effort
from .race.process import FailedError
from .race.stage import stage
from .race.table import Row, as_markdown, as_text

SLACK = 1.5
"""How many times its bound a ratio may be in a quick run, which is a rough one."""


def measure(environments: Environments, effort: Effort) -> list[Row]:
    """Measure every row."""
    rows: list[Row] = []
    with stage(environments) as on:
        for title, part in PLAN.items():
            begin = time.perf_counter()
            rows.extend(part(on, effort))
            took = time.perf_counter() - begin
            print(f"{title}: measured in {took:.0f} s", file=sys.stderr, flush=True)
    return rows


def status(rows: Sequence[Row], quick: bool) -> int:
    """The exit status: 1 where a row is missing, or far off in a quick run."""
    if quick:
        return int(not all(row.within(SLACK) for row in rows))
    return int(any(row.ratio is None for row in rows))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--markdown", action="store_true", help="print it as Markdown")
    parser.add_argument(
        "--environments",
        type=Path,
        default=Path(sys.prefix),
        help="the folder of what `make bench` installs: bench/ and bench-vendor/",
    )
    options = parser.parse_args()
    environments = Environments(options.environments)
    try:
        rows = measure(environments, QUICK if options.quick else FULL)
    except FailedError as error:
        sys.exit(f"nothing was measured: {error}")
    print((as_markdown if options.markdown else as_text)(rows))
    print(f"\n{environments.versions()}")
    for reason in (reason for row in rows for reason in row.reasons):
        print(fill(reason, width=100, subsequent_indent="  "))
    sys.exit(status(rows, options.quick))


if __name__ == "__main__":
    main()
