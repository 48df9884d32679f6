"""Makes arguments into what is sent: fills in the user pool, encrypts passwords."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from authing_client.operation import Operation
from authing_client.wire import Unsendable, json_variables

from .errors import UnsendableArgumentError


def prepare(
    operation: Operation,
    arguments: Mapping[str, object],
    user_pool_id: str,
    encrypt: Callable[[str], str],
) -> dict[str, Any]:
    """Turn the arguments of an operation into its variables, as its record says.

    Raises:
        PasswordTooLongError: The key cannot carry a value that is to be encrypted.
        UnsendableArgumentError: One is no JSON, or no text where text is encrypted.
    """
    variables = _jsonable(arguments)
    if operation.user_pool is not None:
        _change(
            variables,
            operation.user_pool.split("."),
            lambda given: given or user_pool_id,
        )
    for path in operation.encrypted:
        _change(variables, path.split("."), partial(_encrypted, encrypt))
    return variables


def _encrypted(encrypt: Callable[[str], str], given: Any) -> Any:
    if isinstance(given, list):
        return [_encrypted(encrypt, item) for item in cast(list[object], given)]
    if given is None:
        return None
    if not isinstance(given, str):
        raise UnsendableArgumentError("An argument that is encrypted is not text")
    return encrypt(given)


def _jsonable(arguments: Mapping[str, object]) -> dict[str, Any]:
    for name, value in arguments.items():
        if isinstance(value, Unsendable):
            raise UnsendableArgumentError(f"{name}: {value.reason}")
    try:
        return json_variables(arguments)
    except (ValueError, TypeError, RecursionError):
        pass
    # Here, because the errors of others may quote the argument.
    raise UnsendableArgumentError("An argument cannot be written as JSON")


def _change(node: Any, path: list[str], change: Callable[[Any], Any]) -> None:
    """Change the value at a path, in every element of the lists on the way."""
    if isinstance(node, list):
        for item in cast(list[object], node):
            _change(item, path, change)
    elif isinstance(node, dict):
        fields = cast(dict[str, Any], node)
        name, *rest = path
        if rest:
            _change(fields.get(name), rest, change)
        elif (value := change(fields.get(name))) is not None:
            fields[name] = value
