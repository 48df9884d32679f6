"""What the command writes: the log on stderr, for people or for scripts."""

import functools
import json
import logging
import os
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from shutil import get_terminal_size

from ..calls import request_log
from ..calls.recent import Entry

_GREY, _RED, _YELLOW, _GREEN, _CYAN = 90, 31, 33, 32, 36
_TOKENS = {"owner": _YELLOW, "user": _GREEN}
_CLOCK = "%H:%M:%S"
_SLOW = 500  # milliseconds
_FIXED = 40  # columns: time, token, duration, error and what is between them


def write_log(*, as_json: bool, requests: bool) -> None:
    """Write the log to stderr from now on."""
    handler = logging.StreamHandler(sys.stderr)
    colours = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    handler.setFormatter(JSONFormatter() if as_json else LineFormatter(colours))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    if requests:
        logging.getLogger(request_log.__name__).setLevel(logging.INFO)


@functools.lru_cache(maxsize=1)
def _second(second: int) -> tuple[str, int]:
    """How a second of the clock is written, and how wide the terminal is in it."""
    return time.strftime(_CLOCK, time.localtime(second)), get_terminal_size().columns


class JSONFormatter(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        entry = getattr(record, "entry", None)
        at = datetime.fromtimestamp(record.created, UTC).isoformat()
        if isinstance(entry, Entry):
            return json.dumps({"event": "request", "at": at, **asdict(entry)})
        level, text = record.levelname.lower(), super().format(record)
        return json.dumps({"event": "log", "at": at, "level": level, "message": text})


class LineFormatter(logging.Formatter):
    """One line a request, as wide as the terminal."""

    def __init__(self, colours: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s", _CLOCK)
        self._colours = colours

    def format(self, record: logging.LogRecord) -> str:
        entry = getattr(record, "entry", None)
        if not isinstance(entry, Entry):
            return super().format(record)
        what = f"{entry.path}  {entry.operation}" if entry.operation else entry.path
        # What was asked for may be anything, also what would steer a terminal.
        if not what.isprintable():
            unknown = "\N{REPLACEMENT CHARACTER}"
            what = "".join(c if c.isprintable() else unknown for c in what)
        clock, columns = _second(int(record.created))
        room = max(columns - _FIXED, 20)
        if len(what) > room:
            what = what[: room - 1] + "…"
        path, gap, operation = what.partition("  ")
        named = self._paint(path, _GREY if operation else _CYAN)
        named += gap + self._paint(operation, _CYAN)
        duration = f"{entry.milliseconds:.0f} ms"
        slow = _YELLOW if entry.milliseconds >= _SLOW else _GREY
        return " ".join(
            (
                self._paint(clock, _GREY),
                named + " " * (room - len(what)),
                self._paint(f"{entry.token:5}", _TOKENS.get(entry.token, _GREY)),
                self._paint(f"{duration:>8}", slow),
                self._paint(str(entry.error or "ok"), _RED if entry.error else _GREEN),
            )
        )

    def _paint(self, text: str, colour: int) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if text and self._colours else text
