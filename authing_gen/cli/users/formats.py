"""Users in files: CSV, and JSON with one user a line."""

import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, cast

from ..failures import WrongUsage

if TYPE_CHECKING:
    from .columns import Cell

_STEERING = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings by which a spreadsheet takes a cell for a formula."""


class Format(StrEnum):
    """What a file of users is."""

    CSV = "csv"
    JSONL = "jsonl"


class Line(NamedTuple):
    """One user of a file, as it stands there."""

    number: int
    """The line that it ends at, from 1."""
    cells: Mapping[str, Any]
    """Values by the names of the file, without those that are empty."""
    problem: str | None = None
    """Why it cannot be read."""


def format_of(path: Path | None, said: Format | None) -> Format | None:
    """What a file is: as is said, or by its suffix; None where that tells nothing."""
    if said is not None or path is None:
        return said
    return {".csv": Format.CSV, ".jsonl": Format.JSONL, ".ndjson": Format.JSONL}.get(
        path.suffix.lower()
    )


class Writer:
    """Writes users one after the other.

    Args:
        file: Where to.
        format: As what.
        columns: Names of the columns of CSV, and their order.
        guarded: Whether cells that a spreadsheet would take for formulas are preceded
            by an apostrophe.
    """

    def __init__(
        self,
        file: TextIO,
        format: Format,
        columns: Sequence[str],
        guarded: bool = False,
    ) -> None:
        self._file = file
        self._guarded = guarded
        self._csv = None
        if format is Format.CSV:
            self._csv = csv.writer(file, lineterminator="\n")
            self._csv.writerow(columns)

    def write(self, cells: "Mapping[str, Cell]") -> None:
        """Write one user; JSON leaves out what is null."""
        if self._csv is not None:
            self._csv.writerow([self._text(value) for value in cells.values()])
            return
        given = {name: value for name, value in cells.items() if value is not None}
        self._file.write(json.dumps(given, ensure_ascii=False) + "\n")

    def _text(self, value: "Cell") -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        text = str(value)
        return f"'{text}" if self._guarded and text.startswith(_STEERING) else text


def lines_of(file: TextIO, format: Format) -> Iterator[Line]:
    """Read users one after the other.

    Raises:
        WrongUsage: The heading of CSV cannot be used, or the file is not in the
            encoding that it is read by.
    """
    try:
        yield from _of_csv(file) if format is Format.CSV else _of_json(file)
    except UnicodeDecodeError as error:
        said = (
            f"the file is not in {error.encoding}: say --encoding, gb18030 for example"
        )
        raise WrongUsage(said) from None


def _of_csv(file: TextIO) -> Iterator[Line]:
    reader = csv.reader(file, strict=True)
    heading = [name.strip() for name in _next(reader) or []]
    if not any(heading):
        raise WrongUsage("the file has no heading: its first line names the columns")
    if len({*heading}) < len(heading):
        raise WrongUsage("the heading names a column twice")
    while True:
        try:
            row = _next(reader)
        except WrongUsage as error:
            yield Line(reader.line_num, {}, str(error))
            continue
        if row is None:
            return
        if len(row) > len(heading):
            yield Line(reader.line_num, {}, "more cells than the heading has")
        elif any(row):
            pairs = zip(heading, row, strict=False)
            yield Line(reader.line_num, {name: cell for name, cell in pairs if cell})


def _next(rows: Iterator[list[str]]) -> list[str] | None:
    try:
        return next(rows, None)
    except csv.Error as error:  # Its message quotes nothing.
        raise WrongUsage(f"it is not CSV: {error}") from None


def _of_json(file: TextIO) -> Iterator[Line]:
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            found: object = json.loads(text)
        except (ValueError, RecursionError):  # The message may quote a password.
            found = None
        if isinstance(found, dict):
            cells = cast(dict[str, Any], found)
            given = {name: value for name, value in cells.items() if value is not None}
            yield Line(number, given)
        else:
            yield Line(number, {}, "it is not a JSON object")


def is_stdin(path: Path) -> bool:
    """Whether a path stands for standard input."""
    return str(path) == "-"


def standard_input(encoding: str) -> TextIO:
    """Standard input, in an encoding."""
    return io.TextIOWrapper(sys.stdin.buffer, encoding=encoding, newline="")
