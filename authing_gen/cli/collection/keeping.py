"""What the next requests need of an answer: tokens, and the ids of what was made."""

from collections.abc import Iterator
from typing import Any, cast

from graphql import (
    GraphQLField,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
)

from ...codegen.directives import SECRET, has_directive, named_type
from ...codegen.examples import example_of
from .model import Keeps
from .usual import variable

REST_KEEPS = Keeps({"accessToken": "access_token", "refreshToken": "refresh_token"})
"""What is kept of the token endpoint's answers."""

_MAKES = ("create", "register", "login", "Login")
"""How names of root fields begin that answer with something new, to go on with."""
_IDENTIFIERS = ("_id", "id")


def kept(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    tokens: tuple[str, ...],
) -> Keeps | None:
    """Say what is kept of an answer: secrets that `@example` names, and identifiers.

    Args:
        schema: The schema.
        operation: What is sent.
        tokens: The kinds of token that it takes: who has a UserToken needs none.
    """
    (node,) = operation.selection_set.selections[:1]
    if "USER" in tokens or (operation.operation is OperationType.QUERY and tokens):
        return None
    makes = cast(Any, node).name.value.startswith(_MAKES)
    found: dict[str, str] = {}
    for name, field in _selected(schema, operation, node):
        example = example_of(schema, field)
        known_as = example.name if example else None
        if has_directive(field, SECRET):
            if known_as:
                found[known_as] = name
        elif makes and (known_as or name in _IDENTIFIERS):
            found[known_as or variable(name)] = name
    return Keeps(found, _response_name(node)) if found else None


def _response_name(node: Any) -> str:
    name: str = (node.alias or node.name).value
    return name


def _selected(
    schema: GraphQLSchema, operation: OperationDefinitionNode, node: Any
) -> Iterator[tuple[str, GraphQLField]]:
    """The fields that are asked for below the root field, by their response names."""
    root = schema.get_root_type(operation.operation)
    assert root is not None
    fields: Any = getattr(named_type(root.fields[node.name.value]), "fields", {})
    for each in node.selection_set.selections if node.selection_set else ():
        if each.kind == "field" and each.name.value in fields:
            yield _response_name(each), fields[each.name.value]
