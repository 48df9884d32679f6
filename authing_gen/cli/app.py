"""The commands, put together."""

import gc

import typer

from . import call, diff, generate, init, operations

app = typer.Typer(
    name="authing-gen",
    help="Typed client for the Authing v1 API: generate it, compare it, call it.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,  # They may be secret.
)
for module in (init, generate, diff, operations, call):
    module.register(app)


def main() -> None:
    """Run the command line."""
    # Most commands, completion above all, are over before there is garbage: looking for
    # it again and again takes a third of their time.
    gc.set_threshold(50_000)
    app()
