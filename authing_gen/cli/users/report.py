"""Who failed, and why: a file for the administrator, and a few lines at the end."""

import csv
import os
from pathlib import Path
from typing import Any, TextIO

from ..failures import WrongUsage, printable
from ..output import write_line

_SHOWN = 5
"""Failures that are said besides; the report has all of them."""


class Report:
    """Collects failures. The file is made when the first one comes, and holds nothing
    secret: the line, who it is, the code, and what the service says.

    Args:
        path: Its file; None for none.

    Raises:
        WrongUsage: An older report cannot be taken away.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.count = 0
        self._first: list[str] = []
        self._file: TextIO | None = None
        if path is not None:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise WrongUsage(f"cannot write {path}: {error.strerror}") from None

    def add(self, number: int | None, identity: str, why: Exception | str) -> None:
        """Note a failure."""
        self.count += 1
        code: Any = getattr(why, "code", None)
        message = printable(str(getattr(why, "message", why)))
        kind = "" if isinstance(why, str) else type(why).__name__
        if len(self._first) < _SHOWN:
            place = "" if number is None else f"line {number}: "
            who = f"{identity}: " if identity else ""
            said = message if code is None else f"{code} {message}"
            self._first.append(f"{place}{who}{said}")
        if self.path is not None:
            self._write(self.path, [number, identity, code, kind, message])

    def show(self) -> None:
        """Say on stderr who failed first, and where the others stand."""
        for line in self._first:
            write_line(f"failed: {line}", stderr=True)
        if self.path is not None and self.count:
            write_line(f"{self.count:,} failed, listed in {self.path}", stderr=True)
        elif self.count > len(self._first):
            more = self.count - len(self._first)
            write_line(f"failed: {more:,} more", stderr=True)

    def close(self) -> None:
        """Have everything in the file."""
        if self._file is not None:
            self._file.close()

    def _write(self, path: Path, row: list[Any]) -> None:
        if self._file is None:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._file = os.fdopen(
                handle, "w", encoding="utf-8", errors="backslashreplace", newline=""
            )
            heading = ("line", "identity", "code", "error", "message")
            csv.writer(self._file, lineterminator="\n").writerow(heading)
        csv.writer(self._file, lineterminator="\n").writerow(row)
        self._file.flush()
