"""The command `authing-sandbox`."""

import gc
import json
import logging
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..addresses import is_loopback
from ..server import deferred
from ..server.running import running
from ..server.sandbox import Sandbox
from . import terminal, transfer
from .failures import explain
from .options import Options, read_options
from .output import write_error, write_line
from .streams import prepare_streams
from .transfer import Transfer


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; what cannot be done is said in a line, with status 2."""
    prepare_streams()
    try:
        options = read_options(arguments)
        if isinstance(options, Transfer):
            transfer.run(options)
        else:
            _serve(options)
    except Exception as error:
        if (reason := explain(error)) is None:
            raise
        write_error(reason)
        sys.exit(2)


def _serve(options: Options) -> None:
    # What starts is there to stay: looking through it for garbage takes a tenth of it.
    gc.disable()
    terminal.write_log(as_json=options.as_json, requests=not options.quiet)
    stop = threading.Event()
    for number in _ends():
        signal.signal(number, lambda _number, _frame: stop.set())
    with running(
        seed=options.seed,
        database_url=options.database,
        host=options.host,
        port=options.port,
        smtp=options.smtp,
        sms_webhook=options.sms_webhook,
        public_url=options.public_url,
    ) as sandbox:
        if not is_loopback(options.host):
            logging.getLogger(__name__).warning(
                "%s can be reached from other machines, and the sandbox's secrets are "
                "public. Use it in a network you trust.",
                options.host,
            )
        if options.public_key_out is not None:
            options.public_key_out.write_text(sandbox.public_key)
        if options.as_json:
            write_line(json.dumps(_facts(sandbox)))
        elif not options.quiet:
            write_line(_welcome(sandbox, options.public_key_out))
        # Whoever waited for the start calls at once, and shall not wait for this.
        if not stop.wait(0.2):
            deferred.load(stop)
        gc.freeze()
        # Calls leave few cycles, and each makes far more objects than it takes by
        # default to look for them.
        gc.set_threshold(10_000)
        gc.enable()
        # Windows: a wait without an end does not hear Ctrl-C.
        while not stop.wait(0.5):
            pass


def _ends() -> Iterator[int]:
    """The signals that end it: also that the terminal is gone, but for `nohup`."""
    yield from (signal.SIGINT, signal.SIGTERM)
    # Windows has none.
    hangup: int | None = getattr(signal, "SIGHUP", None)
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        yield hangup


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
        "console_url": f"{sandbox.url}/console",
        "debugger_url": f"{sandbox.url}/graphiql",
        "environment": sandbox.environment,
    }


def _welcome(sandbox: Sandbox, public_key_file: Path | None) -> str:
    """Where everything is, and what points a client at it."""
    url = sandbox.url
    key = (
        f"export AUTHING_PUBLIC_KEY={public_key_file.absolute()}"
        if public_key_file
        else f'export AUTHING_PUBLIC_KEY="$(curl -s {url}/sandbox/public-key)"'
    )
    insecure = "\nexport AUTHING_ALLOW_INSECURE_HTTP=1" if sandbox.is_insecure else ""
    return f"""\
The sandbox answers at {url} (Ctrl-C stops it).

  console, for people    {url}/
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
export AUTHING_OAUTH_URL={sandbox.oauth_url}{insecure}
{key}
"""
