"""Documents of the caller's own: how each is to be sent, read off the schema.

The generator does the same for the documented operations, once and for all; here it is
done when a document is first seen. Needs the extra `documents`.
"""

from functools import lru_cache
from pathlib import Path

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Source,
    build_schema,
    parse,
    validate,
)

from authing_client.enums import TokenKind
from authing_client.operation import Operation

from .codegen.errors import CodegenError
from .codegen.flatten import flatten
from .codegen.table import build_record
from .errors import DocumentError


@lru_cache(maxsize=500)
def read_operation(document: str, schema_file: Path) -> Operation:
    """Say how a document is sent, as a schema has it.

    Raises:
        DocumentError: It has wrong syntax, does not fit the schema, is not exactly one
            operation with a name, or cannot be sent.
    """
    schema = _schema(schema_file)
    try:
        parsed = parse(Source(document, "document"))
        operation = _only_operation(parsed)
        if errors := validate(schema, parsed):
            raise CodegenError.from_graphql(errors)
        record = build_record(flatten(operation, schema, _fragments(parsed)), schema)
    except GraphQLError as error:
        raise DocumentError(str(CodegenError.from_graphql([error]))) from None
    except CodegenError as error:
        raise DocumentError(str(error)) from None
    is_query = record.flat.source.operation is OperationType.QUERY
    return Operation(
        name=record.name,
        kind="query" if is_query else "mutation",
        document=record.flat.document,
        gateway=record.policy.gateway,
        tokens=tuple(TokenKind(name) for name in record.policy.tokens),
        encrypted=record.encrypted,
        user_pool=record.user_pool,
    )


def _only_operation(document: DocumentNode) -> OperationDefinitionNode:
    operations = [
        node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    if len(operations) != 1 or operations[0].name is None:
        raise CodegenError("write exactly one operation, and give it a name")
    if operations[0].operation is OperationType.SUBSCRIPTION:
        raise CodegenError("subscriptions cannot be sent")
    return operations[0]


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


@lru_cache(maxsize=8)
def _schema(file: Path) -> GraphQLSchema:
    # The generator has validated it.
    return build_schema(file.read_text(encoding="utf-8"), assume_valid=True)
