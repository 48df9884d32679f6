"""The GraphQL gateways: from a request's body to an answer in the service's form."""

import functools
import json
import logging
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    execute,  # pyright: ignore[reportUnknownVariableType]
    get_operation_ast,
    parse,
    validate,
)
from starlette.requests import Request as HTTPRequest
from starlette.responses import JSONResponse, Response

from .call import Origin, Server
from .errors import BusinessError, ErrorCode
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
        # Clients send the same few documents over and over.
        self._prepared = functools.lru_cache(maxsize=500)(self._prepare)

    async def post(self, http: HTTPRequest) -> Response:
        """Answer one POST."""
        try:
            body = _read(await http.body())
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
        document = parse(query)
        return validate(self._schema, document) or document

    async def _execute(
        self, http: HTTPRequest, body: _Body, document: DocumentNode
    ) -> ExecutionResult:
        """Run a document in one transaction; whatever fails in it undoes all of it."""
        operation = get_operation_ast(document, body.operation_name)
        is_query = operation is None or operation.operation is OperationType.QUERY
        async with self._server.database.unit(write=not is_query) as unit:
            outcome = execute(
                self._schema,
                document,
                context_value=Request(
                    self._server, unit, origin(http), self._name, bearer(http)
                ),
                variable_values=body.variables,
                operation_name=body.operation_name,
            )
            result = outcome if isinstance(outcome, ExecutionResult) else await outcome
            if result.errors:
                await unit.refuse()
        return result


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
    try:
        given = json.loads(body)
    except ValueError:
        raise ValueError("The body is not JSON.") from None
    if not isinstance(given, dict):
        raise ValueError("The body is not an object.")
    members = cast("dict[str, Any]", given)
    query, variables = members.get("query"), members.get("variables")
    name = members.get("operationName")
    if not isinstance(query, str):
        raise ValueError("The body has no query.")
    if not isinstance(name, str | None) or not isinstance(variables, dict | None):
        raise ValueError("operationName or variables is of the wrong type.")
    return _Body(query, name or None, cast("dict[str, Any] | None", variables))


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
        formatted["message"] = cause.form
    elif cause is not None and not isinstance(cause, GraphQLError):
        _log.error("%s failed", error.path, exc_info=cause)
        formatted["message"] = BusinessError(ErrorCode.BUSY).form
    return formatted
