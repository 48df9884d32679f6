"""The body of a request, and what an answer holds."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel as PydanticBaseModel
from pydantic_core import to_jsonable_python

from .base_model import UnsetType
from .operation import Operation


def to_json(value: object) -> Any:
    """Turn an argument into JSON: models by schema names, without unset fields."""
    if isinstance(value, PydanticBaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if isinstance(value, Mapping):
        return json_variables(cast(Mapping[str, object], value))
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [to_json(item) for item in cast(Sequence[object], value)]
    return to_jsonable_python(value)


def json_variables(variables: Mapping[str, object]) -> dict[str, Any]:
    """Turn arguments into GraphQL variables; what is `UNSET` is left out."""
    return {
        name: to_json(value)
        for name, value in variables.items()
        if not isinstance(value, UnsetType)
    }


def request_body(operation: Operation, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Build the JSON body of a GraphQL request from variables that are JSON already."""
    return {
        "query": operation.document,
        "operationName": operation.name,
        "variables": dict(variables),
    }
