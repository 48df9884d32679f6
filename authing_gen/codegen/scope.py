"""What a generated module imports, under names that nothing in it can hide.

A field may be called like its type (`date: date`), a type like a part of Python
(`enum Any`): then the import gets another name.
"""

import ast
from collections.abc import Iterable
from functools import reduce

from pydantic import BaseModel

BUILTINS = {"bool", "dict", "float", "int", "list", "str"}
"""What generated annotations mention without an import."""

OF_MODELS = {*dir(BaseModel)}
"""What every model has besides its fields, where pydantic looks for types too."""

FUTURE = ast.ImportFrom("__future__", [ast.alias("annotations")], 0)
"""Lets annotations mention what stands further down."""

_WHOLE = -1
"""In the place of a level: the import of a module itself."""


class Scope:
    """The imports of one module.

    Args:
        classes: Names of its own classes.
        members: Names of their fields, methods and parameters.
    """

    def __init__(
        self, classes: Iterable[str] = (), members: Iterable[str] = ()
    ) -> None:
        self._members = {*members}
        self._taken = {*classes, *self._members, *BUILTINS}
        self._names: dict[tuple[int, str, str], str] = {}
        self._aliases: dict[str, str] = {}

    def use(self, module: str, name: str, level: int = 0) -> str:
        """Import something; the result is what it is called in this module."""
        if module == "builtins" and (name in BUILTINS or name not in self._taken):
            return name
        key = (level, module, name)
        if key not in self._names:
            self._names[key] = self._free(name or module)
        return self._names[key]

    def own(self, name: str) -> ast.expr:
        """Write the name of one of the module's own classes."""
        if name in self._members and name not in self._aliases:
            self._aliases[name] = self._free(f"_{name}")
        return ast.Name(self._aliases.get(name, name), ast.Load())

    def _free(self, name: str) -> str:
        while name in self._taken:
            # A name in a class must not begin with two underscores.
            name = f"{name}_" if name.startswith("_") else f"_{name}"
        self._taken.add(name)
        return name

    def module(self, name: str) -> str:
        """Import a module; the result is what it is called in this one."""
        return self.use(name, "", _WHOLE)

    def name(self, module: str, name: str, level: int = 0) -> ast.expr:
        """Import something, and write what it is called."""
        return ast.Name(self.use(module, name, level), ast.Load())

    def dotted(self, module: str, path: str, level: int = 0) -> ast.expr:
        """Import the first of a path of names, and write the path."""
        first, *others = path.split(".")
        start = self.name(module, first, level)
        return reduce(
            lambda of, part: ast.Attribute(of, part, ast.Load()), others, start
        )

    @property
    def imports(self) -> list[ast.Import | ast.ImportFrom]:
        """The import statements."""
        return [_import(*key, local) for key, local in self._names.items()]

    def aliases(self, *names: str) -> list[ast.stmt]:
        """Give those of the module's classes other names that a member hides."""
        return [
            ast.AnnAssign(
                ast.Name(self._aliases[name], ast.Store()),
                self.name("typing", "TypeAlias"),
                ast.Name(name, ast.Load()),
                simple=1,
            )
            for name in names
            if name in self._aliases
        ]


def _import(
    level: int, module: str, name: str, local: str
) -> ast.Import | ast.ImportFrom:
    alias = ast.alias(name or module, local if local != (name or module) else None)
    if level == _WHOLE:
        return ast.Import([alias])
    return ast.ImportFrom(module or None, [alias], level)
