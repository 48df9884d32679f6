"""Reads the defaults that a server tells of as it means them.

A default travels as text in the syntax of GraphQL. Some servers write the values of
enums in quotes, or the whole of it as JSON; graphql-core would take them for no
defaults at all, or refuse the schema.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    EnumValueNode,
    GraphQLError,
    ListValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    parse_value,
    print_ast,
)

from .asking import json_object, json_objects
from .sdl import written


def mend_defaults(schema: Mapping[str, Any]) -> None:
    """Rewrite the defaults of an introspection, in place."""
    types = {each.get("name"): each for each in json_objects(schema.get("types"))}
    for holder in (*types.values(), *json_objects(schema.get("directives"))):
        for value in _input_values(holder):
            if isinstance(text := value.get("defaultValue"), str):
                value["defaultValue"] = _mended(text, value.get("type"), types)


def _input_values(holder: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The input fields of a type, the arguments of its fields, or of a directive."""
    for part in (holder, *json_objects(holder.get("fields"))):
        for name in ("inputFields", "args"):
            yield from json_objects(part.get(name))


def _mended(
    text: str, type_: object, types: Mapping[Any, dict[str, Any]]
) -> str | None:
    node = _parsed(text)
    if node is None:
        return None
    return print_ast(_as_meant(node, json_object(type_), types))


def _parsed(text: str) -> ValueNode | None:
    try:
        return parse_value(text)
    except GraphQLError:
        try:
            return parse_value(written(json.loads(text)))
        except (GraphQLError, ValueError):
            return None  # Nobody can say what is meant.


def _as_meant(
    node: ValueNode, type_: Mapping[str, Any], types: Mapping[Any, dict[str, Any]]
) -> ValueNode:
    kind = type_.get("kind")
    if kind in ("NON_NULL", "LIST"):
        inner = json_object(type_.get("ofType"))
        if kind == "LIST" and isinstance(node, ListValueNode):
            items = [_as_meant(item, inner, types) for item in node.values]
            return ListValueNode(values=tuple(items))
        return _as_meant(node, inner, types)
    named = types.get(type_.get("name"), {})
    if kind == "ENUM" and isinstance(node, StringValueNode):
        values = json_objects(named.get("enumValues"))
        if any(each.get("name") == node.value for each in values):
            return EnumValueNode(value=node.value)
    if kind == "INPUT_OBJECT" and isinstance(node, ObjectValueNode):
        fields = {
            each.get("name"): json_object(each.get("type"))
            for each in json_objects(named.get("inputFields"))
        }
        for field in node.fields:
            inner = fields.get(field.name.value, {})
            field.value = _as_meant(field.value, inner, types)
    return node
