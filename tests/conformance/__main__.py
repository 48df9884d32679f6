"""What other people's schemas and operations come to: one table.

    make conformance
    python -m tests.conformance [--markdown]

It fetches from npm and PyPI what is published there, keeps it in `.cache/`, and exits
with 1 where something of an answer is lost, or more than one operation in a hundred is
refused.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from .corpora import ALL
from .trial import Result, attempt

ENOUGH = 0.99
"""The share of valid operations that must be generated."""

NO_FILES = "the client sends no files"
"""In the words of the refusal."""

HEADS = ("schema", "from", "operations", "valid", "generated", "refused", "lost", "s")


def cells(result: Result) -> tuple[str, ...]:
    """One row of the table."""
    corpus = result.corpus
    numbers = (
        len(corpus.documents),
        result.valid,
        result.generated,
        len(result.refused),
        len(result.lost),
    )
    return (
        corpus.name,
        corpus.source,
        *(f"{number:,}" for number in numbers),
        f"{result.seconds:.1f}",
    )


def as_text(rows: Sequence[Sequence[str]]) -> str:
    """The table for a terminal."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    def line(row: Sequence[str]) -> str:
        padded = (
            cell.ljust(width) if number < 2 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(padded).rstrip()

    return "\n".join(map(line, rows))


def as_markdown(rows: Sequence[Sequence[str]]) -> str:
    """The table for a page."""
    rule = ["---", "---", *["---:"] * (len(HEADS) - 2)]
    lines = [rows[0], rule, *rows[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def reasons(results: Iterable[Result]) -> Iterator[str]:
    """Why operations are refused, and what is lost."""
    for result in results:
        for what, found in (("refused", result.refused), ("lost", result.lost)):
            for reason, times in Counter(found.values()).most_common():
                names = [name for name, why in found.items() if why == reason]
                example = f"{times} {what}, {names[0]} for one"
                yield f"{result.corpus.name}: {example}: {reason}"


def is_enough(result: Result) -> bool:
    """Whether nothing is lost, and next to nothing refused.

    But for files: that the client does not send them is said, and meant.
    """
    files = [why for why in result.refused.values() if NO_FILES in why]
    wanted = result.valid - len(files)
    return not result.lost and result.generated >= ENOUGH * wanted


def main() -> None:
    """Fetch, try, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markdown", action="store_true", help="print it as Markdown")
    options = parser.parse_args()
    results = [attempt(corpus()) for corpus in ALL]
    rows = [HEADS, *map(cells, results)]
    print((as_markdown if options.markdown else as_text)(rows))
    for line in reasons(results):
        print(line)
    sys.exit(not all(map(is_enough, results)))


if __name__ == "__main__":
    main()
