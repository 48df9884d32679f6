"""The commands, put together."""

from typing import Annotated, Any

import typer

from .. import __version__
from .output import write_line
from .registry import Registry
from .usage import CommandLine

_COMMANDS = {
    "init": ".init",
    "generate": ".generate",
    "diff": ".diff",
    "operations": ".operations",
    "call": ".call",
    "users": ".users.commands",
    "collection": ".collection.command",
    "encrypt": ".encrypt",
}


class Commands(CommandLine):
    """All commands."""

    def __init__(self, **settings: Any) -> None:
        """Know the commands by name; none is imported yet."""
        super().__init__(**settings)
        self.commands = Registry(_COMMANDS)


app = typer.Typer(
    name="authing-gen",
    cls=Commands,
    help="Typed client for the Authing v1 API: generate it, compare it, call it.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,  # They may be secret.
)


def _show_version(wanted: bool) -> None:
    if wanted:
        write_line(f"authing-gen {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Show the version and exit.",
        ),
    ] = False,
) -> None:
    """The options of no command."""


def main() -> None:
    """Run the command line."""
    app()
