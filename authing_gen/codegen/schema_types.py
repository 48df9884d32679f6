"""Types of the schema, written as annotations of one module."""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
)

from . import annotations
from .conversions import Conversion
from .scalars import Reference, Scalar, written
from .scope import Scope

_BUILT_IN = {
    "String": "str",
    "ID": "str",
    "Int": "int",
    "Boolean": "bool",
    "Float": "float",
}

NONE = ast.Constant(None)

Innermost = Callable[[GraphQLNamedType], ast.expr]


@dataclass(frozen=True)
class Types:
    """Writes types for one module.

    Args:
        scope: The module's imports.
        scalars: Custom scalars, by their names in the schema.
        names: What enums and inputs are called in Python, by those names.
        inputs_module: The module of the inputs; None where this is the one.
    """

    scope: Scope
    scalars: Mapping[str, Scalar]
    names: Mapping[str, str]
    inputs_module: str | None = None

    def answered(self, type_: object, inner: ast.expr | None) -> ast.expr:
        """Write the type of what a field answers.

        Args:
            type_: The type.
            inner: What its objects are, if there are any.
        """
        return _wrapped(type_, lambda named: inner or self._answered(named), _list)

    def returned(self, type_: object, inner: ast.expr | None) -> ast.expr:
        """Write the same for those who only read it."""
        return _wrapped(type_, lambda named: inner or self._plain(named), _list)

    def given(self, type_: object, inner: ast.expr | None = None) -> ast.expr:
        """Write the type of a field of an input.

        Args:
            type_: The type.
            inner: What is given for it, if that is something of its own.
        """
        return _wrapped(type_, lambda named: inner or self._given(named), _list)

    def passed(self, type_: object, inner: ast.expr | None = None) -> ast.expr:
        """Write the same for a parameter: a list of a narrower type will do."""
        return _wrapped(
            type_,
            lambda named: inner or self._plain(named),
            lambda: self.scope.use("collections.abc", "Sequence"),
        )

    def reference(self, found: Reference) -> ast.expr:
        """Write the way to something in Python."""
        return self.scope.dotted(found.module, found.path, found.level)

    def own(self, type_: GraphQLInputObjectType) -> ast.expr:
        """Write the name of an input."""
        name = self.names[type_.name]
        if self.inputs_module is None:
            return self.scope.own(name)
        return self.scope.name(self.inputs_module, name, 1)

    def annotated(self, type_: ast.expr, metadata: ast.expr) -> ast.expr:
        """Write `Annotated`."""
        both = ast.Tuple([type_, metadata], ast.Load())
        return ast.Subscript(self.scope.name("typing", "Annotated"), both, ast.Load())

    def instant(self) -> ast.expr:
        """Write what is answered for an instant."""
        return self.scope.name("instants", "Instant", 1)

    def converted(self, conversion: Conversion | None) -> ast.expr | None:
        """Write what is given for what is converted."""
        if conversion is None:
            return None
        return self.scope.name(conversion.module, conversion.given, 1)

    def _answered(self, type_: GraphQLNamedType) -> ast.expr:
        scalar = self.scalars.get(type_.name)
        by = scalar.parse if scalar else None
        return self._converted(type_, by, "BeforeValidator")

    def _given(self, type_: GraphQLNamedType) -> ast.expr:
        if isinstance(type_, GraphQLEnumType):
            known = self.scope.name("open_enum", "KNOWN", 1)
            return self.annotated(self._plain(type_), known)
        scalar = self.scalars.get(type_.name)
        by = scalar.serialize if scalar else None
        return self._converted(type_, by, "PlainSerializer")

    def _converted(
        self, type_: GraphQLNamedType, by: Reference | None, how: str
    ) -> ast.expr:
        if by is None:
            return self._plain(type_)
        function = self.scope.name("pydantic", how)
        metadata = ast.Call(function, [self.reference(by)], [])
        return self.annotated(self._plain(type_), metadata)

    def _plain(self, type_: GraphQLNamedType) -> ast.expr:
        if isinstance(type_, GraphQLEnumType):
            return self.scope.name("enums", self.names[type_.name], 1)
        if isinstance(type_, GraphQLInputObjectType):
            return self.own(type_)
        if scalar := self.scalars.get(type_.name):
            if isinstance(scalar.type_, str):
                return written(scalar.type_, self.reference)
            return self.reference(scalar.type_)
        if built_in := _BUILT_IN.get(type_.name):
            return ast.Name(built_in, ast.Load())
        return self.scope.name("typing", "Any")


def _list() -> str:
    return "list"


def _wrapped(
    type_: object, innermost: Innermost, container: Callable[[], str]
) -> ast.expr:
    """Write lists, and what may be null."""
    if isinstance(type_, GraphQLNonNull):
        return _not_null(cast(object, type_.of_type), innermost, container)
    return annotations.union(_not_null(type_, innermost, container), NONE)


def _not_null(
    type_: object, innermost: Innermost, container: Callable[[], str]
) -> ast.expr:
    if isinstance(type_, GraphQLList):
        inner = _wrapped(cast(object, type_.of_type), innermost, container)
        return ast.Subscript(ast.Name(container(), ast.Load()), inner, ast.Load())
    return innermost(cast(GraphQLNamedType, type_))
