"""What a request may ask for: enough for a client, too little to occupy the server."""

import json
from collections.abc import Mapping
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
)
from starlette.requests import Request as HTTPRequest

MAX_BODY = 1 << 20
MAX_TOKENS = 10_000
MAX_DEPTH = 30
MAX_FIELDS = 1_000  # validation compares those of one name with each other


async def read_body(http: HTTPRequest) -> bytes:
    """Read a request's body; a ValueError where it is too large."""
    body = bytearray()
    async for chunk in http.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise ValueError(f"The body is larger than {MAX_BODY} bytes.")
    return bytes(body)


def read_json(body: bytes) -> dict[str, Any]:
    """Read a JSON object; a ValueError where there is none."""
    try:
        given = json.loads(body)
        if b"\\u" in body:
            # Half a surrogate pair can be escaped, but neither stored nor answered.
            json.dumps(given, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("The body is nested too deeply.") from None
    except ValueError:
        raise ValueError("The body is not JSON.") from None
    if not isinstance(given, dict):
        raise ValueError("The body is not an object.")
    return cast("dict[str, Any]", given)


def read_document(query: str) -> DocumentNode:
    """Parse a document; a GraphQLError where it is none, or asks for too much."""
    try:
        document = parse(query, max_tokens=MAX_TOKENS)
    except RecursionError:
        raise GraphQLError("The document is nested too deeply.") from None
    fragments = {
        node.name.value: node.selection_set
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode):
            _Measure(fragments).add(node.selection_set, 1)
    return document


class _Measure:
    """Counts the fields of an operation as if its fragments were written out."""

    def __init__(self, fragments: Mapping[str, SelectionSetNode]) -> None:
        self._fragments = fragments
        self._fields = 0

    def add(self, selections: SelectionSetNode | None, depth: int) -> None:
        if selections is None:
            return
        if depth > MAX_DEPTH:
            raise GraphQLError(f"The document is deeper than {MAX_DEPTH} levels.")
        for node in selections.selections:
            self._fields += isinstance(node, FieldNode)
            if self._fields > MAX_FIELDS:
                raise GraphQLError(f"More than {MAX_FIELDS} fields are asked for.")
            self.add(self._below(node), depth + 1)

    def _below(self, node: SelectionNode) -> SelectionSetNode | None:
        if isinstance(node, FragmentSpreadNode):
            return self._fragments.get(node.name.value)
        below: SelectionSetNode | None = getattr(node, "selection_set", None)
        return below
