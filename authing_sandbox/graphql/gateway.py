"""The GraphQL gateways: from a request's body to an answer in the service's form."""

import logging
from collections.abc import Iterator
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TypeNode,
    execute,  # pyright: ignore[reportUnknownVariableType]
    get_operation_ast,
)
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HTTPRequest
from starlette.responses import JSONResponse, Response

from ..calls.bodies import JSON, is_of_type
from ..calls.call import Origin, Server
from ..calls.errors import BusinessError, ErrorCode
from ..calls.request_log import note
from ..calls.waiting import CLIENT_LEFT, Wait
from ..storage.database import Unit, begins_again
from . import contract
from .body import Body, read_request
from .documents import Documents, RefusedDocument
from .execution import OneByOne
from .request import Request

_log = logging.getLogger(__name__)
_TYPES = (JSON, "application/graphql+json", "application/graphql-response+json")


class Gateway:
    """One GraphQL endpoint."""

    def __init__(
        self, name: str, schema: GraphQLSchema, documents: Documents, server: Server
    ) -> None:
        self._name = name
        self._server = server
        self._schema = schema
        self._documents = documents
        self._offered = contract.offered(schema, name)

    async def post(self, http: HTTPRequest) -> Response:
        """Answer one POST."""
        content_type = http.headers.get("content-type")
        if content_type is None or not is_of_type(content_type, *_TYPES):
            text = f"The body has to say that it is {JSON}."
            return _answer(_refusal(text), 400 if content_type is None else 415)
        try:
            body = read_request(await http.body())
            document = self._documents.prepare(body.query)
        except RefusedDocument as refused:
            return _answer(ExecutionResult(None, refused.errors))
        except ValueError as error:
            return _answer(_refusal(str(error)))
        operation = get_operation_ast(document, body.operation_name)
        fields = [*_fields(document, operation.selection_set if operation else None)]
        note(operation=" ".join(fields))

        async def answer() -> Response:
            return _answer(await self._execute(http, body, document, operation))

        names, server = [*fields, http.scope["path"]], self._server
        try:
            return await server.faults.meet(names, answer, server.stopping)
        except ClientDisconnect:
            return Response(status_code=CLIENT_LEFT)
        except RefusedDocument as refused:
            return _answer(ExecutionResult(None, refused.errors))
        except Exception as error:
            failure = GraphQLError(ErrorCode.BUSY.message, original_error=error)
            return _answer(ExecutionResult(None, [failure]))

    async def _execute(
        self,
        http: HTTPRequest,
        body: Body,
        document: DocumentNode,
        operation: OperationDefinitionNode | None,
    ) -> ExecutionResult:
        """Run a document in one transaction; whatever fails in it undoes all of it."""
        is_query = operation is None or operation.operation is OperationType.QUERY

        wait = Wait(http)

        async def answer(unit: Unit) -> ExecutionResult:
            await wait.end()
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
                cause = error.original_error
                if isinstance(cause, RefusedDocument) or (
                    cause is not None and begins_again(cause)
                ):
                    raise cause
            if result.errors:
                await unit.refuse()
            return result

        return await self._server.database.run(answer, write=not is_query)


def _fields(document: DocumentNode, chosen: SelectionSetNode | None) -> Iterator[str]:
    """The names of the root fields that are chosen, those of fragments too."""
    for node in chosen.selections if chosen else ():
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(document, node.selection_set)
        elif isinstance(node, FragmentSpreadNode):
            for each in document.definitions:
                if isinstance(each, FragmentDefinitionNode) and (
                    each.name.value == node.name.value
                ):
                    yield from _fields(document, each.selection_set)


def origin(http: HTTPRequest) -> Origin:
    """Where a request came from."""
    return Origin(
        ip=http.client.host if http.client else None,
        browser=http.headers.get("user-agent"),
        request=http,
    )


def bearer(http: HTTPRequest) -> str | None:
    """The token of a request, with the word `Bearer` before it or without."""
    header = http.headers.get("authorization", "").strip()
    scheme, _, token = header.partition(" ")
    return (token.strip() if scheme.lower() == "bearer" else header) or None


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


def _refusal(text: str) -> ExecutionResult:
    return ExecutionResult(None, [GraphQLError(text)])


def _answer(result: ExecutionResult, status: int = 400) -> JSONResponse:
    """The answer, with a status where the request was not even understood."""
    if not result.errors:
        return JSONResponse({"data": result.data})
    errors = [_form(error) for error in result.errors]
    understood = all(isinstance(error["message"], dict) for error in errors)
    return JSONResponse(
        {"data": None, "errors": errors}, status_code=200 if understood else status
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
