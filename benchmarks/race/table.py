"""The table: what was measured, beside what it may be."""

from collections.abc import Iterable, Sequence
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
    lines = [TITLES, *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if number < 2 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def as_markdown(rows: Sequence[Row]) -> str:
    """The table for a README."""
    alignment = ("---", "---", "---:", "---:", "---:", "---:", "---")
    return "\n".join(
        _piped(line) for line in (TITLES, alignment, *(r.cells for r in rows))
    )


def _piped(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _shown(figure: Figure, unit: str) -> str:
    if isinstance(figure, FailedError):
        return "–"
    digits = 0 if unit != "ms" or figure >= 100 else 2 if figure >= 1 else 3
    return f"{figure:,.{digits}f} {unit}".strip()
