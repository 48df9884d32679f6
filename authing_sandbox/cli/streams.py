"""The standard streams: they take any letter, and go on where nobody reads them.

`authing-gen` and `authing-sandbox` write alike, and neither package imports the other:
this module stands in both, word for word.
"""

import codecs
import io
import os
import sys

_LEGIBLE = "authing-legible"
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

    Whoever runs `… | head -1` has read enough when the pipe closes: that is no failure,
    the work goes on, and its exit status is that of the work.
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
        stream.flush()
        raw = io.FileIO(stream.fileno(), "wb", closefd=False)
        lasting = LastingStream(
            # PYTHONUNBUFFERED wants every letter at once.
            raw if stream.write_through else io.BufferedWriter(raw),
            encoding=stream.encoding,
            errors=_LEGIBLE,
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )
        setattr(sys, name, lasting)
