"""The command `encrypt`."""

from typing import Annotated

import typer

from .failures import WrongUsage, fail
from .output import write_line
from .standard_input import StandardInput

HELP = """Encrypt a password as clients do, for a tool that sends requests itself.

`authing-gen encrypt < password.txt`

The password is read from standard input, and asked for without echo on a terminal. The
key is `AUTHING_PUBLIC_KEY`, by default the vendor's own; a sandbox and a deployment of
your own have others. No two results are alike, and each can be sent again and again:
keep it as you keep the password.

Exit status: 0 done; 2 there is no password, it is too long, or the key is none.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("encrypt", help=HELP)(_encrypt)


def _encrypt(
    public_key: Annotated[
        str | None, typer.Option(help="PEM file of the key. Else AUTHING_PUBLIC_KEY.")
    ] = None,
) -> None:
    from ..encryption import encryption
    from ..errors import AuthingError
    from .servers import server_settings

    try:
        encrypted = encryption(server_settings(public_key=public_key).public_key)
        password = StandardInput().secret("Password", "authing-gen encrypt")
        write_line(encrypted(password))
    except (WrongUsage, AuthingError) as error:
        fail(error, as_json=False)
