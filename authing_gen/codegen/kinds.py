"""Refuses inputs among outputs and outputs among inputs.

graphql-core refuses them too, but does not say where they are.
"""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    NamedTypeNode,
    Node,
    ObjectTypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
)

from .errors import CodegenError

_OUTPUTS = (
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    UnionTypeDefinitionNode,
)


def check_kinds(document: DocumentNode) -> None:
    """Check the types of all fields and arguments of a schema.

    Raises:
        CodegenError: Names the first type that cannot stand where it does.
    """
    outputs = _names(document, _OUTPUTS)
    inputs = _names(document, (InputObjectTypeDefinitionNode,))
    for node in _typed(document):
        type_ = innermost_node(node.type)
        name = type_.name.value
        if isinstance(node, FieldDefinitionNode) and name in inputs:
            raise CodegenError(f"{name!r} is an input: no field can have it", type_)
        if isinstance(node, InputValueDefinitionNode) and name in outputs:
            raise CodegenError(
                f"{name!r} is no input: no argument or input field can have it", type_
            )


def _names(document: DocumentNode, kinds: tuple[type[Node], ...]) -> set[str]:
    return {
        node.name.value
        for node in document.definitions
        if isinstance(node, (*_OUTPUTS, InputObjectTypeDefinitionNode))
        and isinstance(node, kinds)
    }


def _typed(
    document: DocumentNode,
) -> Iterator[FieldDefinitionNode | InputValueDefinitionNode]:
    for definition in document.definitions:
        for node in getattr(definition, "fields", ()):
            yield node
            yield from getattr(node, "arguments", ())
        # Those of a directive.
        yield from getattr(definition, "arguments", ())


def innermost_node(node: TypeNode) -> NamedTypeNode:
    """The name of a type inside of lists and non-null."""
    while not isinstance(node, NamedTypeNode):
        inner = getattr(node, "type", None)
        assert isinstance(inner, TypeNode)
        node = inner
    return node
