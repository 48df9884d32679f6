"""The commands by name, each imported when somebody asks for it.

Nearly every run of the command line is of one command. What the others import, and what
Typer makes of their options, would be a third of the time that `generate` takes.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

import typer
from typer.main import get_group


class Registry(MutableMapping[str, Any]):
    """What Typer keeps of a group: its commands, by name and in order."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        """Take the names of commands, and the modules that `register` them."""
        self._modules = dict(modules)
        self._commands: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """Import a command."""
        if name not in self._commands:
            self._commands[name] = _command(name, self._modules[name])
        return self._commands[name]

    def __setitem__(self, name: str, command: Any) -> None:
        """Add a command that exists."""
        self._modules[name], self._commands[name] = "", command

    def __delitem__(self, name: str) -> None:
        """Take a command out."""
        del self._modules[name]
        self._commands.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._modules)

    def __len__(self) -> int:
        """Count the commands."""
        return len(self._modules)


def _command(name: str, module: str) -> Any:
    app = typer.Typer(rich_markup_mode="markdown")
    import_module(module, __package__).register(app)
    return get_group(app).commands[name]
