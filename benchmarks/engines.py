"""What could carry a call: what each engine costs, and what becomes of it in trouble.

    make engines
    make engines OPTIONS=--properties
    python -m benchmarks.engines [--properties] [--quick] [--markdown]

docs/dependencies.md draws the conclusions.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .properties.table import properties
from .race.environments import Environments
from .race.process import FailedError
from .race.rounds import Contestant, Turns, race
from .race.setup import Setup
from .race.stage import Stage, stage
from .race.table import Figure, as_columns, as_piped

CROWD = 50

ASYNC = {
    "aiohttp by hand": "aiohttp_raw",
    "aiohttp, as ours": "engines.ours_aiohttp",
    "… behind httpx's interfaces": "engines.aiohttp_in_httpx",
    "httpx-aiohttp's transport": "engines.httpx_aiohttp",
    "httpx.AsyncClient": "engines.httpx_async_client",
    "httpx2.AsyncClient": "engines.httpx2_async_client",
    "pyreqwest": "engines.pyreqwest_async",
}
BLOCKING = {
    "requests": "requests_raw",
    "httpcore, as ours": "engines.ours_httpcore",
    "… behind httpx's interfaces": "engines.httpcore_in_httpx",
    "httpcore's pool": "engines.httpcore_pool",
    "httpx.HTTPTransport": "engines.httpx_transport",
    "httpx.Client": "engines.httpx_client",
    "httpx2.Client": "engines.httpx2_client",
    "urllib3": "engines.urllib3_pool",
    "pyreqwest": "engines.pyreqwest_sync",
}

NAMED = (
    *("aiohttp", "httpcore", "httpx", "httpx-aiohttp", "httpx2", "pyreqwest"),
    *("requests", "trio", "urllib3"),
)
"""Libraries whose versions a reader wants to know."""

FULL, QUICK = Turns(rounds=15, seconds=0.25), Turns(rounds=5, seconds=0.1)


@dataclass(frozen=True)
class Comparison:
    """Engines, with so many calls in flight, each beside the first one."""

    title: str
    engines: Mapping[str, str]
    in_flight: int = 1

    def race(self, on: Stage, turns: Turns) -> dict[str, Figure]:
        """Milliseconds of CPU time that a call takes, by engine."""
        setup: Callable[[], Setup] = partial(on.repeating, "login")
        contestants = {
            name: Contestant(driver, setup, self.in_flight)
            for name, driver in self.engines.items()
        }
        return race(on, contestants, turns)


COMPARISONS = (
    Comparison("with await, 1 in flight", ASYNC),
    Comparison(f"with await, {CROWD} in flight", ASYNC, CROWD),
    Comparison("without await", BLOCKING),
)


def costs(environments: Environments, turns: Turns) -> list[Sequence[str]]:
    """The table of what a call costs, with its titles."""
    lines: list[Sequence[str]] = [("calls", "engine", "ms", "ratio")]
    with stage(environments) as on:
        for comparison in COMPARISONS:
            found = comparison.race(on, turns)
            base = next(iter(found.values()))
            for name, figure in found.items():
                lines.append((comparison.title, name, *_cells(figure, base)))
            print(f"{comparison.title}: measured", file=sys.stderr, flush=True)
    return lines


def _cells(figure: Figure, base: Figure) -> tuple[str, str]:
    if isinstance(figure, FailedError):
        return str(figure), ""
    ratio = "" if isinstance(base, FailedError) else f"{figure / base:.2f}"
    return f"{figure:.3f}", ratio


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--properties", action="store_true", help="what becomes of it")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--markdown", action="store_true", help="print it as Markdown")
    options = parser.parse_args()
    environments = Environments(Path(sys.prefix))
    if options.properties:
        lines = properties(environments.peers)
    else:
        lines = costs(environments, QUICK if options.quick else FULL)
    words = len(lines[0]) if options.properties else 2
    print((as_piped if options.markdown else as_columns)(lines, words))
    print(f"\n{environments.versions(NAMED)}")


if __name__ == "__main__":
    main()
