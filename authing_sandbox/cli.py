"""The command `authing-sandbox`."""

import ipaddress
import logging
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from .running import Sandbox, running
from .seed import POOL_ID, POOL_SECRET, Seed

_cli = typer.Typer(
    help="A local Authing server, for development and tests.",
    no_args_is_help=True,
    add_completion=False,
)


@_cli.callback()
def _commands() -> None:
    """A local Authing server, for development and tests."""


@_cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 4600,
    database: Annotated[
        str, typer.Option(help="URL of the database; in memory by default.")
    ] = "sqlite://",
    pool_id: Annotated[str, typer.Option(help="Identifier of the pool.")] = POOL_ID,
    secret: Annotated[str, typer.Option(help="Secret of the pool.")] = POOL_SECRET,
    public_key_out: Annotated[
        Path | None, typer.Option(help="File to write the public key to.")
    ] = None,
) -> None:
    """Serve a sandbox until Ctrl-C."""
    logging.basicConfig(level=logging.WARNING)
    if not _is_loopback(host):
        typer.secho(
            f"Warning: {host} can be reached from other machines, and the sandbox's "
            "secrets are public. Use it in a network you trust.",
            fg="yellow",
            err=True,
        )
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    seed = Seed(pool_id, secret)
    with running(seed=seed, database_url=database, host=host, port=port) as sandbox:
        if public_key_out is not None:
            public_key_out.write_text(sandbox.public_key)
        typer.echo(_welcome(sandbox, public_key_out))
        stop.wait()


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

  outbox (mail and SMS)  {url}/sandbox/outbox
  public key             {url}/sandbox/public-key
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
    _cli()
