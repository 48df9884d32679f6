"""Says what a generation has changed: to people, and to machines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..codegen.generation import FileChanges
from ..codegen.surface.change import Change

_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def show_files(console: Console, head: str, files: FileChanges) -> None:
    """Name the files that differ."""
    console.print(Text(head, "bold"))
    words = Text()
    for sign, names in (
        ("added", files.added),
        ("changed", files.changed),
        ("removed", files.removed),
    ):
        for name in names:
            mark, style = _SIGNS[sign]
            # What belongs together stays on one line.
            words.append(f"{mark}\N{NO-BREAK SPACE}{name} ", style)
    console.print(Padding(words, (0, 0, 0, 2)))


def show_changes(console: Console, changes: Sequence[Change]) -> None:
    """List what callers see: what breaks them first, then what they must not miss."""
    breaking = [change for change in changes if change.breaking]
    dangerous = [change for change in changes if change.dangerous]
    others = [each for each in changes if not each.breaking and not each.dangerous]
    for head, style, group in (
        (f"Breaks callers ({len(breaking)})", "bold red", breaking),
        (f"Dangerous ({len(dangerous)})", "bold yellow", dangerous),
        (f"Breaks no caller ({len(others)})", "bold green", others),
    ):
        if group:
            console.print(Text(f"\n{head}", style))
            table = Table.grid(padding=(0, 1, 0, 0))
            for mark, line in _lines(group):
                table.add_row(mark, line)
            console.print(Padding(table, (0, 0, 0, 2)))


def files_as_json(files: FileChanges) -> dict[str, object]:
    """Describe files to a machine."""
    return asdict(files)


def changes_as_json(changes: Iterable[Change]) -> list[dict[str, object]]:
    """Describe changes to a machine; `dangerous` is said of those that are."""
    return [
        {
            key: value
            for key, value in asdict(change).items()
            if key != "dangerous" or value
        }
        for change in changes
    ]


def _lines(changes: Iterable[Change]) -> Iterator[tuple[Text, Text]]:
    reworded: list[str] = []
    for change in changes:
        if change.what == "documentation":
            reworded.append(change.name)
        else:
            yield Text(*_SIGNS[change.sign]), _line(change)
    if reworded:
        yield Text(*_SIGNS["changed"]), Text(f"documentation of {', '.join(reworded)}")


def _line(change: Change) -> Text:
    text = Text.assemble(f"{change.what} ", (change.name, "bold"))
    types = [each for each in (change.before, change.after) if each is not None]
    if types and not (len(types) == 2 and types[0] == types[1]):
        text.append(f": {' -> '.join(types)}", "cyan")
    if change.breaking or change.dangerous or change.what == "enum value":
        text.append(f" ({change.why})", "dim")
    return text
