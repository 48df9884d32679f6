"""What the command prints."""

import sys


def write_line(text: str) -> None:
    """Print a text of one or more lines, at once."""
    print(text, flush=True)


def write_error(message: str) -> None:
    """Say on stderr what went wrong, as `authing-gen` does."""
    print("error:", message, file=sys.stderr, flush=True)
