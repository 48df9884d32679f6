"""How far it is, on stderr, where somebody looks at it."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

Advance = Callable[[float], None]
"""Is told how much is done."""


@contextmanager
def progress(
    what: str, total: float | None, *, shown: bool = True
) -> Generator[Advance]:
    """Show a bar within a `with` block, on a terminal.

    Args:
        what: What is done.
        total: When it is done; None where nobody knows.
        shown: Whether it is: where other lines come between, it is in the way.
    """
    columns: list[ProgressColumn] = [
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TimeRemainingColumn(compact=True),
    ]
    bar = Progress(
        *columns,
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,  # What a program reads is not to land on stderr.
        disable=not (shown and sys.stderr.isatty()),
    )
    with bar:
        task = bar.add_task(what, total=total)
        yield lambda completed: bar.update(task, completed=completed)
