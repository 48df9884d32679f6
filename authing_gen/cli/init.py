"""The command `init`."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer

from .exits import DIFFERENT, USAGE
from .extras import codegen_extra
from .failures import WrongUsage
from .output import write_error
from .project.files import USUAL, Ci, project_files, usual_ci
from .project.names import Names, UnsuitableName
from .project.report import Report, in_the_way
from .project.starts import authing
from .project.writing import Occupied, write

_HELP = """
Start a project of your own: a typed client of your schema, with authing-gen's gateways,
tokens, encryption and errors.

It holds a schema, operations, `codegen.toml`, a Python package with two clients, a test
that passes, a `Makefile`, and a workflow for CI that runs it. At first the operations
are the documented ones; add types, scalars and operations, or take over those of your
server with `authing-gen diff --apply`.

`--url` takes over the schema of a server, by introspection, and `--schema` that of a
file. A header may name variables of the environment, where tokens belong:
`--header 'Authorization: Bearer $SHOP_TOKEN'`.

Exit status: **0** done. **1** files are there that would be overwritten; nothing is
written. **2** the folder or the name cannot be used.

Examples:

    authing-gen init
    authing-gen init shop-client --package shop --bare
    authing-gen init shop --url https://shop.example.com/graphql
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=_HELP)(init)


def init(
    folder: Annotated[
        Path, typer.Argument(help="Where to; it is made where it is missing.")
    ] = Path(),
    package: Annotated[
        str | None,
        typer.Option(
            help="Name of the Python package.",
            show_default="that of the folder",
        ),
    ] = None,
    with_authing: Annotated[
        bool,
        typer.Option(
            "--with-authing/--bare",
            help="Start with all documented operations, or with a single one.",
        ),
    ] = True,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Overwrite files of the same names. What any folder may have, such"
            " as README.md or pyproject.toml, is kept even then.",
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Write nothing; say what would be written."),
    ] = False,
    ci: Annotated[
        Ci | None,
        typer.Option(
            help="Whose CI runs the checks and tests.",
            show_default="github; none inside a larger repository",
        ),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="A server whose schema is taken over.")
    ] = None,
    schema: Annotated[
        Path | None,
        typer.Option(
            help="The same from SDL, a folder of it, or the JSON of an introspection."
        ),
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(
            help="Header to send to the server, `Name: value`; `$NAME` in it is a"
            " variable of the environment, and `@FILE` reads headers from a file."
        ),
    ] = None,
    allow_insecure_http: Annotated[
        bool,
        typer.Option(
            "--allow-insecure-http",
            envvar="AUTHING_ALLOW_INSECURE_HTTP",
            help="Ask another machine by plain http, too.",
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Start a project."""
    if url and schema:
        raise typer.BadParameter("give either --url or --schema")
    try:
        names = Names.of(package) if package else Names.of_folder(folder)
        start = authing(bare=not with_authing)
        if url or schema:
            with codegen_extra():
                from .project.from_server import served_start
            start = served_start(url, schema, header or (), allow_insecure_http)
        files = project_files(names, start, ci or usual_ci(folder))
        plan = write(files, folder, force=force, keep=USUAL, dry=dry_run)
    except (UnsuitableName, WrongUsage) as error:
        _fail(str(error), USAGE)
    except Occupied as error:
        message, hint = in_the_way(error, folder)
        _fail(message, DIFFERENT, hint)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        _fail(f"cannot write {error.filename or folder}: {reason}", USAGE)
    else:
        Report(names, start, folder, plan, dry=dry_run).show(as_json=json)


def _fail(message: str, status: int, *hints: str) -> NoReturn:
    write_error(message, hints)
    raise typer.Exit(status)
