"""The commands of `authing-gen users`. What they load takes a while, so that it is
loaded when one runs.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..bundles import SETTINGS, Settings, with_bundles
from ..failures import WrongUsage
from .formats import Format, format_of, is_stdin
from .options import FILTERS, HOW, NAMED, How

if TYPE_CHECKING:
    from .filters import Filters
    from .naming import Whom

HELP = """Manage the users of a pool: list, export, import, block, remove.

`authing-gen users list --blocked`

`authing-gen users export users.csv`

`authing-gen users import users.csv --dry-run`

They take any number of users in the same memory. Settings come from the environment
(`AUTHING_*`), as in Python, or from options. Tokens, passwords and their hashes are
never shown nor exported.

Exit status: 0 done; 1 refused, some failed, or no answer; 2 wrong usage or settings;
130 stopped by Ctrl-C.
"""
_LIST = """List users, a row each; the wider the terminal, the more columns.

`authing-gen users list --email '*@example.com' --last-login-before 90d`

The service has no filters: everybody is read, and who does not fit is left out. Only a
whole address, phone or user name is looked up in one call.
"""
_EXPORT = """Write users to a file, or to standard output.

`authing-gen users export users.csv --spreadsheet`

`authing-gen users export --format jsonl | jq -r .email`

A file is there as a whole at the end, or not at all, readable by you only. It holds no
passwords and no tokens.
"""
_IMPORT = """Create the users of a file.

`authing-gen users import users.csv`

Each has an `email`, `phone`, `username` or `unionid`, and a `password`; other columns
are those of an export. Who is created stands in a journal beside the file, so that the
same command goes on where it was stopped, and tries again who failed. Failures are
listed beside the file, too.
"""
_BLOCK = """Lock accounts: who is blocked cannot sign in.

`authing-gen users block --email ada@example.com`
"""
_UNBLOCK = """Open locked accounts again.

`authing-gen users unblock --from blocked.csv --yes`
"""
_REMOVE = """Remove accounts for good.

`authing-gen users remove --from leavers.csv --dry-run`
"""

Limit = Annotated[int | None, typer.Option(min=1, help="Users at most.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, an object a line.")]
FileFormat = Annotated[
    Format | None, typer.Option(help="What the file is, if its suffix does not say it.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")
    for name, help_, command in (
        ("list", _LIST, list_),
        ("export", _EXPORT, export),
        ("import", _IMPORT, import_),
        ("block", _BLOCK, block),
        ("unblock", _UNBLOCK, unblock),
        ("remove", _REMOVE, remove),
    ):
        made = with_bundles(command, FILTERS, NAMED, HOW, SETTINGS)
        group.command(name, help=help_)(made)
    app.add_typer(group, name="users", help=HELP)


def list_(
    settings: Settings, filters: "Filters", limit: Limit = None, as_json: AsJson = False
) -> None:
    """List users."""
    from .reading import list_users

    list_users(settings, filters, limit, as_json=as_json)


def export(
    settings: Settings,
    filters: "Filters",
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Where to; standard output if left out."),
    ] = None,
    format: FileFormat = None,
    limit: Limit = None,
    columns: Annotated[
        str | None, typer.Option(help="Which, with commas between: `_id,email,phone`.")
    ] = None,
    full: Annotated[
        bool,
        typer.Option(
            "--full",
            help="All that production keeps of a user, which not every service knows.",
        ),
    ] = False,
    spreadsheet: Annotated[
        bool,
        typer.Option(
            "--spreadsheet",
            help="CSV for Excel: it knows the encoding, and takes no cell for a"
            " formula.",
        ),
    ] = False,
    encoding: Annotated[
        str | None, typer.Option(help="`utf-8` by default; `utf-8-sig`, `gb18030`.")
    ] = None,
) -> None:
    """Write users to a file."""
    from ..output import write_line
    from .reading import Export, export_users

    if file is not None and is_stdin(file):
        file = None
    found = format_of(file, format) or (Format.CSV if file is None else None)
    if found is None:
        raise WrongUsage(f"{file}: its suffix is neither .csv nor .jsonl: say --format")
    if spreadsheet and found is not Format.CSV:
        raise WrongUsage("--spreadsheet is for CSV")
    encoding = encoding or ("utf-8-sig" if spreadsheet else "utf-8")
    wanted = Export(file, found, columns, full, spreadsheet, encoding)
    count = export_users(settings, filters, limit, wanted)
    if file is not None:
        write_line(f"{count:,} user{'s' * (count != 1)} in {file}")


def import_(
    settings: Settings,
    how: How,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV or JSON lines; - reads stdin.")
    ],
    format: FileFormat = None,
    encoding: Annotated[str, typer.Option(help="Of the file.")] = "utf-8-sig",
    skip_existing: Annotated[
        bool,
        typer.Option(
            "--skip-existing", help="Leave alone who is there already: no failure."
        ),
    ] = False,
    random_passwords: Annotated[
        bool,
        typer.Option(
            "--random-passwords",
            help="Give who has no password one that nobody knows, to be reset.",
        ),
    ] = False,
    ignore: Annotated[
        list[str] | None, typer.Option(help="A column to leave out. Repeatable.")
    ] = None,
    journal: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where to remember who is done; FILE.journal by default.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Create the users of a file."""
    from .running import Source, import_users

    found = format_of(None if is_stdin(file) else file, format)
    if found is None:
        raise WrongUsage("say what it is: --format csv, or --format jsonl")
    if not is_stdin(file):
        journal = journal or file.with_name(f"{file.name}.journal")
        how = how.listing(file.with_name(f"{file.name}.failed.csv"))
    source = Source(file, found, encoding, ignore or (), random_passwords)
    return import_users(
        settings, how, source, journal, skip_existing=skip_existing, as_json=as_json
    )


def block(settings: Settings, named: "Whom", how: How, yes: Yes = False) -> int:
    """Lock accounts."""
    return _change(settings, named, how, "block", yes)


def unblock(settings: Settings, named: "Whom", how: How, yes: Yes = False) -> int:
    """Open accounts."""
    return _change(settings, named, how, "unblock", yes)


def remove(settings: Settings, named: "Whom", how: How, yes: Yes = False) -> int:
    """Remove accounts."""
    return _change(settings, named, how, "remove", yes)


def _change(settings: Settings, named: "Whom", how: How, verb: str, yes: bool) -> int:
    from .running import change_users, confirm

    if not (yes or how.dry_run):
        confirm(named, verb)
    return change_users(settings, how, named, verb)
