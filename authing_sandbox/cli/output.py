"""What the command prints: in any encoding, and where nobody reads on, too."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from io import TextIOWrapper


def prepare_streams() -> None:
    """Have what an encoding lacks, in a path for example, written out in ASCII."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write_line(text: str) -> None:
    """Print a text of one or more lines, at once."""
    with unread():
        print(text, flush=True)


def write_error(message: str) -> None:
    """Say on stderr what went wrong, as `authing-gen` does."""
    print("error:", message, file=sys.stderr)


@contextmanager
def unread() -> Generator[None]:
    """Let the reader of stdout go within a `with` block: who has read enough, has.

    `authing-sandbox serve | head -1` serves on.
    """
    try:
        yield
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
