"""What the command `authing-sandbox` takes.

By argparse: the libraries that are nicer to write with need longer to be imported than
this server to open its database.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from ..addresses import check_public_url
from ..seeding.seed import Seed
from . import transfer
from .output import write_error, write_line
from .transfer import Transfer

_LAST_PORT = 65535


class Options(argparse.Namespace):
    """The options of `serve`."""

    host: str
    port: int
    database: str
    seed: Seed
    public_key_out: Path | None
    smtp: str | None
    sms_webhook: str | None
    public_url: str | None
    as_json: bool
    quiet: bool


class _Given(Options):
    command: str = "serve"
    pool_id: str | None
    secret: str | None
    seed_file: Path | None


def read_options(arguments: Sequence[str] | None = None) -> Options | Transfer:
    """Read the options, of the process where no others are given.

    What makes no sense ends the process, with status 2 and without repeating what may
    be secret.
    """
    parser = _Parser(
        "authing-sandbox",
        description="A local Authing server, for development and tests.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action=_ShowVersion, nargs=0, help="Show the version and exit."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    text = "Serve a sandbox until Ctrl-C."
    serve = commands.add_parser(
        "serve", help=text, description=text, allow_abbrev=False
    )
    _add_options(serve)
    transfer.add_commands(commands)
    given = parser.parse_args(arguments, _Given())
    if given.command != "serve":
        return Transfer(**vars(given))
    try:
        given.seed = _seed(given)
    except (OSError, ValueError) as error:
        serve.error(f"argument --seed: {error}")
    return given


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End the process, without repeating how it is used."""
        write_error(message)
        self.exit(2)


class _ShowVersion(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        # Here, so that a start does not wait for it.
        from importlib.metadata import version

        write_line(f"{parser.prog} {version('authing-gen')}")
        parser.exit()


def _add_options(serve: argparse.ArgumentParser) -> None:
    add = serve.add_argument
    add(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help="Address to listen on; %(default)s by default.",
    )
    add(
        "--port",
        type=_port,
        default=4600,
        help="Port, %(default)s by default; 0 takes a free one.",
    )
    add(
        "--public-url",
        type=_public_url,
        metavar="URL",
        help="Where clients reach it, if not at its address: as they see a container.",
    )
    add(
        "--database",
        default="sqlite://",
        metavar="URL",
        help="URL of the database; in memory by default.",
    )
    add("--pool-id", metavar="ID", help="Identifier of the pool.")
    add("--secret", help="Secret of the pool.")
    add(
        "--seed",
        dest="seed_file",
        type=Path,
        metavar="FILE",
        help="YAML file of users, apps, roles, groups, organisations, rules and more.",
    )
    add(
        "--public-key-out",
        type=Path,
        metavar="FILE",
        help="File to write the public key to.",
    )
    add(
        "--smtp",
        type=_checked(_mail_server),
        default=os.environ.get("AUTHING_SANDBOX_SMTP"),
        metavar="URL",
        help="Send mail: smtp[s]://user:password@host:port, with ?starttls=true "
        "or false and &from=me@example.com where needed; better given as "
        "AUTHING_SANDBOX_SMTP, which no process list shows.",
    )
    add(
        "--sms-webhook",
        type=_checked(_webhook),
        default=os.environ.get("AUTHING_SANDBOX_SMS_WEBHOOK"),
        metavar="URL",
        help="Send SMS: POST them as JSON to this URL; also given as "
        "AUTHING_SANDBOX_SMS_WEBHOOK.",
    )
    add(
        "--json",
        dest="as_json",
        action="store_true",
        help="Write JSON, one object a line.",
    )
    add("--quiet", action="store_true", help="Write nothing but warnings and errors.")


def _checked(read: Callable[[str], object]) -> Callable[[str], str | None]:
    """Refuse what is no such URL; the message does not repeat it."""

    def check(url: str) -> str | None:
        try:
            _ = url and read(url)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
        return url or None

    return check


def _mail_server(url: str) -> object:
    # Here, as in the next ones: nobody waits for the libraries of what is not wanted.
    from ..messages.delivery import MailServer

    return MailServer.of(url)


def _webhook(url: str) -> object:
    from ..messages.delivery import Webhook

    return Webhook.of(url)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {_LAST_PORT}")
    return int(text)


def _public_url(url: str) -> str:
    try:
        return check_public_url(url)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _seed(given: _Given) -> Seed:
    seed = Seed()
    if given.seed_file is not None:
        from ..seeding.seed_file import read_seed

        seed = read_seed(given.seed_file)
    return replace(
        seed,
        pool_id=given.pool_id or seed.pool_id,
        secret=given.secret or seed.secret,
    )
