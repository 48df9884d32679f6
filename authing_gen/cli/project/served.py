"""The schema of a server, taken over as the schema of a new project."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    OperationType,
    is_introspection_type,
    is_leaf_type,
    is_required_argument,
    is_specified_scalar_type,
)

from ...codegen.directives import (
    ENCRYPTED,
    GATEWAY,
    SECRET,
    TOKEN,
    USER_POOL,
    enums_of,
    named_type,
)
from ...codegen.schema_diff.sdl import Writer

_TO_CHECK = (
    "# To check: introspection tells nothing of"
    f" @{GATEWAY}, @{TOKEN}, @{USER_POOL}, @{ENCRYPTED}, @{SECRET}.\n\n"
)


@dataclass(frozen=True)
class FirstOperation:
    """An operation that the schema can answer, to begin with."""

    name: str
    document: str


def schema_sdl(schema: GraphQLSchema) -> str:
    """Write a schema in the style of ours; directives of its own do not travel."""
    writer = Writer((GATEWAY, TOKEN, USER_POOL, ENCRYPTED, SECRET))
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


def _is_theirs(type_: GraphQLNamedType) -> bool:
    return not (is_introspection_type(type_) or is_specified_scalar_type(type_))


def first_operation(schema: GraphQLSchema) -> FirstOperation | None:
    """The first query that needs no arguments, with all that it can be asked for."""
    root = schema.query_type
    for name, field in root.fields.items() if root else ():
        if any(is_required_argument(each) for each in field.args.values()):
            continue
        selection = _selection(field)
        if selection is not None:
            return FirstOperation(name, f"query {name} {{\n  {name}{selection}\n}}\n")
    return None


def _selection(field: GraphQLField) -> str | None:
    type_ = named_type(field)
    if is_leaf_type(cast(GraphQLType, type_)):
        return ""
    if not isinstance(type_, GraphQLObjectType):
        return None
    leaves = [name for name, each in type_.fields.items() if _is_leaf(each)]
    lines = "".join(f"    {name}\n" for name in leaves)
    return f" {{\n{lines}  }}" if leaves else None


def _is_leaf(field: GraphQLField) -> bool:
    arguments: Iterable[Any] = field.args.values()
    required = any(is_required_argument(each) for each in arguments)
    return is_leaf_type(cast(GraphQLType, named_type(field))) and not required
