"""What is printed arrives: in whatever encoding, and where nobody reads on.

Nothing here needs an extra: it also carries the advice to install one.
"""

import codecs
import io
import json
import os
import sys
from collections.abc import Iterable
from typing import TextIO

_LEGIBLE = "authing-gen"
"""Name of the way to write what an encoding does not have."""
_ALIKE = {"…": "~", "•": "*", "─": "-", "━": "=", "→": ">", "—": "-", "–": "-"}
"""Of ours, one cell wide like what they stand for, so that columns stay in line."""


def _alike(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    written = (
        _ALIKE.get(each) or each.encode("ascii", "backslashreplace").decode()
        for each in letters
    )
    return "".join(written), error.end


codecs.register_error(_LEGIBLE, _alike)


class LastingStream(io.TextIOWrapper):
    """A standard stream that goes on where nobody reads it any more.

    `authing-gen generate | head -1` has written its files when the pipe closes: that
    is no failure, and its exit status is that of the work.
    """

    is_closed_by_reader = False

    def write(self, text: str, /) -> int:
        """Write a text; nowhere, once nobody reads."""
        try:
            return super().write(text)
        except BrokenPipeError:
            self.let_go()
            return len(text)

    def flush(self) -> None:
        """Write what is still waiting; nowhere, once nobody reads."""
        try:
            super().flush()
        except BrokenPipeError:
            self.let_go()

    def let_go(self) -> None:
        """Have all that is still written vanish."""
        self.is_closed_by_reader = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def prepare_streams() -> None:
    """Have both standard streams take any letter, and last."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if type(stream) is not io.TextIOWrapper:  # Somebody has put their own there.
            continue
        lasting = LastingStream(
            io.BufferedWriter(_raw(stream)),
            encoding=stream.encoding,
            errors=_LEGIBLE,
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )
        setattr(sys, name, lasting)


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


def _raw(stream: io.TextIOWrapper) -> io.RawIOBase:
    stream.flush()
    return io.FileIO(stream.fileno(), "wb", closefd=False)
