"""The command `call`: any operation from the shell."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from .catalogue import Catalogue
from .client_source import REST, Entry
from .current_project import catalogue
from .failures import WrongUsage, fail
from .output import write_json

HELP = """Call an operation of the API, or one of its REST endpoints.

`authing-gen call login --email ada@example.com --password-stdin < password.txt`

`authing-gen call users --count 20 --json | jq '.list[].email'`

NAME is the operation's or the method's, `-` and `_` alike; `authing-gen call NAME
--help` has its options. In a project (below a `codegen.toml`) they are the project's
own. The client's settings come from the environment (`AUTHING_*`),
as they do in Python, or from options.

**Secrets** are not taken from the command line, which process lists and the shell's
history show. As with `docker login`, `--password-stdin` reads one from standard input,
and asks for it without echo on a terminal; `--password-env VARIABLE` names a variable
of the environment. If you insist, there is `--insecure-password VALUE`.

**Answers** are tables that hide secrets; `--show-secrets` shows them. `--json` is for
programs and holds everything, by the names of the schema.

Exit status: 0 done; 1 refused, or no answer; 2 wrong usage or settings, nothing sent.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    group = typer.Typer(
        cls=CallGroup, no_args_is_help=True, rich_markup_mode="markdown"
    )
    # A callback makes a group of it though it has no commands of its own.
    group.callback()(_of_the_operation)
    app.add_typer(group, name="call", help=HELP, subcommand_metavar="NAME [OPTIONS]")


def _of_the_operation() -> None:
    """All options belong to the operation."""


class CallGroup(TyperGroup):
    """A command for each operation, made when it is wanted."""

    _completions: Sequence[str] = ()
    _filled_from: Catalogue | None = None

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the methods, or what they are completed to."""
        self._fill()
        return [*self._completions] or super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command for an operation, by one of its names."""
        self._fill()
        entry = catalogue().find(cmd_name)
        return None if entry is None else self.commands[entry.method]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Look a command up; suggest others where there is none."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            ctx.fail(unknown(args[0], catalogue()))
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Complete the name of an operation as well as that of a method."""
        self._completions = [name for name, _ in catalogue().complete(incomplete)]
        return super().shell_complete(ctx, incomplete)

    def _fill(self) -> None:
        found = catalogue()
        if self._filled_from != found:
            self._filled_from = found
            self.commands.clear()
            for entry in found.entries.values():
                self.add_command(OperationCommand(entry))


class OperationCommand(TyperCommand):
    """Calls one operation. Its options are made when they are wanted."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(
            entry.method,
            help=_help(entry),
            short_help=entry.summary,
            rich_markup_mode="markdown",
            rich_help_panel=_PANELS.get(entry.sent.kind),
        )
        self._entry = entry

    def get_params(self, ctx: Any) -> Any:
        """The options."""
        if self.callback is None:
            made = _made(self._entry)
            self.params, self.callback = made.params, made.callback
            self.epilog = made.epilog
        return super().get_params(ctx)


_PANELS = {"query": "Queries", "mutation": "Mutations", REST: "REST endpoints"}


def unknown(name: str, catalogue: Catalogue) -> str:
    """Say that there is no such operation, and which ones have names like it."""
    near = catalogue.near(name)
    suggestion = f" Did you mean {', '.join(near)}?" if near else ""
    return f"There is no operation {name!r}.{suggestion}"


def _help(entry: Entry) -> str:
    parts = [entry.description, how_sent(entry)]
    if entry.section:
        parts.append(f"Documentation: {entry.section}")
    return "\n\n".join(parts)


def how_sent(entry: Entry) -> str:
    """Say in a sentence where and with which token something is sent."""
    if entry.sent.kind == REST:
        takes = any(item.name == "access_token" for item in entry.parameters)
        token = "an access token" if takes else "no token"
        return f"A REST endpoint beside the users gateway; takes {token}."
    tokens = " or ".join(
        {"OWNER": "the OwnerToken", "USER": "a UserToken"}[token]
        for token in entry.sent.tokens
    )
    return (
        f"A {entry.sent.kind} at the {entry.sent.gateway.lower()} gateway; takes"
        f" {tokens or 'no token'}."
    )


def _made(entry: Entry) -> Any:
    """The command as typer makes it of a function."""
    from .arguments import arguments_of
    from .option import Values
    from .options import example, function_of, options_of

    arguments = arguments_of(entry, catalogue())

    def run(values: Values) -> None:
        _run(entry, arguments, values)

    options = options_of(arguments, as_user="USER" in entry.sent.tokens)
    app = typer.Typer(add_completion=False)
    epilog = f"Example: `authing-gen call {example(entry.method, arguments)}`"
    app.command(entry.method, epilog=epilog)(function_of(options, run))
    return typer.main.get_command(app)


def _run(entry: Entry, arguments: Any, values: Mapping[str, Any]) -> None:
    from ..errors import AuthingError
    from .caller import settings_of, user_token
    from .calling import call
    from .current_project import client_class
    from .gathering import gather
    from .standard_input import StandardInput

    try:
        standard_input = StandardInput()
        settings = settings_of(values, standard_input)
        token = user_token(entry, values, settings, standard_input)
        given = gather(entry, arguments, values, standard_input)
        answer = call(entry, client_class(catalogue()), settings, token, given)
    except (WrongUsage, AuthingError) as error:
        fail(error, as_json=values["json"])
    _show(entry, answer, values)


def _show(entry: Entry, answer: object, values: Mapping[str, Any]) -> None:
    if values["json"]:
        from pydantic_core import to_jsonable_python

        from authing_client import keeping_secrets

        with keeping_secrets():  # Who calls `login` wants the token.
            plain = to_jsonable_python(answer, by_alias=True)
        write_json(plain, indent=2)
        return
    from rich.console import Console

    from .arguments import answers_secret
    from .rendering import as_table

    console = Console(file=sys.stdout, highlight=False)
    secret = answers_secret(entry, catalogue())
    console.print(
        as_table(answer, console, show_secrets=values["show-secrets"], secret=secret)
    )
