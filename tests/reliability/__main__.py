"""Plays the scenarios, prints their figures, and fails where a promise was broken.

python -m tests.reliability [NAME …]
"""

import argparse
import asyncio
import inspect
import sys
import time

from .scenarios import SCENARIOS, Figure, Scenario, stage

LONGEST = 240.0
"""Seconds after which a scenario counts as broken."""


async def _play(scenario: Scenario) -> list[Figure]:
    async with asyncio.timeout(LONGEST), stage() as on:
        return await scenario(on)


def _title(scenario: Scenario) -> str:
    return " ".join((inspect.getdoc(scenario) or "").rstrip(".").split())


def main() -> int:
    """Play all, or those that are named, and print a table as Markdown."""
    known = {scenario.__name__: scenario for scenario in SCENARIOS}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*known, []])
    names = parser.parse_args().names or list(known)
    begin = time.monotonic()
    kept = True
    print("| trouble | figure | found | at most | |\n| --- | --- | ---: | ---: | --- |")
    for name in names:
        title = _title(known[name])
        for figure in asyncio.run(_play(known[name])):
            kept = kept and figure.kept
            verdict = "ok" if figure.kept else "BROKEN"
            cells = (title, figure.what, f"{figure.found:g}", f"{figure.at_most:g}")
            print(f"| {' | '.join(cells)} | {verdict} |", flush=True)
            title = ""
    print(f"\n{time.monotonic() - begin:.0f} seconds")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
