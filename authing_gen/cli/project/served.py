"""The schema of a server, taken over as the schema of a new project."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    GraphQLUnionType,
    OperationType,
    is_introspection_type,
    is_leaf_type,
    is_required_argument,
    is_specified_scalar_type,
)

from ...codegen.checks import CLIENT_ATTRIBUTES
from ...codegen.directives import (
    ENCRYPTED,
    GATEWAY,
    SECRET,
    TOKEN,
    USER_POOL,
    enums_of,
    named_type,
)
from ...codegen.names import free_name, method_name
from ...codegen.schema_diff.sdl import Writer

_TO_CHECK = (
    "# To check: introspection tells nothing of"
    f" @{GATEWAY}, @{TOKEN}, @{USER_POOL}, @{ENCRYPTED}, @{SECRET}.\n\n"
)
_ARGUMENTS = {
    GATEWAY: {"name"},
    TOKEN: {"accepts"},
    USER_POOL: set[str](),
    ENCRYPTED: set[str](),
    SECRET: set[str](),
}
"""The directives of ours that travel, and the arguments that tell ours from others."""
_EXAMPLES = {"Boolean": True, "Float": 1.5, "Int": 1}
"""Values of scalars; of others, also of the schema's own, it is "1"."""


@dataclass(frozen=True)
class FirstOperation:
    """An operation that the schema can answer, to begin with."""

    name: str
    method: str
    """What sends it."""
    document: str
    answer: str
    """The data that a server may answer, as Python."""


def schema_sdl(schema: GraphQLSchema) -> str:
    """Write a schema in the style of ours; directives of its own do not travel."""
    writer = Writer([name for name in _ARGUMENTS if _is_ours(schema, name)])
    ours = enums_of(schema).values()  # They come with the directives.
    types = (
        type_
        for type_ in schema.type_map.values()
        if _is_theirs(type_) and type_ not in ours
    )
    roots = {
        kind.value: root.name
        for kind in OperationType
        if (root := schema.get_root_type(kind))
    }
    head = ""
    if any(name != kind.capitalize() for kind, name in roots.items()):
        inside = "".join(f"  {kind}: {name}\n" for kind, name in roots.items())
        head = f"schema {{\n{inside}}}\n\n"
    return _TO_CHECK + head + "\n\n".join(map(writer.definition, types)) + "\n"


def _is_ours(schema: GraphQLSchema, name: str) -> bool:
    found = schema.get_directive(name)
    return found is None or found.args.keys() == _ARGUMENTS[name]


def _is_theirs(type_: GraphQLNamedType) -> bool:
    return not (is_introspection_type(type_) or is_specified_scalar_type(type_))


def first_operation(schema: GraphQLSchema) -> FirstOperation | None:
    """The first query that needs no arguments, with all that it can be asked for.

    Of what has nothing that can be asked for at once, it is what it is.
    """
    root = schema.query_type
    fields: dict[str, GraphQLField] = root.fields if root else {}
    free = [(name, field) for name, field in fields.items() if not _requires(field)]
    for name, field in free:
        leaves = _leaves(field)
        if leaves is not None:
            return _operation(name, field, leaves)
    for name, field in free:
        return _operation(name, field, {"__typename": _example_type(schema, field)})
    return None


def _operation(
    name: str, field: GraphQLField, inside: Mapping[str, object]
) -> FirstOperation:
    lines = "".join(f"    {each}\n" for each in inside)
    selection = f" {{\n{lines}  }}" if inside else ""
    return FirstOperation(
        name=name,
        method=free_name(method_name(name), CLIENT_ATTRIBUTES),
        document=f"query {name} {{\n  {name}{selection}\n}}\n",
        answer=_literal({name: _example(cast(GraphQLType, field.type), inside)}),
    )


def _example_type(schema: GraphQLSchema, field: GraphQLField) -> str:
    type_ = named_type(field)
    if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
        type_ = next(iter(schema.get_possible_types(type_)), type_)
    return type_.name


def _leaves(field: GraphQLField) -> dict[str, object] | None:
    """Values for what needs no selection in a field's type; none where it is a leaf."""
    type_ = named_type(field)
    if is_leaf_type(cast(GraphQLType, type_)):
        return {}
    if not isinstance(type_, GraphQLObjectType):
        return None
    return {
        name: _example(cast(GraphQLType, each.type))
        for name, each in type_.fields.items()
        if _is_leaf(each)
    } or None


def _is_leaf(field: GraphQLField) -> bool:
    return is_leaf_type(cast(GraphQLType, named_type(field))) and not _requires(field)


def _requires(field: GraphQLField) -> bool:
    arguments: Iterable[Any] = field.args.values()
    return any(is_required_argument(each) for each in arguments)


def _example(type_: GraphQLType, inside: object = None) -> object:
    """What a type allows; `inside`, if it is an object."""
    if isinstance(type_, GraphQLNonNull | GraphQLList):
        value = _example(cast(GraphQLType, type_.of_type), inside)
        return [value] if isinstance(type_, GraphQLList) else value
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    return inside or _EXAMPLES.get(str(type_), "1")


def _literal(value: object, indent: str = "") -> str:
    """Write a value as ruff formats it where each item has its own line."""
    inner = f"{indent}    "
    if isinstance(value, dict):
        items = cast(dict[str, object], value).items()
        lines = [f'"{name}": {_literal(each, inner)}' for name, each in items]
        return "".join(("{\n", *(f"{inner}{line},\n" for line in lines), indent, "}"))
    if isinstance(value, list):
        (only,) = cast(list[object], value)
        return f"[\n{inner}{_literal(only, inner)},\n{indent}]"
    return f'"{value}"' if isinstance(value, str) else repr(value)
