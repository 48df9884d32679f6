"""The table: what was measured, beside what it may be."""

from collections.abc import Sequence
from dataclasses import dataclass

from .process import FailedError

TITLES = ("work", "against", "ours", "theirs", "ratio", "at most", "")
Figure = float | FailedError


@dataclass(frozen=True)
class Row:
    """Our figure, another one, and how many times the other one ours may be."""

    work: str
    against: str
    ours: Figure
    theirs: Figure
    at_most: float
    unit: str = "ms"

    @property
    def ratio(self) -> float | None:
        """How many times the other figure ours is; None where one is missing."""
        if isinstance(self.ours, FailedError) or isinstance(self.theirs, FailedError):
            return None
        return self.ours / self.theirs

    @property
    def reasons(self) -> list[str]:
        """Why figures are missing."""
        figures = {"ours": self.ours, self.against: self.theirs}
        return [
            f"not measured: {self.work}, {name}: {figure}"
            for name, figure in figures.items()
            if isinstance(figure, FailedError)
        ]

    def within(self, slack: float = 1) -> bool:
        """Whether the ratio is at most so many times what it may be."""
        return self.ratio is not None and self.ratio <= self.at_most * slack

    @property
    def cells(self) -> tuple[str, ...]:
        """What the table shows."""
        return (
            self.work,
            self.against,
            _shown(self.ours, self.unit),
            _shown(self.theirs, self.unit),
            "" if self.ratio is None else f"{self.ratio:.2f}",
            f"{self.at_most:.2f}",
            "ok" if self.within() else "no",
        )


def as_text(rows: Sequence[Row]) -> str:
    """The table for a terminal."""
    return as_columns([TITLES, *(row.cells for row in rows)])


def as_markdown(rows: Sequence[Row]) -> str:
    """The table for a README."""
    return as_piped([TITLES, *(row.cells for row in rows)])


def as_columns(lines: Sequence[Sequence[str]], words: int = 2) -> str:
    """Lines of cells for a terminal, titles first: so many columns of words, then
    figures.
    """
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if number < words else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def as_piped(lines: Sequence[Sequence[str]], words: int = 2) -> str:
    """The same for a README."""
    titles, *rest = lines
    alignment = ["---" if number < words else "---:" for number in range(len(titles))]
    return "\n".join(f"| {' | '.join(line)} |" for line in (titles, alignment, *rest))


def _shown(figure: Figure, unit: str) -> str:
    if isinstance(figure, FailedError):
        return "–"
    digits = 0 if unit != "ms" or figure >= 100 else 2 if figure >= 1 else 3
    return f"{figure:,.{digits}f} {unit}".strip()
