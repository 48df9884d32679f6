"""The command `diff`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from .exits import USAGE
from .extras import codegen_extra

SAFE, BREAKING = "safe", "breaking"
_BREAKING = "apply-breaking"
"""Name of the option that `--apply=breaking` is read as."""

_HELP = """
Compare the schema with the one that a server has, and say what breaks.

A live gateway is asked by introspection (`--url`, once for each gateway), or its schema
is read from a file (`--schema`). Differences are breaking, dangerous or safe; below
each stand the operations of ours that it breaks, and how. Directives such as `@token`
do not travel by introspection and are not compared.

A gateway answers a part of the schema. Which part is guessed from its root fields,
unless `--gateway` says it: the first one is the first URL's, and so on.

`--apply` writes new types, fields, optional arguments, enum values, descriptions and
deprecations into the files of the schema, and leaves everything else there as it is.
`--apply=breaking` also writes what may break callers: what is gone, what may be null,
other types and defaults. Operations that do not fit then are cut down to what is left.
Where too little is left, begin anew: `authing-gen init --schema`, or `--url`.

Exit status: **0** there are no differences, or `--apply` has written them all. **1**
there are differences. **2** a server or a file does not answer, or our schema is wrong.

Examples:

    authing-gen diff --url https://users.example.com/graphql
    authing-gen diff --schema theirs.graphql --gateway USERS --apply
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(cls=DiffCommand, help=_HELP)(diff)


class DiffCommand(TyperCommand):
    """Knows `--apply` with and without a value, which Typer's options do not."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments."""
        known = {f"--apply={SAFE}": "--apply", f"--apply={BREAKING}": f"--{_BREAKING}"}
        return super().parse_args(ctx, [known.get(each, each) for each in args])


def diff(
    url: Annotated[
        list[str] | None,
        typer.Option(help="A gateway to ask. May be given several times."),
    ] = None,
    schema: Annotated[
        Path | None,
        typer.Option(
            help="SDL, a folder of it, or the JSON that answers an introspection."
        ),
    ] = None,
    gateway: Annotated[
        list[str] | None,
        typer.Option(help="Which gateway the URL or file is, for example USERS."),
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(
            help="Header to send, `Name: value`; `@FILE` reads them from a file, and"
            " keeps secrets off the command line."
        ),
    ] = None,
    allow_insecure_http: Annotated[
        bool,
        typer.Option(
            "--allow-insecure-http",
            envvar="AUTHING_ALLOW_INSECURE_HTTP",
            help="Ask another machine by plain http, too: others can read the headers"
            " on the way, and change the schema that comes.",
        ),
    ] = False,
    apply: Annotated[
        bool,
        typer.Option(
            "--apply",
            help="Write what is safe into our schema; `--apply=breaking` writes all of"
            " it, and makes the operations fit.",
        ),
    ] = False,
    apply_breaking: Annotated[
        bool, typer.Option(f"--{_BREAKING}", hidden=True)
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config: Annotated[
        Path, typer.Option(help="The configuration that names our schema.")
    ] = Path("codegen.toml"),
    timeout: Annotated[float, typer.Option(help="Seconds to wait for a gateway.")] = 30,
) -> None:
    """Compare the schema with others."""
    if bool(url) == bool(schema):
        raise typer.BadParameter("give either --url or --schema")
    if len(gateway or ()) not in (0, len(url or [""])):
        raise typer.BadParameter("give one --gateway for each URL, or none")
    with codegen_extra():
        from ..codegen.errors import CodegenError
        from .comparing import Request, compare, read_headers
        from .schema_report import SchemaReporter

    reporter = SchemaReporter(as_json=json)
    try:
        headers = read_headers(header or ())
        sources = [(each, headers) for each in url or ()]
        request = Request(
            config, sources, schema, gateway or [], timeout, allow_insecure_http
        )
        outcome = compare(request, apply or apply_breaking, apply_breaking)
    except CodegenError as error:
        reporter.failed(error)
        raise typer.Exit(USAGE) from error
    reporter.compared(outcome)
    raise typer.Exit(outcome.status)
