"""Commands that need more than the extra `cli`."""

from collections.abc import Generator
from contextlib import contextmanager

import typer

from .exits import USAGE
from .output import write_error

_CODEGEN = {"ariadne_codegen", "watchfiles"}


@contextmanager
def codegen_extra() -> Generator[None, None, None]:
    """Turn what is missing into advice; the generator is imported inside."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in _CODEGEN:
            raise
        write_error(
            "this command needs the extra `codegen`",
            ["pip install 'authing-gen[codegen]'"],
        )
        raise typer.Exit(USAGE) from error
