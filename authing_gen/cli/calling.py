"""Calling what the command line says. Loads the client, which takes a while."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from operator import attrgetter
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from authing_client.base_model import UnsetType

from .arguments import kebab
from .client_source import Entry
from .failures import WrongUsage


def call(
    entry: Entry,
    client_class: Any,
    settings: Mapping[str, Any],
    user_token: str | None,
    given: Mapping[str, Any],
) -> Any:
    """Call a method of the client.

    Args:
        entry: What is called.
        client_class: The client that has its method.
        settings: Arguments of the client; those left out come from the environment.
        user_token: The UserToken to act with, if any.
        given: Arguments of the method, still to be converted to its types.

    Raises:
        WrongUsage: An argument does not have the type that the method wants.
        AuthingError: As the method raises it.
    """
    with client_class(**settings) as authing:
        client = authing if user_token is None else authing.as_user(user_token)
        method = attrgetter(entry.method)(client)
        arguments = converted(hints_of(method), given)
        try:
            return method(**arguments)
        except TypeError as error:
            if entry.sent.document:
                raise
            # The methods of the REST endpoints check their arguments themselves.
            raise WrongUsage(str(error)) from None


def hints_of(method: Callable[..., Any]) -> dict[str, Any]:
    """The types of a method's parameters, by name.

    Generated clients import most of them for type checkers only.
    """
    package = import_module(method.__module__.rpartition(".")[0])
    exported: Sequence[str] = getattr(package, "__all__", ())
    known = {name: getattr(package, name) for name in exported}
    local = {"Sequence": Sequence, **known}
    return get_type_hints(method, localns=local, include_extras=True)


def converted(hints: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Convert arguments to the types that a method wants.

    Raises:
        WrongUsage: One cannot be; its option is named, its value is not.
    """
    arguments: dict[str, Any] = {}
    for name, value in given.items():
        adapter: TypeAdapter[Any] = TypeAdapter(_without_unset(hints[name]))
        try:
            arguments[name] = adapter.validate_python(value)
        except ValidationError as error:
            problem = error.errors(include_input=False, include_url=False)[0]
            place = (name, *(str(part) for part in problem["loc"]))
            option = ".".join(kebab(part) for part in place)
            raise WrongUsage(f"--{option}: {problem['msg']}") from None
    return arguments


def _without_unset(hint: Any) -> Any:
    if get_origin(hint) not in (Union, UnionType):
        return hint
    members = [member for member in get_args(hint) if member is not UnsetType]
    return Union[tuple(members)]  # noqa: UP007 (made while the program runs)
