"""What the editors must show, read from the code of the generated package."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

T = TypeVar("T")

_ITEM = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)

Type: TypeAlias = "str | frozenset[Type] | tuple[Type, ...]"
"""A type such that two ways to write it are equal."""


@dataclass(frozen=True)
class Definition:
    """A class, a method or an attribute."""

    line: int
    """From 0."""
    documentation: str
    """In one line."""
    node: ast.stmt

    @property
    def is_operation(self) -> bool:
        """Whether it is a method that sends an operation."""
        return isinstance(self.node, FUNCTIONS) and self.node.args.kwarg is not None

    @property
    def parameters(self) -> dict[str, ast.expr]:
        """Annotations of a method's arguments; not of `self` and `**options`."""
        arguments = self._function.args.kwonlyargs
        return {item.arg: _there(item.annotation) for item in arguments}

    @property
    def options(self) -> str:
        """The class of a method's `**options`."""
        unpack = _there(_there(self._function.args.kwarg).annotation)
        assert isinstance(unpack, ast.Subscript)
        return ast.unparse(unpack.slice)

    @property
    def result(self) -> ast.expr:
        """What a method returns, or its awaitable gives."""
        return _there(self._function.returns)

    @property
    def parameter_documentation(self) -> dict[str, str]:
        """What a method's docstring says of each parameter."""
        found = _ITEM.findall(ast.get_docstring(self._function) or "")
        return {name: " ".join(text.split()) for name, text in found}

    @property
    def annotation(self) -> ast.expr:
        """Type of an attribute."""
        assert isinstance(self.node, ast.AnnAssign)
        return self.node.annotation

    @property
    def _function(self) -> Function:
        assert isinstance(self.node, FUNCTIONS)
        return self.node


def definitions(path: Path) -> dict[str, Definition]:
    """The classes of a module by name, their members by `Class.member`."""
    return dict(_definitions(ast.parse(path.read_text(encoding="utf-8"))))


def members(found: dict[str, Definition], class_: str) -> dict[str, Definition]:
    """The members of one class by name."""
    prefix = f"{class_}."
    return {
        name.removeprefix(prefix): found[name]
        for name in found
        if name.startswith(prefix)
    }


def type_of(annotation: str | ast.expr) -> Type:
    """Read a type; the order in a union does not count."""
    if isinstance(annotation, str):
        annotation = ast.parse(annotation, mode="eval").body
    if isinstance(annotation, ast.BinOp):
        return frozenset(_flat(annotation))
    if isinstance(annotation, ast.Subscript):
        return (type_of(annotation.value), type_of(annotation.slice))
    return ast.unparse(annotation).rpartition(".")[2]


def names_in(annotation: str | ast.expr) -> set[str]:
    """The names that a type is made of."""
    if isinstance(annotation, str):
        annotation = ast.parse(annotation, mode="eval").body
    return {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)}


def _definitions(module: ast.Module) -> Iterator[tuple[str, Definition]]:
    for class_ in module.body:
        if not isinstance(class_, ast.ClassDef):
            continue
        yield class_.name, _definition(class_, _docstring(class_))
        for member, following in zip(
            class_.body, [*class_.body[1:], None], strict=True
        ):
            if isinstance(member, FUNCTIONS):
                documentation = _docstring(member)
                yield f"{class_.name}.{member.name}", _definition(member, documentation)
            elif isinstance(member, ast.AnnAssign):
                name = ast.unparse(member.target)
                documentation = _text(following)
                yield f"{class_.name}.{name}", _definition(member, documentation)


def _definition(node: ast.stmt, documentation: str) -> Definition:
    return Definition(node.lineno - 1, " ".join(documentation.split()), node)


def _docstring(node: ast.ClassDef | Function) -> str:
    return ast.get_docstring(node) or ""


def _text(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return str(node.value.value)
    return ""


def _flat(union: ast.expr) -> Iterator[Type]:
    if isinstance(union, ast.BinOp):
        yield from _flat(union.left)
        yield from _flat(union.right)
    else:
        yield type_of(union)


def _there(value: T | None) -> T:
    assert value is not None
    return value
