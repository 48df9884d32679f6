"""Modules that lend the names of other modules, imported when they are first needed."""

import ast
from collections.abc import Mapping, Sequence

from .docstrings import docstring

_GETATTR = """
if not TYPE_CHECKING:  # Or else they would take any name for one of ours.

    def __getattr__(name):
        if name in _MODULES.values():
            return import_module(f".{name}", ANCHOR)
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f".{_MODULES[name]}", ANCHOR), name)
        globals()[name] = found
        return found

    def __dir__():
        return sorted({*globals(), *_MODULES})
"""


def lazy_names(
    text: str, exports: Mapping[str, Sequence[str]], package: str = "__package__"
) -> list[ast.stmt]:
    """Write a module.

    Args:
        text: Its docstring.
        exports: The names, by the modules of the package that they are in.
        package: What it calls its package.
    """
    if not exports:
        return [docstring(text)]
    places = {name: place for place, group in exports.items() for name in group}
    return [
        docstring(text),
        *ast.parse("from importlib import import_module").body,
        *ast.parse("from typing import TYPE_CHECKING").body,
        _only_for_types([_import(place, group) for place, group in exports.items()]),
        *ast.parse(f"__all__ = {sorted(places)}").body,
        *ast.parse(f"_MODULES = {dict(sorted(places.items()))}").body,
        *ast.parse(_GETATTR.replace("ANCHOR", package)).body,
    ]


def _only_for_types(body: Sequence[ast.stmt]) -> ast.If:
    """Let type checkers and editors read what is not imported when a program runs."""
    return ast.If(ast.Name("TYPE_CHECKING", ast.Load()), [*body], [])


def _import(module: str, names: Sequence[str]) -> ast.ImportFrom:
    return ast.ImportFrom(module, [ast.alias(name) for name in names], 1)
