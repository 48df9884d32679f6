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
from .model import Keeps
from .usual import OWNER_TOKEN, USER_TOKEN, identifier

OWNERS = "getClientWhenSdkInit"
"""The operation that answers with the OwnerToken."""
REST_KEEPS = Keeps({"accessToken": "access_token", "refreshToken": "refresh_token"})
"""What is kept of the token endpoint's answers."""

_SECRETS = {"token": USER_TOKEN, "refresh_token": "refreshToken"}
_MAKES = ("create", "register", "login", "Login")


def kept(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    tokens: tuple[str, ...],
    folder: str,
) -> Keeps | None:
    """Say what is kept of an answer.

    Args:
        schema: The schema.
        operation: What is sent.
        tokens: The kinds of token that it takes: who has a UserToken needs none.
        folder: Where it stands among the others.
    """
    (node,) = operation.selection_set.selections[:1]
    name, selected = _response_name(node), dict(_selected(schema, operation, node))
    found: dict[str, str] = {}
    if cast(Any, node).name.value == OWNERS and "accessToken" in selected:
        found[OWNER_TOKEN] = "accessToken"
    elif operation.operation is OperationType.MUTATION and "USER" not in tokens:
        for field, variable in _SECRETS.items():
            if field in selected and has_directive(selected[field], SECRET):
                found[variable] = field
        if "_id" in selected and cast(Any, node).name.value.startswith(_MAKES):
            found[_about(folder)] = "_id"
    return Keeps(found, name) if found else None


def _about(folder: str) -> str:
    return "userId" if folder == "authentication" else identifier(folder)


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
