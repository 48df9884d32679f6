"""Where the command begins, also without the extra that it needs."""

import sys

from .exits import USAGE

_EXTRA = {"graphql", "rich", "typer"}


def main() -> None:
    """Run the command line, or say what to install."""
    try:
        from .app import main as run
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        print(
            "error: the command needs the extra `cli`: pip install 'authing-gen[cli]'",
            file=sys.stderr,
        )
        sys.exit(USAGE)
    run()
