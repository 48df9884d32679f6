"""The description of endpoints, as OpenAPI has it."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from .endpoint import Endpoint

_PARTS: dict[str, JsonSchemaMode] = {
    "query": "validation",
    "body": "validation",
    "returns": "serialization",
}


def describe(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Describe the endpoints, as OpenAPI 3.1 has it, but for where they are."""
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
