"""Type annotations as a person would write them today."""

import ast
from collections.abc import Mapping
from functools import reduce


def modern(annotation: ast.expr, names: Mapping[str, str] | None = None) -> ast.expr:
    """Write `Optional` and `Union` with `|`, forward references without quotes.

    Args:
        annotation: What ariadne-codegen wrote.
        names: New names for some of the classes it mentions.
    """
    rewritten = _Modern(names or {}).visit(annotation)
    assert isinstance(rewritten, ast.expr)
    return rewritten


def covariant(annotation: ast.expr) -> ast.expr:
    """Write `list` as `Sequence`: a parameter takes a list of a narrower type too."""
    rewritten = _Covariant().visit(annotation)
    assert isinstance(rewritten, ast.expr)
    return rewritten


def plain(annotation: ast.expr) -> ast.expr:
    """Write `Annotated[X, …]` as `X`."""
    rewritten = _Plain().visit(annotation)
    assert isinstance(rewritten, ast.expr)
    return rewritten


def without(annotation: ast.expr, *names: str) -> ast.expr:
    """Leave members out of a union."""
    return _union(
        [part for part in members(annotation) if ast.unparse(part) not in names]
    )


def union(*types: ast.expr) -> ast.expr:
    """Join types with `|`."""
    return _union([part for type_ in types for part in members(type_)])


def mentioned(annotation: ast.expr) -> set[str]:
    """Names that an annotation mentions."""
    return {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}


def members(annotation: ast.expr) -> list[ast.expr]:
    """The types that a union joins; one type by itself where it is no union."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return [*members(annotation.left), *members(annotation.right)]
    return [annotation]


def _union(types: list[ast.expr]) -> ast.expr:
    return reduce(lambda left, right: ast.BinOp(left, ast.BitOr(), right), types)


class _Modern(ast.NodeTransformer):
    """Makes new nodes: the same annotation is written with several sets of names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        # ariadne-codegen writes a forward reference as a name with quotes in it.
        name = node.id.strip("\"'")
        return ast.Name(self.names.get(name, name), ast.Load())

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        container = node.value.id if isinstance(node.value, ast.Name) else ""
        if container == "Literal":
            return node
        inner = self.visit(node.slice)
        if container == "Optional":
            return union(inner, ast.Constant(None))
        if container == "Union" and isinstance(inner, ast.Tuple):
            return union(*inner.elts)
        return ast.Subscript(node.value, inner, ast.Load())

    def visit_Tuple(self, node: ast.Tuple) -> ast.expr:
        return ast.Tuple([self.visit(item) for item in node.elts], ast.Load())

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        return ast.BinOp(self.visit(node.left), node.op, self.visit(node.right))

    def visit_Call(self, node: ast.Call) -> ast.expr:
        return node  # `Field(discriminator=…)` mentions no model.


class _Plain(ast.NodeTransformer):
    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if ast.unparse(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple):
            return node.slice.elts[0]
        return self.generic_visit(node)


class _Covariant(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name("Sequence", ast.Load()) if node.id == "list" else node
