"""Where the Python types and functions of custom scalars are."""

import ast
import builtins
import typing
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import BuiltinImporter, PathFinder
from keyword import iskeyword

from ariadne_codegen.client_generators.scalars import ScalarData


@dataclass(frozen=True)
class Reference:
    """Something in Python: a module, and the way to it from there."""

    module: str
    path: str
    level: int = 0
    """The dots that an import from the package itself begins with."""


@dataclass(frozen=True)
class Scalar:
    """What a custom scalar is in Python."""

    type_: Reference | str
    """A name, or the text of a type of several: `dict[str, Any]`."""
    parse: Reference | None
    """Makes it of what the answer holds."""
    serialize: Reference | None
    """Makes of it what is sent."""

    @classmethod
    def of(cls, data: ScalarData) -> "Scalar":
        """Read the settings of a scalar."""
        prefix = f"{data.import_}." if data.import_ else ""

        def reference(name: str | None) -> Reference | None:
            return _reference(prefix + name) if name else None

        type_ = prefix + data.type_
        return cls(
            _reference(type_) if _is_dotted(type_) else type_,
            reference(data.parse),
            reference(data.serialize),
        )


def problem_of(key: str, text: str) -> str | None:
    """Say why a setting of a scalar names nothing of Python, if it does not.

    Args:
        key: The setting.
        text: What it is set to.
    """
    if not text:
        return f"{key} is empty" if key == "type" else None
    if _is_dotted(text):
        names = [text]
    elif key == "type" and (found := _names(text)):
        names = found
    else:
        example = "dict[str, typing.Any]" if key == "type" else "decimal.Decimal"
        return f"{key} is nothing like {example!r}: {text!r}"
    for name in names:
        if key != "import" and name.isidentifier() and not _is_known(name):
            return f"{key}: say where {name!r} is, as in 'datetime.date'"
    return None


def written(type_: str, reference: Callable[[Reference], ast.expr]) -> ast.expr:
    """Write a type of several names.

    Args:
        type_: Its text.
        reference: Writes the way to each of them.
    """
    node: ast.expr = _Writer(reference).visit(_parsed(type_))
    return node


class _Writer(ast.NodeTransformer):
    def __init__(self, reference: Callable[[Reference], ast.expr]) -> None:
        self._reference = reference

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._reference(_reference(node.id))

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self._reference(_reference(ast.unparse(node)))


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


_OF_TYPES = (ast.Subscript, ast.Tuple, ast.List, ast.BinOp, ast.BitOr, ast.Constant)
"""What a type consists of, besides names."""


def _names(text: str) -> list[str]:
    """The names that a type consists of; none where it is no type."""
    try:
        rest: list[ast.AST] = [_parsed(text)]
    except (SyntaxError, ValueError):
        return []
    found: list[str] = []
    while rest:
        node = rest.pop()
        if isinstance(node, ast.Name | ast.Attribute) and _is_dotted(ast.unparse(node)):
            found.append(ast.unparse(node))
        elif isinstance(node, _OF_TYPES):
            children = ast.iter_child_nodes(node)
            rest += (each for each in children if not isinstance(each, ast.Load))
        else:
            return []
    return found


def _is_dotted(text: str) -> bool:
    parts = text.lstrip(".").split(".")
    return all(map(is_name, parts))


def is_name(text: str) -> bool:
    """Whether something can be called so in Python."""
    return text.isidentifier() and not iskeyword(text)


def _is_known(name: str) -> bool:
    return hasattr(builtins, name) or hasattr(typing, name)


def _reference(name: str) -> Reference:
    path = name.lstrip(".")
    level = len(name) - len(path)
    parts = path.split(".")
    if len(parts) == 1 and not level:
        return Reference("builtins" if hasattr(builtins, path) else "typing", path)
    end = _end_of_module(parts, level)
    return Reference(".".join(parts[:end]), ".".join(parts[end:]), level)


def _end_of_module(parts: list[str], level: int) -> int:
    """How many names a module has: what comes after may be in a class of it."""
    end = 0 if level else _end_of_found(parts)
    # What cannot be found may be the project's own: classes have capital letters.
    classes = (at for at, part in enumerate(parts[:-1]) if part[:1].isupper())
    return end or next(classes, len(parts) - 1)


def _end_of_found(parts: list[str]) -> int:
    """How many names name a module that is there; nothing is imported to know it."""
    found, path = 0, None
    for end in range(1, len(parts)):
        spec = PathFinder.find_spec(".".join(parts[:end]), path) or (
            BuiltinImporter.find_spec(parts[0]) if end == 1 else None
        )
        if spec is None:
            break
        found, path = end, spec.submodule_search_locations
        if path is None:
            break
    return found
