"""The body of a request, and what an answer holds."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, TypeAlias, cast

from pydantic import BaseModel as PydanticBaseModel
from pydantic_core import to_json, to_jsonable_python

from .base_model import UNSET, keeping_secrets
from .operation import Operation


class Unsendable:
    """In the place of an argument that cannot be sent; `reason` says why not."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


Conversion: TypeAlias = Callable[[object], object]


def deferred(convert: Conversion) -> Conversion:
    """Let a conversion fail where the call does, with all that is said of that.

    Args:
        convert: Makes what is sent of what is given, of each item of a list, or raises
            a `ValueError`.
    """

    @wraps(convert)
    def converted(value: object) -> object:
        try:
            if isinstance(value, list):
                return [convert(each) for each in cast(list[object], value)]
            return convert(value)
        except ValueError as error:
            return Unsendable(str(error))

    return converted


def jsonable(value: object) -> Any:
    """Turn an argument into JSON: models by schema names, without unset fields."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, Unsendable):
        raise ValueError(value.reason)
    if isinstance(value, PydanticBaseModel):
        with keeping_secrets():
            # A warning would quote a value that is of another type than its field's.
            return value.model_dump(
                mode="json", by_alias=True, exclude_unset=True, warnings=False
            )
    if isinstance(value, Mapping):
        return json_variables(cast(Mapping[str, object], value))
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [jsonable(item) for item in cast(Sequence[object], value)]
    with keeping_secrets():
        return to_jsonable_python(value)


def json_variables(variables: Mapping[str, object]) -> dict[str, Any]:
    """Turn arguments into GraphQL variables; what is `UNSET` is left out."""
    return {
        name: jsonable(value) for name, value in variables.items() if value is not UNSET
    }


def request_body(operation: Operation, variables: Mapping[str, Any]) -> bytes:
    """Build the body of a GraphQL request from variables that are JSON already.

    Raises:
        ValueError: A text holds half a character.
    """
    return b"%b%b}" % (operation.head, to_json(variables))
