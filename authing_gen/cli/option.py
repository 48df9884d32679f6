"""What an option is, and the options that say which user pool is meant, and how."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import typer

ARGUMENTS = "Arguments"
SECRETS = "Secrets"
SETTINGS = "Settings (left out: AUTHING_* of the environment)"
OUTPUT = "Input and output"

Values = Mapping[str, Any]
"""Values by the names of options, without dashes; None where an option is not given."""


@dataclass(frozen=True)
class Option:
    """One option: its name, type and explanation."""

    name: str
    type: Any
    help: str
    panel: str
    declaration: str | None = None
    """What is written instead of `--name`: for a flag, `--name/--no-name`."""
    metavar: str | None = None

    def as_parameter(self, place: int) -> inspect.Parameter:
        """Write it as typer reads it off a function."""
        default = typer.Option(
            False if self.type is bool else None,
            self.declaration or f"--{self.name}",
            help=self.help,
            rich_help_panel=self.panel,
            metavar=self.metavar,
            show_default=False,
        )
        return inspect.Parameter(
            f"option_{place}",
            inspect.Parameter.KEYWORD_ONLY,
            default=default,
            annotation=self.type,
        )


SETTING_OPTIONS = (
    Option("user-pool-id", str | None, "Identifier of the user pool.", SETTINGS),
    Option("users-url", str | None, "URL of the users gateway.", SETTINGS),
    Option("oauth-url", str | None, "URL of the oauth gateway.", SETTINGS),
    Option(
        "allow-insecure-http",
        bool | None,
        "Whether passwords and tokens may travel by plain http to another machine.",
        SETTINGS,
        "--allow-insecure-http",  # With a `--no-` form its name is cut at 80 columns.
    ),
    Option("public-key", str | None, "PEM file of the key that encrypts.", SETTINGS),
    Option(
        "signed",
        bool | None,
        "Fetch the OwnerToken with a signature.",
        SETTINGS,
        "--signed/--no-signed",
    ),
    Option("timeout", float | None, "Seconds to wait for an answer.", SETTINGS),
    Option("max-retries", int | None, "How often to send again.", SETTINGS),
    Option(
        "pool-secret-stdin",
        bool,
        "Read the secret of the user pool from standard input. Else AUTHING_SECRET.",
        SETTINGS,
    ),
)
