"""Standard input, which holds one secret, or a terminal that is asked for each."""

import sys

import typer

from .failures import WrongUsage


class StandardInput:
    """Gives what is on standard input to the one option that asks for it."""

    def __init__(self) -> None:
        self._taken_by: str | None = None

    @property
    def is_terminal(self) -> bool:
        """Whether somebody can be asked."""
        return sys.stdin.isatty()

    def secret(self, name: str, option: str) -> str:
        """Read a secret: asked for without echo on a terminal, else all there is.

        Raises:
            WrongUsage: Standard input is empty or has been read for another option.
        """
        if self.is_terminal:
            answer: str = typer.prompt(name, hide_input=True, err=True)
            return answer
        if text := self.text(option).removesuffix("\n").removesuffix("\r"):
            return text
        raise WrongUsage(f"{option}: there is nothing on standard input")

    def text(self, option: str) -> str:
        """Read all there is.

        Raises:
            WrongUsage: It has been read for another option.
        """
        if self._taken_by is not None:
            raise WrongUsage(
                f"{self._taken_by} and {option} both read standard input, which holds"
                " one value; give the other one by its -env option"
            )
        self._taken_by = option
        return sys.stdin.read()
