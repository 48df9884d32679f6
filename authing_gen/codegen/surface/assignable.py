"""Whether values of one annotated type fit another, as far as annotations say."""

import ast

from ..annotations import members, without
from .reading import Surface

_ANYTHING = {"object", "Any", "typing.Any"}
_NUMBERS = {("bool", "int"), ("bool", "float"), ("int", "float")}
_TEXTS = {("Instant", "str"), ("str", "GivenInstant")} | {
    (given, taken) for given in ("int", "str") for taken in ("GivenNumber", "GivenText")
}
_CONTAINERS = {"list": "Sequence", "dict": "Mapping"}


def fits(value: ast.expr, target: ast.expr, surface: Surface) -> bool:
    """Say whether every value of one type is one of another.

    What a list holds may be narrower: who reads it never notices, and parameters are
    sequences.
    """
    value, target = without(value, "UnsetType"), without(target, "UnsetType")
    return all(
        any(_fits_member(part, whole, surface) for whole in members(target))
        for part in members(value)
    )


def _fits_member(value: ast.expr, target: ast.expr, surface: Surface) -> bool:
    given, wanted = ast.unparse(value), ast.unparse(target)
    if given == wanted or wanted in _ANYTHING or (given, wanted) in _NUMBERS | _TEXTS:
        return True
    if isinstance(value, ast.Subscript) and isinstance(target, ast.Subscript):
        return _fits_generic(value, target, surface)
    return surface.derives(_bare(given), _bare(wanted))


def _bare(name: str) -> str:
    return name.removeprefix("results.")


def _fits_generic(
    value: ast.Subscript, target: ast.Subscript, surface: Surface
) -> bool:
    given, wanted = ast.unparse(value.value), ast.unparse(target.value)
    inner, outer = _arguments(value), _arguments(target)
    if given == wanted == "Literal":
        return {ast.unparse(each) for each in inner} <= {
            ast.unparse(each) for each in outer
        }
    if wanted not in (given, _CONTAINERS.get(given)) or len(inner) != len(outer):
        return False
    return all(fits(*pair, surface) for pair in zip(inner, outer, strict=True))


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
