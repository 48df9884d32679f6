"""What goes wrong in a call, as one line or as JSON."""

import sys
from typing import Any, NoReturn

import typer

from .exits import DIFFERENT, USAGE
from .output import as_json as json_text
from .output import write_error, write_line


class WrongUsage(Exception):  # noqa: N818 (it is said to the user, not handled)
    """The command line cannot be carried out; nothing has been sent."""


def fail(error: Exception, *, as_json: bool) -> NoReturn:
    """Say on stderr what went wrong and end with the exit status for it."""
    facts = _facts(error)
    if as_json:
        write_line(json_text({"error": facts}, sys.stderr), stderr=True)
    else:
        notes = map(_one_line, getattr(error, "__notes__", ()))
        write_error(described(error), notes)
    raise typer.Exit(_status(error))


def described(error: Exception) -> str:
    """Say in a line what an error says, and which one it is."""
    kind = "" if isinstance(error, WrongUsage) else f" ({type(error).__name__})"
    return f"{_one_line(str(error))}{kind}"


def _facts(error: Exception) -> dict[str, Any]:
    facts = {
        name: value
        for name in ("code", "operation", "status_code", "data")
        if (value := getattr(error, name, None)) is not None
    }
    message = getattr(error, "message", str(error))
    return {"kind": type(error).__name__, **facts, "message": message}


def _status(error: Exception) -> int:
    from .. import errors

    wrong_use = (
        WrongUsage,
        errors.AuthingConfigurationError,
        errors.MissingTokenError,
        errors.PasswordTooLongError,
    )
    return USAGE if isinstance(error, wrong_use) else DIFFERENT


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))


def printable(text: str) -> str:
    """Write out what a terminal would obey instead of show."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1]
        for letter in text
    )
