"""The command line as a whole: its ends, said in the one way that all errors are."""

import sys
from collections.abc import Sequence
from typing import Any, NoReturn, Protocol, runtime_checkable

import typer
from typer.core import TyperGroup

from .exits import DIFFERENT, OK
from .output import write_error

STOPPED = 130
"""Exit status of what Ctrl-C has ended, as shells have it."""


@runtime_checkable
class _WrongUse(Protocol):
    """What Typer raises where the command line is wrong: its class is not public."""

    exit_code: int
    ctx: Any

    def format_message(self) -> str:
        """Say what is wrong."""
        ...


class CommandLine(TyperGroup):
    """The command line. Typer would draw a box around an error, unlike all others."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; one that Ctrl-C ends says so."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            write_error("stopped by Ctrl-C")
            raise typer.Exit(STOPPED) from None

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line, and end the process."""
        try:
            status = super().main(
                args, prog_name, complete_var, False, windows_expand_args, **extra
            )
        except typer.Abort:
            write_error("stopped: nobody answered")
            sys.exit(DIFFERENT)
        except Exception as error:
            if not isinstance(error, _WrongUse):
                raise
            _end(error)
        sys.exit(status or OK)


def _end(error: _WrongUse) -> NoReturn:
    # Where there was nothing on the command line, the help has been shown.
    if type(error).__name__ != "NoArgsIsHelpError":
        context = error.ctx
        path = context.command_path if context is not None else "authing-gen"
        message = error.format_message().removeprefix("Invalid value: ").rstrip(".")
        write_error(message[:1].lower() + message[1:], [f"{path} --help"])
    sys.exit(error.exit_code)
