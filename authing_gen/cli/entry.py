"""Where the command begins, also without the extra that it needs."""

import gc
import sys

from .exits import USAGE
from .output import write_error
from .streams import prepare_streams

_EXTRA = {"graphql", "rich", "typer"}


def main() -> None:
    """Run the command line, or say what to install."""
    prepare_streams()
    # Most commands, completion above all, are over before there is garbage: looking for
    # it again and again takes a third of their time.
    gc.set_threshold(50_000)
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
