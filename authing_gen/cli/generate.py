"""The command `generate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .exits import DIFFERENT, OK, USAGE
from .extras import codegen_extra

if TYPE_CHECKING:
    from ..codegen.memory import Memory
    from .generating import Reporter

_HELP = """
Generate the client that `codegen.toml` describes, and say what callers notice.

Changes of methods, parameters, models, fields and enums are listed, those that break
callers first. What is wrong with the schema or an operation is shown with its line, and
then nothing is written.

Exit status: **0** done; with `--check`, nothing would change. **1** with `--check`, the
package is out of date. **2** the configuration, the schema or an operation is wrong.

Examples:

    authing-gen generate
    authing-gen generate --check
    authing-gen generate --watch
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=_HELP)(generate)


def generate(
    config: Annotated[
        Path,
        typer.Option(
            help="The configuration. Its relative paths start at its own folder."
        ),
    ] = Path("codegen.toml"),
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; say whether it is up to date."),
    ] = False,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", help="Generate again on every save, until Ctrl-C stops it."
        ),
    ] = False,
    json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print one JSON value a generation, each on one line."
        ),
    ] = False,
) -> None:
    """Generate the client."""
    if check and watch:
        raise typer.BadParameter("--check and --watch exclude each other")
    with codegen_extra():
        from .generating import Reporter

    reporter = Reporter(as_json=json)
    if watch:
        _watch(config, reporter)
    else:
        raise typer.Exit(_once(config, reporter, write=not check))


def _once(
    config: Path,
    reporter: "Reporter",
    *,
    write: bool,
    memory: "Memory | None" = None,
) -> int:
    from ..codegen.errors import CodegenError
    from .generating import generate_once

    try:
        done = generate_once(config, write, memory)
    except CodegenError as error:
        reporter.failed(error)
        return USAGE
    reporter.generated(done, written=write)
    return DIFFERENT if done.files and not write else OK


def _watch(config: Path, reporter: "Reporter") -> None:
    with codegen_extra():
        from ..codegen.memory import Memory
        from .watching import edits

    memory = Memory()
    reporter.note(f"Watching what {config} names; Ctrl-C stops.")
    try:
        for _ in edits(config):
            if _once(config, reporter, write=True, memory=memory) == USAGE:
                reporter.note("Nothing is written until this is right.")
    except KeyboardInterrupt:
        reporter.note("Stopped.")
