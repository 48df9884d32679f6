"""Which types a variable brings with it."""

from graphql import (
    GraphQLInputObjectType,
    GraphQLSchema,
    NamedTypeNode,
    TypeNode,
)

from .directives import named_type


def type_name(node: TypeNode) -> str:
    """Name of the type inside of lists and non-null."""
    while not isinstance(node, NamedTypeNode):
        inner = getattr(node, "type", None)
        assert isinstance(inner, TypeNode)
        node = inner
    return node.name.value


def inputs_below(name: str, schema: GraphQLSchema) -> set[str]:
    """An input type, and all types that can be given inside of it."""
    seen, rest = set[str](), [name]
    while rest:
        if (name := rest.pop()) not in seen:
            seen.add(name)
            type_ = schema.type_map.get(name)
            if isinstance(type_, GraphQLInputObjectType):
                rest += [named_type(slot).name for slot in type_.fields.values()]
    return seen
