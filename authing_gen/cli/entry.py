"""Where the command begins, also without the extra that it needs."""

import sys

from .exits import USAGE
from .output import prepare_streams, write_error

_EXTRA = {"graphql", "rich", "typer"}


def main() -> None:
    """Run the command line, or say what to install."""
    prepare_streams()
    try:
        from .app import main as run
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        write_error(
            "the command needs the extra `cli`", ["pip install 'authing-gen[cli]'"]
        )
        sys.exit(USAGE)
    run()
