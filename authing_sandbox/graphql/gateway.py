"""The GraphQL gateways: from a request's body to an answer in the service's form."""

import functools
import logging
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    TypeNode,
    execute,  # pyright: ignore[reportUnknownVariableType]
    get_operation_ast,
    validate,
)
from starlette.requests import Request as HTTPRequest
from starlette.responses import JSONResponse, Response

from ..calls.call import Origin, Server
from ..calls.errors import BusinessError, ErrorCode
from ..calls.limits import read_body, read_document, read_json
from ..calls.request_log import note
from ..storage.database import Unit, begins_again
from . import contract
from .execution import OneByOne
from .request import Request

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Body:
    """The body of a GraphQL request."""

    query: str
    operation_name: str | None
    variables: dict[str, Any] | None


class Gateway:
    """One GraphQL endpoint."""

    def __init__(self, name: str, schema: GraphQLSchema, server: Server) -> None:
        self._name = name
        self._server = server
        self._schema = schema
        self._offered = contract.offered(schema, name)
        # Clients send the same few documents over and over.
        self._prepared = functools.lru_cache(maxsize=500)(self._prepare)

    async def post(self, http: HTTPRequest) -> Response:
        """Answer one POST."""
        try:
            body = _read(await read_body(http))
            document = self._prepared(body.query)
        except GraphQLError as error:
            return _answer(ExecutionResult(None, [error]))
        except ValueError as error:
            return _answer(ExecutionResult(None, [GraphQLError(str(error))]))
        if isinstance(document, list):
            return _answer(ExecutionResult(None, document))
        try:
            return _answer(await self._execute(http, body, document))
        except Exception as error:
            failure = GraphQLError(ErrorCode.BUSY.message, original_error=error)
            return _answer(ExecutionResult(None, [failure]))

    def _prepare(self, query: str) -> DocumentNode | list[GraphQLError]:
        document = read_document(query)
        errors = validate(self._schema, document)
        # Without their causes, which would look like faults of the server's.
        return [GraphQLError(e.message, e.nodes) for e in errors] or document

    async def _execute(
        self, http: HTTPRequest, body: _Body, document: DocumentNode
    ) -> ExecutionResult:
        """Run a document in one transaction; whatever fails in it undoes all of it."""
        operation = get_operation_ast(document, body.operation_name)
        is_query = operation is None or operation.operation is OperationType.QUERY

        note(operation=_fields(operation))

        async def answer(unit: Unit) -> ExecutionResult:
            outcome = execute(
                self._offered if _is_introspection(operation) else self._schema,
                document,
                context_value=Request(
                    self._server, unit, origin(http), self._name, bearer(http)
                ),
                variable_values=body.variables and _as_texts(operation, body.variables),
                operation_name=body.operation_name,
                execution_context_class=OneByOne,
            )
            result = outcome if isinstance(outcome, ExecutionResult) else await outcome
            for error in result.errors or ():
                if error.original_error and begins_again(error.original_error):
                    raise error.original_error
            if result.errors:
                await unit.refuse()
            return result

        return await self._server.database.run(answer, write=not is_query)


def _fields(operation: OperationDefinitionNode | None) -> str:
    chosen = operation.selection_set.selections if operation else ()
    return " ".join(node.name.value for node in chosen if isinstance(node, FieldNode))


def origin(http: HTTPRequest) -> Origin:
    """Where a request came from."""
    return Origin(
        ip=http.client.host if http.client else None,
        browser=http.headers.get("user-agent"),
        base_url=str(http.base_url).rstrip("/"),
    )


def bearer(http: HTTPRequest) -> str | None:
    """The token of a request, with the word `Bearer` before it or without."""
    header = http.headers.get("authorization", "").strip()
    scheme, _, token = header.partition(" ")
    return (token.strip() if scheme.lower() == "bearer" else header) or None


def _read(body: bytes) -> _Body:
    members = read_json(body)
    query, variables = members.get("query"), members.get("variables")
    name = members.get("operationName")
    if not isinstance(query, str):
        raise ValueError("The body has no query.")
    if not isinstance(name, str | None) or not isinstance(variables, dict | None):
        raise ValueError("operationName or variables is of the wrong type.")
    return _Body(query, name or None, cast("dict[str, Any] | None", variables))


def _is_introspection(operation: OperationDefinitionNode | None) -> bool:
    """Say whether an operation asks about the schema alone."""
    return operation is not None and all(
        isinstance(node, FieldNode) and node.name.value.startswith("__")
        for node in operation.selection_set.selections
    )


def _as_texts(
    operation: OperationDefinitionNode | None, variables: dict[str, Any]
) -> dict[str, Any]:
    """Take numbers where text is declared, as GraphQL's servers once did.

    The vendor's Python SDK signs a user out with the number 0 as a String.
    """
    declared = operation.variable_definitions if operation else ()
    return variables | {
        name: str(value)
        for name, kind in ((one.variable.name.value, one.type) for one in declared)
        if type(value := variables.get(name)) is int and _is_text(kind)
    }


def _is_text(kind: TypeNode) -> bool:
    if isinstance(kind, NonNullTypeNode):
        kind = kind.type
    return isinstance(kind, NamedTypeNode) and kind.name.value == "String"


def _answer(result: ExecutionResult) -> JSONResponse:
    if not result.errors:
        return JSONResponse({"data": result.data})
    errors = [_form(error) for error in result.errors]
    understood = all(isinstance(error["message"], dict) for error in errors)
    return JSONResponse(
        {"data": None, "errors": errors}, status_code=200 if understood else 400
    )


def _form(error: GraphQLError) -> dict[str, Any]:
    """An error as the service words it: of business errors the message is an object."""
    cause = error.original_error
    formatted: dict[str, Any] = {**error.formatted}
    if isinstance(cause, BusinessError):
        note(error=cause.error.code)
        formatted["message"] = cause.form
    elif cause is not None and not isinstance(cause, GraphQLError):
        _log.error("%s failed", error.path, exc_info=cause)
        note(error=ErrorCode.BUSY.code)
        formatted["message"] = BusinessError(ErrorCode.BUSY).form
    return formatted
