"""Reads answers: the data, or the error that the service reports.

The service reports errors in many forms: GraphQL errors whose `message` is an object
with a code or plain text, JSON with a code at the top, HTTP statuses with HTML.
"""

import json
import re
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel as PydanticBaseModel
from pydantic import ValidationError
from pydantic_core import from_json

from authing_client.base_model import BaseModel

from .errors import (
    AuthingAPIError,
    AuthingError,
    AuthingResponseError,
    InvalidOperationError,
    error_class,
)
from .exchange import Answer
from .redaction import headers_without, redacted, without

ModelT = TypeVar("ModelT", bound=BaseModel)
Json = dict[str, Any]

LARGEST_CODE = 10**9
"""What is larger is no code, and Python may refuse to write it."""

_DIGITS = re.compile("[0-9]{1,9}")


def read(answer: Answer, model: type[ModelT], operation: str, sent: object) -> ModelT:
    """Read a GraphQL answer into the model of its data.

    Args:
        answer: The answer.
        model: Model of the data.
        operation: Name of the operation, for errors.
        sent: The variables and the token that were sent; a message that quotes one
            loses it, since it may be secret.

    Raises:
        AuthingAPIError: The service reports an error.
        AuthingResponseError: The answer is not what the schema promises.
    """
    found = None if answer.is_error or answer.fault else _at_once(answer, model)
    if found is not None:
        return found
    data = graphql_data(answer, operation, sent)
    return validated(model, data, operation, answer, sent)


class _Body(PydanticBaseModel, Generic[ModelT]):
    """A good answer, read in one step: that takes two thirds of the time of two."""

    data: ModelT
    errors: Any = None


def _at_once(answer: Answer, model: type[ModelT]) -> ModelT | None:
    try:
        body = _body_of(model).model_validate_json(answer.content)
    except ValidationError:
        return None
    return None if body.errors else cast(ModelT, body.data)


@lru_cache(maxsize=500)
def _body_of(model: type[BaseModel]) -> type[_Body[Any]]:
    return cast(type[_Body[Any]], cast(Any, _Body)[model])


def graphql_data(answer: Answer, operation: str, sent: object) -> object:
    """Read the data of a GraphQL answer.

    Args:
        answer: The answer.
        operation: Name of the operation, for errors.
        sent: The variables and the token that were sent; a message that quotes one
            loses it, since it may be secret.

    Raises:
        AuthingAPIError: The service reports an error.
        AuthingResponseError: The answer is not a GraphQL answer.
    """
    body = json_object(answer, operation, sent)
    if errors := body.get("errors"):
        raise _graphql_error(errors, body, answer, operation, sent)
    data = body.get("data")
    if answer.is_error or (data is None and _no_data(body)):
        raise refusal(body, answer, operation, sent)
    return data


def _no_data(body: Json) -> bool:
    return "data" not in body or _code(body.get("code")) is not None


def json_object(answer: Answer, operation: str, sent: object = ()) -> Json:
    """Read a body that must be a JSON object.

    Args:
        answer: The answer.
        operation: Name of the operation, for errors.
        sent: What was sent; headers of an error that quote it lose it.

    Raises:
        AuthingAPIError: It is something else, and the HTTP status says why.
        AuthingResponseError: It is something else.
    """
    body = None if answer.fault else _json(answer.content)
    if isinstance(body, dict):
        return cast(Json, body)
    message = f"HTTP {answer.status} with {answer.fault or _found(answer)}"
    if answer.is_error:
        raise _api_error(message, None, answer, operation, sent)
    headers = headers_without(answer.headers, sent)
    raise AuthingResponseError(message, operation, answer.status, headers=headers)


def _json(content: bytes | bytearray) -> object:
    try:
        return from_json(content)
    except ValueError:
        pass
    try:
        # It also reads other Unicode encodings, and half characters.
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _found(answer: Answer) -> str:
    if not answer.content:
        return "no body"
    kind = answer.header(b"content-type") or "without a content type"
    return f"a body that is not a JSON object ({kind})"


def refusal(body: Json, answer: Answer, operation: str, sent: object) -> AuthingError:
    """Make an error of a JSON body that is no answer."""
    message = body.get("message", body.get("error"))
    if isinstance(message, dict):
        body = cast(Json, message)
        message = body.get("message")
    if message is None and body.get("code") is None and not answer.is_error:
        return AuthingResponseError(
            "neither data nor errors in the answer",
            operation,
            answer.status,
            headers=headers_without(answer.headers, sent),
        )
    text = without(str(message or f"HTTP {answer.status}"), sent)
    data = redacted(body.get("data"), sent)
    return _api_error(text, _code(body.get("code")), answer, operation, sent, data)


def validated(
    model: type[ModelT],
    data: object,
    operation: str,
    answer: Answer,
    sent: object = (),
) -> ModelT:
    """Validate data into a model.

    Raises:
        AuthingResponseError: It does not have the schema's shape; names the field.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
    path = ".".join(str(part) for part in problem["loc"])
    # Here, since the original holds what the service sent, which may be secret.
    raise AuthingResponseError(
        f"the answer does not have the schema's shape at {path or 'its root'}:"
        f" {problem['msg']}",
        operation,
        path=path,
        headers=headers_without(answer.headers, sent),
    )


def _graphql_error(
    errors: Any, body: Json, answer: Answer, operation: str, sent: object
) -> AuthingAPIError:
    first = cast(list[object], errors)[0] if isinstance(errors, list) else errors
    message = cast(Json, first).get("message") if isinstance(first, dict) else first
    if isinstance(message, dict):
        found = cast(Json, message)
        text = without(str(found.get("message") or ""), sent)
        data = redacted(found.get("data"), sent)
        return _api_error(text, _code(found.get("code")), answer, operation, sent, data)
    text = without(str(message), sent)
    data = redacted(body.get("data"), sent)
    return _api_error(text, None, answer, operation, sent, data, InvalidOperationError)


def _api_error(
    text: str,
    code: int | None,
    answer: Answer,
    operation: str,
    sent: object,
    data: object = None,
    usual: type[AuthingAPIError] = AuthingAPIError,
) -> AuthingAPIError:
    """Make an error of the class that its code or its status says, or the usual one."""
    kind = error_class(code, answer.status)
    return (usual if kind is AuthingAPIError else kind)(
        text,
        code=code,
        operation=operation,
        data=data,
        status_code=answer.status,
        headers=headers_without(answer.headers, sent),
    )


def _code(value: object) -> int | None:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if abs(value) < LARGEST_CODE else None
