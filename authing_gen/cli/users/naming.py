"""The users that a command is about, as they are named: one by one, or by a file."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TextIO

from ..failures import WrongUsage, printable
from .columns import normal
from .formats import Format, Line, is_stdin, lines_of, standard_input

KINDS = ("id", "email", "phone", "username")
"""What a user can be named by; where a file has several, the first one counts."""


class Named(NamedTuple):
    """One user, as somebody has named them."""

    kind: str
    value: str
    number: int | None = None
    """The line of the file."""

    def __str__(self) -> str:
        return printable(self.value)


@dataclass(frozen=True)
class Whom:
    """Users who are named on the command line, or else in a file."""

    named: tuple[Named, ...] = ()
    file: Path | None = None
    format: Format | None = None
    """None for a file with a name in each line."""
    encoding: str = "utf-8"

    @property
    def is_countable(self) -> bool:
        """Whether they can be gone through more than once."""
        return self.file is None or not is_stdin(self.file)

    def __iter__(self) -> Iterator[Named]:
        """From the first one on, read as they are wanted."""
        if self.file is None:
            yield from self.named
            return
        with closing(opened(self.file, self.encoding)) as file:
            if self.format is None:
                yield from _of_lines(file)
            else:
                yield from map(_of_row, lines_of(file, self.format))


def opened(path: Path, encoding: str) -> TextIO:
    """Open a file of users.

    Raises:
        WrongUsage: It cannot be read, or there is no such encoding.
    """
    try:
        if is_stdin(path):
            return standard_input(encoding)
        return open(path, encoding=encoding, newline="")
    except OSError as error:
        raise WrongUsage(f"cannot read {path}: {error.strerror}") from None
    except LookupError:
        raise WrongUsage(f"--encoding: there is no {encoding!r}") from None


def _of_lines(file: TextIO) -> Iterator[Named]:
    for number, line in enumerate(file, 1):
        if value := line.strip():
            yield Named("email" if "@" in value else "id", value, number)


def _of_row(line: Line) -> Named:
    if line.problem is not None:
        raise WrongUsage(f"line {line.number}: {line.problem}")
    values = {normal(name): value for name, value in line.cells.items()}
    for kind in KINDS:
        if isinstance(value := values.get(kind), str) and value:
            return Named(kind, value, line.number)
    raise WrongUsage(f"line {line.number}: no identifier, e-mail, phone or user name")
