"""The commands, put together."""

import gc
from typing import Annotated

import typer

from .. import __version__
from . import call, diff, encrypt, generate, init, operations
from .collection import command as collection
from .output import write_line
from .usage import Commands
from .users import commands as users

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


for module in (init, generate, diff, operations, call, users, collection, encrypt):
    module.register(app)


def main() -> None:
    """Run the command line."""
    # Most commands, completion above all, are over before there is garbage: looking for
    # it again and again takes a third of their time.
    gc.set_threshold(50_000)
    app()
