"""Guesses by the names of arguments, for what has no `@example`.

They are names that arguments have in any schema; what is special to one stands there.
"""

from collections.abc import Iterator, Sequence, Set
from typing import Any

from ..examples import examples

FOLDER_OF_REST = "REST"
"""The folder of the endpoints that are no operations."""
POOL = "userPoolId"
OWNER_TOKEN = "ownerToken"  # noqa: S105 (the name of a variable, as the next one)
USER_TOKEN = "userToken"  # noqa: S105

_USUAL = {"password", "page", "count", "id"}
"""Optional arguments that make an operation ready to run."""
_WHO = ("email", "phone", "username")
"""One of them says who is meant, where none is required."""
_OF_REST = {
    "access_token": "accessToken",
    "client_id": "oidcAppId",
    "client_secret": "oidcAppSecret",
    "refresh_token": "refreshToken",
}
"""What arguments of the REST endpoints, which no schema describes, hold."""


def wanted(names: Set[str], required: Set[str]) -> Iterator[str]:
    """Names of what is filled in: what is required, and what is usual."""
    yield from required
    yield from _USUAL & names
    if not required & {*_WHO}:
        yield from [name for name in _WHO if name in names][:1]


def usual_value(argument: str) -> Any:
    """The value that an argument mostly has, or None."""
    return examples()["values"].get(argument)


def variable(argument: str) -> str:
    """Name of the tool's variable that holds an argument."""
    return "id" if argument == "_id" else argument


def variable_of_rest(argument: str) -> str:
    """Name of the tool's variable that holds an argument of a REST endpoint."""
    return _OF_REST.get(argument, argument)


def ordered(folders: Set[str]) -> list[str]:
    """Folders in the order in which people need them."""
    first: Sequence[str] = examples()["folders"]["first"]
    rest = sorted(folders - {*first, FOLDER_OF_REST})
    return [*(name for name in first if name in folders), *rest, FOLDER_OF_REST]


def starting_values() -> dict[str, str]:
    """What variables hold at first, unless the schema says otherwise."""
    return {**examples()["person"]}
