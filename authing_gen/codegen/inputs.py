"""Inputs and enums, written as classes."""

import ast
from collections.abc import Mapping
from typing import Any, cast

from graphql import (
    ConstValueNode,
    EnumValueNode,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    Undefined,
    value_from_ast,  # pyright: ignore[reportUnknownVariableType]
    value_from_ast_untyped,
)

from . import annotations
from .conversions import conversion_of
from .directives import ENCRYPTED, SECRET, USER_POOL, has_directive
from .docstrings import class_docstring, described, docstring, plain_text
from .models import field_value
from .names import field_names, value_names
from .schema_types import NONE, Types
from .scope import Scope

_ONE_OF = "Exactly one of the fields is given, and not None."


def input_class(
    type_: GraphQLInputObjectType, types: Types, *, snake_case: bool
) -> ast.ClassDef:
    """Write an input."""
    names = field_names(type_.fields, snake_case=snake_case)
    body: list[ast.stmt] = []
    if text := _text_of(type_):
        body.append(class_docstring(text))
    for key, item in type_.fields.items():
        body.append(_field(key, names[key], item, types))
        if text := described(item):
            body.append(docstring(text))
    base = ("one_of", "OneOf") if type_.is_one_of else ("base_model", "BaseModel")
    bases = [types.scope.name(*base, 1)]
    return ast.ClassDef(types.names[type_.name], bases, [], body, [])


def _text_of(type_: GraphQLInputObjectType) -> str:
    text = plain_text(type_.description or "")
    return f"{text}\n\n{_ONE_OF}".strip() if type_.is_one_of else text


def enum_class(
    type_: GraphQLEnumType, name: str, scope: Scope, *, is_open: bool
) -> ast.ClassDef:
    """Write an enum: an open one, unless no answer holds it."""
    names = value_names(type_)
    body: list[ast.stmt] = []
    if type_.description:
        body.append(class_docstring(plain_text(type_.description)))
    for key, value in type_.values.items():
        target = ast.Name(names[key], ast.Store())
        body.append(ast.Assign([target], ast.Constant(key), lineno=0))
        if text := described(value):
            body.append(docstring(text))
    if is_open:
        bases = [scope.name("open_enum", "OpenEnum", 1)]
    else:
        bases = [ast.Name("str", ast.Load()), scope.name("enum", "Enum")]
    return ast.ClassDef(name, bases, [], body, [])


def _field(key: str, name: str, item: GraphQLInputField, types: Types) -> ast.stmt:
    type_: object = cast(Any, item).type
    annotation = types.given(type_, types.converted(conversion_of(item)))
    node = item.ast_node and item.ast_node.default_value
    default = _default(node, type_, annotation, types) if node else None
    can_be_left_out = (
        node is not None
        or not isinstance(type_, GraphQLNonNull)
        or has_directive(item, USER_POOL)
    )
    if default is None and can_be_left_out:
        # Also where its default is of a kind that only the server knows.
        default = NONE
        annotation = annotations.union(annotations.without(annotation, "None"), NONE)
    value = field_value(
        types,
        alias=key if name != key else None,
        default=default,
        is_hidden=has_directive(item, SECRET) or has_directive(item, ENCRYPTED),
        deprecated=item.deprecation_reason,
    )
    return ast.AnnAssign(ast.Name(name, ast.Store()), annotation, value, simple=1)


def _default(
    node: ConstValueNode, type_: object, annotation: ast.expr, types: Types
) -> ast.expr | None:
    """Write a default; None where nobody knows what it is in Python."""
    if value_from_ast(node, cast(Any, type_)) is Undefined:
        return None  # To graphql-core a schema may have a default that is no value.
    value = _constant(node, type_, types)
    if value is None or isinstance(value, ast.Constant | ast.Attribute):
        return value
    if isinstance(value, ast.List):
        # To mypy `["a"]` is a `list[str]`, which is no `list[str | None]`.
        value = ast.Call(annotations.without(annotation, "None"), [value], [])
    nothing = ast.arguments([], [], None, [], [], None, [])
    return ast.Lambda(nothing, value)  # What can be changed is made anew each time.


def _constant(node: ConstValueNode, type_: object, types: Types) -> ast.expr | None:
    if isinstance(type_, GraphQLNonNull):
        return _constant(node, cast(object, type_.of_type), types)
    if isinstance(node, NullValueNode):
        return NONE
    if isinstance(type_, GraphQLList):
        items = node.values if isinstance(node, ListValueNode) else (node,)
        inner = cast(object, type_.of_type)
        written = [_constant(item, inner, types) for item in items]
        known = [item for item in written if item is not None]
        return ast.List(known, ast.Load()) if len(known) == len(written) else None
    if isinstance(type_, GraphQLEnumType) and isinstance(node, EnumValueNode):
        enum = types.scope.name("enums", types.names[type_.name], 1)
        return ast.Attribute(enum, value_names(type_)[node.value], ast.Load())
    if isinstance(type_, GraphQLInputObjectType):
        try:
            given = _literal(_given(node, type_, types))
        except _OnlyTheServerKnowsError:
            return None
        validate = ast.Attribute(types.own(type_), "model_validate", ast.Load())
        return ast.Call(validate, [given], [])
    value: object = value_from_ast_untyped(node)
    name = str(type_)
    if name in types.scalars or isinstance(node, ListValueNode | ObjectValueNode):
        return None
    if name == "Float":
        return ast.Constant(float(str(value)))
    return ast.Constant(str(value)) if name == "ID" else _literal(value)


class _OnlyTheServerKnowsError(Exception):
    """A scalar of the schema's own: what its values are in Python is not known."""


def _given(node: ConstValueNode, type_: object, types: Types) -> object:
    """What a model is made of: a list where one stands for it, text for an ID."""
    if isinstance(type_, GraphQLNonNull):
        return _given(node, cast(object, type_.of_type), types)
    if isinstance(node, NullValueNode):
        return None
    if isinstance(type_, GraphQLList):
        items = node.values if isinstance(node, ListValueNode) else (node,)
        inner = cast(object, type_.of_type)
        return [_given(item, inner, types) for item in items]
    if isinstance(type_, GraphQLInputObjectType) and isinstance(node, ObjectValueNode):
        slots: Mapping[str, Any] = type_.fields
        return {
            item.name.value: _given(item.value, slots[item.name.value].type, types)
            for item in node.fields
            if item.name.value in slots  # graphql-core lets others pass.
        }
    if str(type_) in types.scalars:
        raise _OnlyTheServerKnowsError
    value: object = value_from_ast_untyped(node)
    return str(value) if str(type_) == "ID" else value


def _literal(value: object) -> ast.expr:
    return ast.parse(repr(value), mode="eval").body
