"""The command `init`."""

from collections import Counter
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from .exits import DIFFERENT, USAGE
from .extras import codegen_extra
from .failures import WrongUsage
from .output import write_error, write_json
from .project.files import Occupied, Written, project_files, write
from .project.names import Names, UnsuitableName

_HELP = """
Start a project of your own: a typed client of your schema, with authing-gen's gateways,
tokens, encryption and errors.

It holds a schema, operations, `codegen.toml`, a Python package with two clients, and a
test that passes against the sandbox. At first the operations are the documented ones;
add types, scalars and operations, or take over those of your server with
`authing-gen diff --apply`.

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

_NEXT = (
    "python -m pip install -e '.[dev]'",
    "authing-gen generate",
    "python -m pytest",
)
_SHOWN = 10
"""Files to name at most, of those that are in the way."""


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
            help="Overwrite files of the same names. README.md, .gitignore and"
            " pyproject.toml are kept even then.",
        ),
    ] = False,
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
        served = None
        if url or schema:
            with codegen_extra():
                from .serving import served_files
            served = served_files(url, schema, header or (), allow_insecure_http)
        files = project_files(names, bare=not with_authing, served=served)
        written = write(files, folder, force=force)
    except (UnsuitableName, WrongUsage) as error:
        _fail(str(error), USAGE)
    except Occupied as error:
        _fail(_in_the_way(error, folder), DIFFERENT)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        _fail(f"cannot write {error.filename or folder}: {reason}", USAGE)
    else:
        _report(names, folder, written, as_json=json)


def _fail(message: str, status: int) -> NoReturn:
    write_error(message)
    raise typer.Exit(status)


def _in_the_way(error: Occupied, folder: Path) -> str:
    shown = [str(folder / name) for name in error.files[:_SHOWN]]
    if more := len(error.files) - len(shown):
        shown.append(f"and {more} more")
    return (
        "nothing is written; these are there already (--force overwrites them):\n  "
        + "\n  ".join(shown)
    )


def _report(names: Names, folder: Path, written: Written, *, as_json: bool) -> None:
    if as_json:
        facts = {
            "folder": str(folder),
            "package": names.package,
            "written": written.files,
            "kept": written.kept,
            "next": _NEXT,
        }
        write_json(facts)
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{names.client} in {folder.resolve()}:", markup=False)
    for line in (*_tops(written.files), *_notes(names, written)):
        console.print(f"  {line}", markup=False)
    here = folder.resolve() == Path.cwd()
    console.print("\nNext:" if here else f"\nNext, in {folder}:", markup=False)
    for command in _NEXT:
        console.print(f"  {command}", markup=False)


def _tops(files: tuple[str, ...]) -> list[str]:
    """Each file at the top, and each folder with how much it holds."""
    tops = Counter(name.split("/")[0] for name in files)
    counts = {top: f"{n} file{'s' if n > 1 else ''}" for top, n in tops.items()}
    return [
        f"+ {top}" if top in files else f"+ {top}/ ({count})"
        for top, count in sorted(counts.items())
    ]


def _notes(names: Names, written: Written) -> list[str]:
    notes = [f"= {name} (was there)" for name in written.kept]
    if "pyproject.toml" in written.kept:
        notes.append(
            f"pyproject.toml has to build the package {names.package}, depend on"
            " authing-gen, and have an extra dev: authing-gen[codegen,sandbox], pytest"
        )
    return notes
