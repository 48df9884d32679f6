"""Shows what is wrong with a file: the message, the line, a mark below the place."""

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from ..codegen.errors import CodegenError
from ..codegen.problems import Place, Problem
from .output import write_json

_TAB = "\t"
_MORE = "…"


def show_error(error: CodegenError, *, as_json: bool) -> None:
    """Print what is wrong on stderr; as JSON, for machines, on stdout besides."""
    if as_json:
        write_json({"errors": [problem_as_json(each) for each in error.problems]})
    console = Console(stderr=True, highlight=False)
    for number, problem in enumerate(error.problems):
        if number:
            console.print()
        console.print(
            Text.assemble(("error", "bold red"), (f": {problem.message}", "bold")),
            soft_wrap=not console.is_terminal,
        )
        for place in problem.places:
            _show(console, place)


def problem_as_json(problem: Problem) -> dict[str, object]:
    """Describe a mistake to a machine; lines and columns count from 1."""
    return {
        "message": problem.message,
        "places": [
            {
                "file": place.file,
                "line": place.line,
                "column": place.column,
                "width": place.width,
            }
            for place in problem.places
        ],
    }


def _show(console: Console, place: Place) -> None:
    number = str(place.line)
    gutter = " " * len(number)
    line, mark = _cut(place, console.width - len(gutter) - 4)
    for text in (
        Text.assemble(f"{gutter} ", ("--> ", "blue"), str(place)),
        Text.assemble(f" {gutter} ", ("|", "blue")),
        Text.assemble(" ", (f"{number} |", "blue"), f" {line}"),
        Text.assemble(f" {gutter} ", ("| ", "blue"), (mark, "bold red")),
    ):
        console.print(text, soft_wrap=True)


def _cut(place: Place, room: int) -> tuple[str, str]:
    """The part of the line that fits, in cells, and what marks the place below it."""
    text = place.text.replace(_TAB, " ").rstrip()
    start = place.column - 1
    if cell_len(text) > room:
        # A third of the room for what stands before the place.
        first = max(start - room // 3, 0)
        head = _MORE if first else ""
        text = head + text[first:]
        start += len(head) - first
        text = _shortened(text, room)
    before, marked = text[:start], text[start : start + place.width]
    return text, " " * cell_len(before) + "^" * max(cell_len(marked), 1)


def _shortened(text: str, room: int) -> str:
    if cell_len(text) <= room:
        return text
    while cell_len(text) >= room:
        text = text[:-1]
    return text + _MORE
