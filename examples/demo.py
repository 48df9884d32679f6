"""Runs an application against a sandbox of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress

import authing_sandbox
from authing_gen import Authing
from authing_sandbox import Sandbox

ADMIN, PASSWORD = "admin@example.com", "correct horse"


def settings_of(sandbox: Sandbox) -> Mapping[str, str]:
    """What points an application at a sandbox: variables of the environment."""
    return {
        **sandbox.environment,
        # With it no call is needed to know who is signed in.
        "AUTHING_TOKEN_KEY": sandbox.token_key,
    }


def add_administrator(sandbox: Sandbox) -> None:
    """Register somebody with the role `admin`."""
    with Authing(**sandbox.settings) as authing:
        admin = authing.register(email=ADMIN, password=PASSWORD)
        role = authing.create_rbac_role(name="admin")
        authing.assign_rbac_role_to_user(role_id=role.id, user_id=admin.id)


def run(*command: str) -> None:
    """Start a sandbox, and run a module of Python, a server, until that ends.

    What follows on the command line is passed on to the server.
    """
    for ending in ("SIGTERM", "SIGHUP"):  # As Ctrl-C; Windows has not got both.
        if number := getattr(signal, ending, None):
            signal.signal(number, signal.default_int_handler)
    with authing_sandbox.running() as sandbox:
        add_administrator(sandbox)
        print(f"Administrator: {ADMIN}, {PASSWORD}")
        print(f"Mails and SMS: {sandbox.url}/console", flush=True)
        environment = {**os.environ, **settings_of(sandbox)}
        server = [sys.executable, "-m", *command, *sys.argv[1:]]
        _run_to_its_end(server, environment)


def _run_to_its_end(server: list[str], environment: dict[str, str]) -> None:
    # Out of reach of Ctrl-C: a worker of gunicorn stands still for ever where it is
    # told to end twice at once, by the terminal and by gunicorn.
    process = subprocess.Popen(server, env=environment, process_group=0)  # noqa: S603
    with suppress(KeyboardInterrupt):
        process.wait()
    process.terminate()
    process.wait()
