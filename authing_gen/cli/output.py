"""What is printed arrives: in whatever encoding, and where nobody reads on.

Nothing here needs an extra: it also carries the advice to install one.
"""

import json
import sys
from collections.abc import Iterable
from typing import TextIO

from .streams import LastingStream


def is_unread(stream: TextIO) -> bool:
    """Whether nobody will read what is written to a stream: time to stop."""
    return isinstance(stream, LastingStream) and stream.is_closed_by_reader


def write_line(text: str, *, stderr: bool = False) -> None:
    """Print a text of one or more lines, at once."""
    print(text, file=sys.stderr if stderr else sys.stdout, flush=True)


def write_json(value: object, *, indent: int | None = None) -> None:
    """Print JSON, which stays JSON where the encoding lacks a letter of it."""
    write_line(as_json(value, sys.stdout, indent=indent))


def as_json(value: object, stream: TextIO, *, indent: int | None = None) -> str:
    """Write JSON, in letters that a stream has."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent)
    return text


def write_error(message: str, hints: Iterable[str] = ()) -> None:
    """Say what went wrong on stderr: the one way that every command has.

    Args:
        message: What is wrong, and with what.
        hints: What else helps, a line each.
    """
    for line in (f"error: {message}", *(f"hint: {hint}" for hint in hints)):
        write_line(line, stderr=True)
