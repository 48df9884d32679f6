"""Users as a table, one row each, written while they come."""

import os
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple, TextIO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from authing_client.instants import Instant

from ..failures import printable
from ..output import is_unread

_MEASURED = 200
"""Users by whom widths are chosen: nobody wants to wait for all of them."""
_GAP = 2
_NARROWEST = 12
_MORE = "…"


class Column(NamedTuple):
    """A column: its heading, and the field of a user that it shows."""

    head: str
    field: str
    widest: int = 40
    """Cells that it takes at most, on a terminal."""


COLUMNS = (
    Column("Email", "email"),
    Column("Phone", "phone", 20),
    Column("Username", "username", 24),
    Column("Blocked", "blocked"),
    Column("Nickname", "nickname", 24),
    Column("Registered", "signed_up"),
    Column("Last login", "last_login"),
    Column("Identifier", "id"),
    Column("Logins", "logins_count"),
    Column("Verified", "email_verified"),
    Column("Company", "company", 24),
    Column("Last IP", "last_ip"),
)
"""All there are; the first ones matter most, where there is no room for all of them."""
_KEPT = ("email", "phone", "username", "id")
"""Who a user is: one of these is shown, however narrow it is."""


def room() -> int | None:
    """Columns of the terminal; None where there is none: lines may be of any length.

    `COLUMNS` in the environment wins, as everywhere.
    """
    console = Console()
    if console.is_terminal or os.environ.get("COLUMNS", "").isdigit():
        return console.width
    return None


def write_table(users: Iterable[Any], out: TextIO, width: int | None) -> int:
    """Write users as they come; return how many there were.

    Args:
        users: Whom.
        out: Where to. Once nobody reads it, no more users are read.
        width: Cells of a line at most.
    """
    coming = iter(users)
    first = list(islice(coming, _MEASURED))
    if not first:
        return 0
    columns = _fitting(_filled(first), first, width)
    widths = [size for _, size in columns]
    heads = [column.head for column, _ in columns]
    Console(file=out, highlight=False).print(
        Text(_line(heads, widths, width), style="bold"), soft_wrap=True
    )
    count = 0
    for user in chain(first, coming):
        texts = [_text(user, column) for column, _ in columns]
        out.write(_line(texts, widths, width) + "\n")
        count += 1
        if is_unread(out):
            break
    return count


def _filled(users: Sequence[Any]) -> list[Column]:
    """The columns in which any of these users has something."""
    return [
        column
        for column in COLUMNS
        if any(getattr(user, column.field) not in (None, "") for user in users)
    ]


def _fitting(
    columns: Sequence[Column], users: Sequence[Any], width: int | None
) -> list[tuple[Column, int]]:
    """The columns that there is room for, in their order, each with its width."""
    measured = [(column, _needed(column, users, width)) for column in columns]
    if width is None:
        return measured
    chosen: list[tuple[Column, int]] = []
    left = width + _GAP
    for column, size in measured:
        if size + _GAP <= left:
            chosen.append((column, size))
            left -= size + _GAP
        elif not chosen or (column.field in _KEPT and left >= _NARROWEST + _GAP):
            size = max(left - _GAP, 1)
            chosen.append((column, size))
            break
        else:
            break
    return chosen


def _needed(column: Column, users: Sequence[Any], width: int | None) -> int:
    texts = [column.head, *(_text(user, column) for user in users)]
    size = max(map(cell_len, texts))
    return size if width is None else min(size, column.widest)


def _line(texts: Sequence[str], widths: Sequence[int], width: int | None) -> str:
    """Lay texts out; on a terminal cut them, elsewhere let the last ones move."""
    cells = [
        _sized(text, size, cut=width is not None)
        for text, size in zip(texts, widths, strict=True)
    ]
    return (" " * _GAP).join(cells).rstrip()


def _sized(text: str, size: int, *, cut: bool) -> str:
    missing = size - cell_len(text)
    if missing >= 0:
        return text + " " * missing
    return set_cell_size(text, size - 1) + _MORE if cut else text


def _text(user: Any, column: Column) -> str:
    value = getattr(user, column.field)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Instant):
        return _moment(value)
    return " ".join(printable(str(value)).split())


def _moment(value: Instant) -> str:
    """A time as clocks here show it, to the minute."""
    try:
        return f"{value.datetime.astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return printable(str(value))
