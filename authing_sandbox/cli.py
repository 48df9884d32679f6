"""The command `authing-sandbox`."""

import gc
import ipaddress
import json
import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from . import terminal
from .running import Sandbox, running
from .seed import Seed

_cli = typer.Typer(
    help="A local Authing server, for development and tests.",
    no_args_is_help=True,
    add_completion=False,
)


@_cli.callback()
def _commands() -> None:
    """A local Authing server, for development and tests."""


def _checked(read: Callable[[str], object]) -> Callable[[str | None], str | None]:
    """Refuse, where it is given, what is no URL; the message does not repeat it."""

    def check(url: str | None) -> str | None:
        try:
            _ = url and read(url)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
        return url

    return check


def _mail_server(url: str) -> object:
    # Here, as in the next ones: nobody waits for the libraries of what is not wanted.
    from .delivery import MailServer

    return MailServer.of(url)


def _webhook(url: str) -> object:
    from .delivery import Webhook

    return Webhook.of(url)


def _seed(file: Path | None, pool_id: str | None, secret: str | None) -> Seed:
    seed = Seed()
    if file is not None:
        from .seed_file import read_seed

        try:
            seed = read_seed(file)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--seed") from None
    return replace(seed, pool_id=pool_id or seed.pool_id, secret=secret or seed.secret)


@_cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 4600,
    database: Annotated[
        str, typer.Option(help="URL of the database; in memory by default.")
    ] = "sqlite://",
    pool_id: Annotated[str | None, typer.Option(help="Identifier of the pool.")] = None,
    secret: Annotated[str | None, typer.Option(help="Secret of the pool.")] = None,
    seed_file: Annotated[
        Path | None,
        typer.Option(
            "--seed",
            exists=True,
            dir_okay=False,
            help="YAML file of users, apps, providers, a whitelist and rules.",
        ),
    ] = None,
    public_key_out: Annotated[
        Path | None, typer.Option(help="File to write the public key to.")
    ] = None,
    smtp: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="AUTHING_SANDBOX_SMTP",
            help="Send mail: smtp[s]://user:password@host:port, with ?starttls=true "
            "or false and &from=me@example.com where needed.",
            callback=_checked(_mail_server),
        ),
    ] = None,
    sms_webhook: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="AUTHING_SANDBOX_SMS_WEBHOOK",
            help="Send SMS: POST them as JSON to this URL.",
            callback=_checked(_webhook),
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON, one object a line.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Write nothing but warnings and errors.")
    ] = False,
) -> None:
    """Serve a sandbox until Ctrl-C."""
    terminal.write_log(as_json=as_json, requests=not quiet)
    seed = _seed(seed_file, pool_id, secret)
    if not _is_loopback(host):
        logging.getLogger(__name__).warning(
            "%s can be reached from other machines, and the sandbox's secrets are "
            "public. Use it in a network you trust.",
            host,
        )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    with running(
        seed=seed,
        database_url=database,
        host=host,
        port=port,
        smtp=smtp,
        sms_webhook=sms_webhook,
    ) as sandbox:
        if public_key_out is not None:
            public_key_out.write_text(sandbox.public_key)
        gc.freeze()
        gc.enable()
        if as_json:
            typer.echo(json.dumps(_facts(sandbox)))
        elif not quiet:
            typer.echo(_welcome(sandbox, public_key_out))
        stop.wait()


def _facts(sandbox: Sandbox) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "event": "started",
        "url": sandbox.url,
        "users_url": sandbox.users_url,
        "oauth_url": sandbox.oauth_url,
        "control_url": f"{sandbox.url}/sandbox",
        "openapi_url": f"{sandbox.url}/sandbox/openapi.json",
        "outbox_url": f"{sandbox.url}/sandbox/outbox",
        "debugger_url": f"{sandbox.url}/graphiql",
        "environment": {
            "AUTHING_USER_POOL_ID": sandbox.pool_id,
            "AUTHING_SECRET": sandbox.secret,
            "AUTHING_USERS_URL": sandbox.users_url,
            "AUTHING_OAUTH_URL": sandbox.oauth_url,
            "AUTHING_PUBLIC_KEY": sandbox.public_key,
        },
    }


def _welcome(sandbox: Sandbox, public_key_file: Path | None) -> str:
    """Where everything is, and what points a client at it."""
    url = sandbox.url
    key = (
        f"export AUTHING_PUBLIC_KEY={public_key_file.absolute()}"
        if public_key_file
        else f'export AUTHING_PUBLIC_KEY="$(curl -s {url}/sandbox/public-key)"'
    )
    return f"""\
The sandbox answers at {url} (Ctrl-C stops it).

  debugger (GraphiQL)    {url}/graphiql
  outbox (mail and SMS)  {url}/sandbox/outbox
  control (OpenAPI)      {url}/sandbox/openapi.json
  back to the start      curl -X POST {url}/sandbox/reset
  OIDC app               {sandbox.oidc_app_id} secret {sandbox.oidc_app_secret}
  OAuth app              {sandbox.oauth_app_id}
  AD connector           {sandbox.ad_connector_id}
  LDAP and AD users      fry, leela, professor; password {sandbox.directory_password}

Point a client at it:

export AUTHING_USER_POOL_ID={sandbox.pool_id}
export AUTHING_SECRET={sandbox.secret}
export AUTHING_USERS_URL={sandbox.users_url}
export AUTHING_OAUTH_URL={sandbox.oauth_url}
{key}
"""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def main() -> None:
    """Run the command line."""
    # What starts is there to stay: looking through it for garbage takes a tenth of it.
    gc.disable()
    _cli()
