"""Unions in annotations."""

import ast
from functools import reduce


def without(annotation: ast.expr, *names: str) -> ast.expr:
    """Leave members out of a union."""
    return _union(
        [part for part in members(annotation) if ast.unparse(part) not in names]
    )


def union(*types: ast.expr) -> ast.expr:
    """Join types with `|`."""
    return _union([part for type_ in types for part in members(type_)])


def members(annotation: ast.expr) -> list[ast.expr]:
    """The types that a union joins; one type by itself where it is no union."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return [*members(annotation.left), *members(annotation.right)]
    return [annotation]


def _union(types: list[ast.expr]) -> ast.expr:
    return reduce(lambda left, right: ast.BinOp(left, ast.BitOr(), right), types)
