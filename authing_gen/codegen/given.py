"""What variables are given: their types, and all types inside of those."""

from typing import Any, cast

import graphql
from graphql import (
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    VariableDefinitionNode,
)

from .directives import innermost, named_type


def variable_type(schema: GraphQLSchema, node: VariableDefinitionNode) -> object:
    """The type of a variable."""
    # graphql-core does not annotate what a wrapping type wraps.
    return cast(Any, graphql).type_from_ast(schema, node.type)


def types_within(*types: object) -> dict[str, GraphQLNamedType]:
    """Some types, and all that can be given inside of those, by their names."""
    found: dict[str, GraphQLNamedType] = {}
    rest = [innermost(type_) for type_ in types]
    while rest:
        type_ = rest.pop()
        if type_.name not in found:
            found[type_.name] = type_
            if isinstance(type_, GraphQLInputObjectType):
                rest += map(named_type, type_.fields.values())
    return found
