"""The command `operations`: what there is to call, and how it is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import typer

from .call import how_sent, unknown
from .catalogue import Catalogue
from .client_source import Entry
from .current_project import catalogue
from .failures import WrongUsage, fail
from .output import write_json, write_line

HELP = """List the operations: where each is sent, with which token, what is encrypted.

`authing-gen operations --gateway oauth`

`authing-gen operations show login` says everything about one. In a project (below a
`codegen.toml`) they are the project's own.

Exit status: 0 done; 2 wrong usage.
"""
SHOW_HELP = """Show one operation: its document, signature, parameters, documentation.

`authing-gen operations show login`

NAME is the operation's or the method's.

Exit status: 0 done; 2 there is no such operation.
"""

_ROOM = 30
"""Columns of a terminal in which what an operation does is worth a beginning."""


class Token(StrEnum):
    """A kind of token, or none."""

    OWNER = "owner"
    USER = "user"
    NONE = "none"


def register(app: typer.Typer) -> None:
    """Add the command."""
    group = typer.Typer(rich_markup_mode="markdown")
    group.callback(invoke_without_command=True)(_operations)
    group.command("show", help=SHOW_HELP)(_show)
    app.add_typer(group, name="operations", help=HELP)


AsJson = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def _gateways(catalogue: Catalogue) -> list[str]:
    """The gateways that answer anything, in the order of the operations."""
    names = [entry.sent.gateway.lower() for entry in catalogue.entries.values()]
    return list(dict.fromkeys(names))


def _gateways_like(incomplete: str) -> list[str]:
    return [name for name in _gateways(catalogue()) if name.startswith(incomplete)]


def _operations(
    context: typer.Context,
    gateway: Annotated[
        str | None,
        typer.Option(
            help="Only what this gateway answers.", autocompletion=_gateways_like
        ),
    ] = None,
    token: Annotated[Token | None, typer.Option(help="Only what takes this.")] = None,
    as_json: AsJson = False,
) -> None:
    if context.invoked_subcommand is not None:
        return
    found = catalogue()
    known = _gateways(found)
    if gateway is not None and gateway.lower() not in known:
        said = f"--gateway: {gateway!r} is not one of {', '.join(known)}"
        fail(WrongUsage(said), as_json=as_json)
    entries = [
        entry
        for entry in found.entries.values()
        if (gateway is None or entry.sent.gateway.lower() == gateway.lower())
        and (token is None or _takes(entry, token))
    ]
    if as_json:
        write_json([_facts(entry) for entry in entries], indent=2)
    else:
        _write_table(entries)


def _completed(incomplete: str) -> list[tuple[str, str]]:
    return [(name, entry.summary) for name, entry in catalogue().complete(incomplete)]


def _show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="Operation or method.", autocompletion=_completed
        ),
    ],
    as_json: AsJson = False,
) -> None:
    found = catalogue()
    entry = found.find(name)
    if entry is None:
        fail(WrongUsage(unknown(name, found)), as_json=as_json)
    if as_json:
        write_json(_all_facts(entry, found), indent=2)
    else:
        _write_page(entry, found)


def _takes(entry: Entry, token: Token) -> bool:
    if token is Token.NONE:
        return not entry.sent.tokens
    return token.name in entry.sent.tokens


def _facts(entry: Entry) -> dict[str, Any]:
    sent = entry.sent
    return {
        "name": sent.name,
        "method": entry.method,
        "kind": sent.kind,
        "gateway": sent.gateway,
        "tokens": sent.tokens,
        "encrypted": sent.encrypted,
        "user_pool": sent.user_pool,
        "summary": entry.summary,
        "section": entry.section,
    }


def _all_facts(entry: Entry, catalogue: Catalogue) -> dict[str, Any]:
    from .arguments import arguments_of

    secrets = {it.path[0] for it in arguments_of(entry, catalogue) if it.secret}
    parameters = [
        {
            "name": item.name,
            "variable": item.variable,
            "type": item.annotation,
            "required": item.required,
            "secret": item.name in secrets,
            "help": item.help,
        }
        for item in entry.parameters
    ]
    return {
        **_facts(entry),
        "description": entry.description,
        "document": entry.sent.document,
        "signature": {
            "async": f"async def {entry.signature}",
            "sync": f"def {entry.signature}",
        },
        "parameters": parameters,
        "returns": {"type": entry.returns, "help": entry.returns_help},
    }


def _write_table(entries: list[Entry]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    rows = [_sent(entry) for entry in entries]
    heads = ("Method", "Kind", "Gateway", "Token", "Encrypts")
    room = console.width - sum(
        max(len(cell) for cell in cells) + 2 for cells in zip(heads, *rows, strict=True)
    )
    gap = 2 if room >= 0 else 1  # All fits into 80 columns.
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, gap, 0, 0))
    for head in heads:
        table.add_column(head, no_wrap=head != heads[-1])
    table.columns[-1].overflow = "fold"
    table.columns[0].style = "cyan"
    if room >= _ROOM:
        table.add_column("What it does", style="dim", no_wrap=True)
    for entry, row in zip(entries, rows, strict=True):
        summary = Text(entry.summary)
        summary.truncate(room, overflow="ellipsis")
        table.add_row(*row, *[summary][: room >= _ROOM])
    console.print(table)


def _sent(entry: Entry) -> tuple[str, str, str, str, str]:
    sent = entry.sent
    tokens = " or ".join(token.lower() for token in sent.tokens) or "-"
    encrypted = ", ".join(sent.encrypted) or "-"
    return entry.method, sent.kind, sent.gateway.lower(), tokens, encrypted


@dataclass(frozen=True)
class _Code:
    """A part of a page that people may want to copy."""

    text: str
    language: str


def _write_page(entry: Entry, catalogue: Catalogue) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    console.print(Text(entry.name, style="bold cyan"))
    console.print(Text(entry.description))
    console.print(Text(f"\n{_how_sent(entry)}"))
    if entry.section:
        console.print(Text(f"Documentation: {entry.section}"))
    for heading, body in _parts(entry, catalogue):
        console.print(Text(f"\n{heading}", style="bold"))
        if isinstance(body, _Code):
            _write_code(body, console)
        elif body:
            console.print(body)


def _parts(entry: Entry, catalogue: Catalogue) -> Iterator[tuple[str, Any]]:
    """The parts of a page, each with its heading."""
    from rich.text import Text

    if entry.sent.document:
        yield "Document", _Code(entry.sent.document.rstrip(), "graphql")
    yield "Method", _Code(f"def {entry.signature}", "python")
    given = "…" if entry.parameters else ""
    calls = (
        f"await authing.{entry.method}({given})  # AsyncAuthing\n"
        f"authing.{entry.method}({given})  # Authing"
    )
    yield "Called", _Code(calls, "python")
    if entry.parameters:
        yield "Parameters", _parameters(entry)
    yield f"Returns {entry.returns}", Text(entry.returns_help)
    yield "From the shell", Text(f"authing-gen call {_example(entry, catalogue)}")


def _how_sent(entry: Entry) -> str:
    encrypted = ", ".join(entry.sent.encrypted)
    return how_sent(entry) + (f" Encrypted: {encrypted}." if encrypted else "")


def _write_code(code: _Code, console: Any) -> None:
    if not console.is_terminal:
        # Whoever pipes it may want it as it is sent, in lines of any length.
        write_line(code.text)
        return
    from rich.syntax import Syntax

    console.print(
        Syntax(
            code.text,
            code.language,
            theme="ansi_dark",
            background_color="default",
            word_wrap=True,
        )
    )


def _parameters(entry: Entry) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(style="dim")
    table.add_column(ratio=1)
    for item in entry.parameters:
        type_ = item.annotation.replace(" | UnsetType", "")
        required = "Required. " if item.required else ""
        table.add_row(item.name, Text(type_), Text(required + item.help))
    return table


def _example(entry: Entry, catalogue: Catalogue) -> str:
    from .arguments import arguments_of
    from .options import example

    return example(entry.method, arguments_of(entry, catalogue))
