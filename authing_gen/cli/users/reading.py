"""The users that are wanted, as they come: what `list` and `export` do with them."""

import os
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from pydantic import BaseModel

from ... import Authing
from ..bundles import Settings
from ..failures import WrongUsage
from ..output import is_unread, write_json, write_line
from ..streams import LastingStream
from .columns import cells, columns_of, normal
from .filters import Filters
from .formats import Format, Writer
from .progress import progress
from .table import room, write_table

_SOME = 100
"""Users between two moves of the progress bar."""


def wanted(
    authing: Authing,
    filters: Filters,
    limit: int | None,
    *,
    full: bool = False,
    read: Callable[[int], None] = lambda _: None,
) -> Generator[BaseModel]:
    """The users that fit, in the service's order, while the next pages are read.

    Args:
        authing: Reads them.
        filters: Whom.
        limit: How many at most.
        full: Whether they come with all that production keeps of a user.
        read: Is told now and then how many users have been read.
    """
    users = authing.iter_full_users() if full else authing.iter_users()

    def fitting() -> Generator[BaseModel]:
        for number, user in enumerate(users, 1):
            if number % _SOME == 0:
                read(number)
            if filters.fit(user):
                yield user

    with closing(users):
        yield from islice(fitting(), limit)


def list_users(
    settings: Settings, filters: Filters, limit: int | None, *, as_json: bool
) -> None:
    """Print users: a row each, or a JSON object each."""
    with (
        Authing(**settings) as authing,
        closing(_found(authing, filters, limit)) as users,
    ):
        if not as_json:
            if not write_table(users, sys.stdout, room()):
                write_line("no users", stderr=True)
            return
        columns: dict[str, str] = {}
        for user in users:
            columns = columns or columns_of(type(user))
            write_json(cells(user, columns))
            if is_unread(sys.stdout):
                return


def _found(
    authing: Authing, filters: Filters, limit: int | None
) -> Generator[BaseModel]:
    """The same in one call, where one user is asked for by name."""
    if filters.exact is None:
        yield from wanted(authing, filters, limit)
    elif (user := authing.find_user(**filters.exact)) is not None and filters.fit(user):
        yield user


@dataclass(frozen=True)
class Export:
    """Where users are written to, and as what."""

    file: Path | None
    """None for standard output."""
    format: Format
    columns: str | None
    """Names with commas between; None for all."""
    full: bool
    """Whether users come with all that production keeps of them."""
    guarded: bool
    """Whether no spreadsheet takes a cell for a formula."""
    encoding: str


def export_users(
    settings: Settings,
    filters: Filters,
    limit: int | None,
    export: Export,
) -> int:
    """Write users to a file, or to stdout; return how many."""
    from authing_client.models import FullUser, UserListEntryWithPhone

    model = FullUser if export.full else UserListEntryWithPhone
    columns = _chosen(columns_of(model), export.columns)
    count = 0
    with Authing(**settings) as authing, _opened(export.file, export.encoding) as out:
        writer = Writer(out, export.format, [*columns], export.guarded)
        total = authing.users(page=1, count=1).total_count
        shown = export.file is not None or not sys.stdout.isatty()
        with progress("Exporting", total, shown=shown) as advance:
            read = wanted(authing, filters, limit, full=export.full, read=advance)
            with closing(read) as users:
                for user in users:
                    writer.write(cells(user, columns))
                    count += 1
                    if is_unread(out):
                        break
    return count


def _chosen(columns: dict[str, str], names: str | None) -> dict[str, str]:
    if names is None:
        return columns
    known = {normal(name): name for name in columns}
    chosen: dict[str, str] = {}
    for name in names.split(","):
        found = known.get(normal(name))
        if found is None:
            raise WrongUsage(
                f"--columns: {name.strip()!r} is none of {', '.join(columns)}"
            )
        chosen[found] = columns[found]
    return chosen


@contextmanager
def _opened(file: Path | None, encoding: str) -> Generator[TextIO]:
    """A file that is there as a whole at the end, or not at all; or stdout."""
    how: dict[str, Any] = {
        "encoding": encoding,
        "errors": "backslashreplace",
        "newline": "",
    }
    if file is None:
        sys.stdout.flush()
        with (
            open(sys.stdout.fileno(), "wb", closefd=False) as raw,
            LastingStream(raw, **how) as out,
        ):
            yield out
        return
    try:
        # Beside it, readable by its owner only.
        handle, part = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    except OSError as error:
        raise WrongUsage(f"cannot write {file}: {error.strerror}") from None
    try:
        with open(handle, "w", **how) as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        Path(part).replace(file)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
