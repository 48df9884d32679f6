"""Reads answers: the data, or the error that the service reports.

The service reports errors in many forms: GraphQL errors whose `message` is an object
with a code or plain text, JSON with a code at the top, HTTP statuses with HTML.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

import httpx
from pydantic import BaseModel as PydanticBaseModel
from pydantic import ValidationError

from authing_client.base_model import BaseModel

from .errors import (
    AuthingAPIError,
    AuthingError,
    AuthingResponseError,
    InvalidOperationError,
    error_class,
)

ModelT = TypeVar("ModelT", bound=BaseModel)
Json = dict[str, Any]

SHORTEST_SECRET = 4
"""Values that are shorter are too common to be hidden in a message."""


def graphql_data(response: httpx.Response, operation: str, sent: object) -> object:
    """Read the data of a GraphQL answer.

    Args:
        response: The answer.
        operation: Name of the operation, for errors.
        sent: The variables and the token that were sent; a message that quotes one
            loses it, since it may be secret.

    Raises:
        AuthingAPIError: The service reports an error.
        AuthingResponseError: The answer is not a GraphQL answer.
    """
    body = json_object(response, operation)
    if errors := body.get("errors"):
        raise _graphql_error(errors, body, response, operation, sent)
    refused = body.get("data") is None and _code(body.get("code")) is not None
    if response.is_error or "data" not in body or refused:
        raise refusal(body, response, operation, sent)
    return body["data"]


def json_object(response: httpx.Response, operation: str) -> Json:
    """Read a body that must be a JSON object.

    Raises:
        AuthingResponseError: It is something else.
    """
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        return cast(Json, body)
    kind = response.headers.get("content-type", "without a content type")
    found = (
        f"a body that is not a JSON object ({kind})" if response.content else "no body"
    )
    raise AuthingResponseError(
        f"HTTP {response.status_code} with {found}",
        operation,
        status_code=response.status_code,
    )


def refusal(
    body: Json, response: httpx.Response, operation: str, sent: object
) -> AuthingError:
    """Make an error of a JSON body that is no answer."""
    message = body.get("message", body.get("error"))
    if isinstance(message, dict):
        body = cast(Json, message)
        message = body.get("message")
    if message is None and body.get("code") is None and response.is_success:
        return AuthingResponseError(
            "neither data nor errors in the answer", operation, response.status_code
        )
    code = _code(body.get("code"))
    text = without(str(message or f"HTTP {response.status_code}"), sent)
    return error_class(code, response.status_code)(
        text,
        code=code,
        operation=operation,
        data=body.get("data"),
        status_code=response.status_code,
    )


def validated(model: type[ModelT], data: object, operation: str) -> ModelT:
    """Validate data into a model.

    Raises:
        AuthingResponseError: It does not have the schema's shape; names the field.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        path = ".".join(str(part) for part in problem["loc"])
        # The original holds what the service sent, which may be secret.
        raise AuthingResponseError(
            f"the answer does not have the schema's shape at {path or 'its root'}:"
            f" {problem['msg']}",
            operation,
            path=path,
        ) from None


def _graphql_error(
    errors: Any,
    body: Json,
    response: httpx.Response,
    operation: str,
    sent: object,
) -> AuthingAPIError:
    first = cast(list[object], errors)[0] if isinstance(errors, list) else errors
    message = cast(Json, first).get("message") if isinstance(first, dict) else first
    if isinstance(message, dict):
        found = cast(Json, message)
        code = _code(found.get("code"))
        return error_class(code, response.status_code)(
            without(str(found.get("message") or ""), sent),
            code=code,
            operation=operation,
            data=found.get("data"),
            status_code=response.status_code,
        )
    kind = error_class(None, response.status_code)
    if kind is AuthingAPIError:
        kind = InvalidOperationError
    return kind(
        without(str(message), sent),
        code=None,
        operation=operation,
        data=body.get("data"),
        status_code=response.status_code,
    )


def _code(value: object) -> int | None:
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) else None


def without(message: str, sent: object) -> str:
    """Hide in a message what it quotes of what was sent."""
    forms = {
        form
        for value in _texts(sent)
        if len(value) >= SHORTEST_SECRET
        # Servers quote a value as it is, as JSON, or as their language writes it.
        for form in (
            value,
            json.dumps(value)[1:-1],
            json.dumps(value, ensure_ascii=False)[1:-1],
            repr(value)[1:-1],
        )
    }
    for form in sorted(forms, key=len, reverse=True):
        message = message.replace(form, "…")
    return message


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, PydanticBaseModel):
        yield from _texts(value.model_dump(mode="json"))
    elif isinstance(value, Mapping):
        for item in cast(Mapping[str, Any], value).values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in cast(Sequence[object], value):
            yield from _texts(item)
    elif isinstance(value, (str, int)) and not isinstance(value, bool):
        yield str(value)
