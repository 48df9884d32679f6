"""Endpoints that say what they take and answer: checked by it, described by it."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.json_schema import JsonSchemaMode
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_PARTS: dict[str, JsonSchemaMode] = {
    "query": "validation",
    "body": "validation",
    "returns": "serialization",
}


class RefusedError(Exception):
    """A request that makes sense but cannot be answered."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@dataclass(frozen=True)
class Endpoint:
    """One method of one path; `None` for what it does not have.

    What answers it is called with the parameters of the path and, where the endpoint
    has them, with `query` and `body`.
    """

    method: str
    path: str
    answer: Callable[..., Awaitable[Any]]
    query: Any = None
    body: Any = None
    returns: Any = None
    media_type: str = "application/json"

    async def respond(self, request: Request) -> Response:
        """Answer a request."""
        given: dict[str, Any] = {**request.path_params}
        try:
            if self.query is not None:
                query = TypeAdapter(self.query)
                given["query"] = query.validate_python(dict(request.query_params))
            if self.body is not None:
                body = TypeAdapter(self.body)
                given["body"] = body.validate_json(await request.body())
            answer = await self.answer(**given)
        except ValidationError as error:
            detail = error.errors(
                include_url=False, include_context=False, include_input=False
            )
            return JSONResponse({"detail": detail}, 422)
        except RefusedError as error:
            return JSONResponse({"detail": str(error)}, error.status)
        if self.returns is None:
            return Response(status_code=204)
        if self.returns is not str:
            answer = TypeAdapter(self.returns).dump_json(answer)
        return Response(answer, media_type=self.media_type)


def describe(endpoints: Sequence[Endpoint], server_url: str) -> dict[str, Any]:
    """Describe the endpoints, as OpenAPI 3.1 has it."""
    inputs: list[tuple[tuple[int, str], JsonSchemaMode, TypeAdapter[Any]]] = [
        ((number, part), mode, TypeAdapter(getattr(endpoint, part)))
        for number, endpoint in enumerate(endpoints)
        for part, mode in _PARTS.items()
        if getattr(endpoint, part) is not None
    ]
    schemas, shared = TypeAdapter[Any].json_schemas(
        inputs, ref_template="#/components/schemas/{model}"
    )
    models = shared.get("$defs", {})
    paths: dict[str, dict[str, Any]] = {}
    for number, endpoint in enumerate(endpoints):
        parts = {
            part: schemas.get(((number, part), mode)) for part, mode in _PARTS.items()
        }
        methods = paths.setdefault(endpoint.path, {})
        methods[endpoint.method.lower()] = _operation(endpoint, models, **parts)
    return {
        "openapi": "3.1.0",
        "info": {"title": "authing-sandbox: control", "version": "1"},
        "servers": [{"url": server_url}],
        "paths": paths,
        "components": {"schemas": models},
    }


def _operation(
    endpoint: Endpoint,
    models: dict[str, Any],
    query: dict[str, Any] | None,
    body: dict[str, Any] | None,
    returns: dict[str, Any] | None,
) -> dict[str, Any]:
    summary, _, description = (endpoint.answer.__doc__ or "").partition("\n\n")
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", endpoint.path)
    ]
    if query is not None:
        properties = models[query["$ref"].rpartition("/")[2]]["properties"]
        parameters += [
            {"name": name, "in": "query", "schema": schema}
            for name, schema in properties.items()
        ]
    operation: dict[str, Any] = {
        "operationId": endpoint.answer.__name__.lstrip("_"),
        "summary": " ".join(summary.split()),
        "description": " ".join(description.split()),
        "parameters": parameters,
        "responses": {
            "204": {"description": "Done."},
        }
        if returns is None
        else {
            "200": {
                "description": "Done.",
                "content": {endpoint.media_type: {"schema": returns}},
            }
        },
    }
    if query is not None or body is not None:
        operation["responses"]["422"] = {"description": "Not of the stated form."}
    if body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": body}},
        }
    return operation
