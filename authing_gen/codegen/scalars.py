"""Where the Python types and functions of custom scalars are."""

import builtins
from dataclasses import dataclass
from importlib.machinery import BuiltinImporter, PathFinder

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

    type_: Reference
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

        type_ = _reference(prefix + data.type_)
        return cls(type_, reference(data.parse), reference(data.serialize))


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
