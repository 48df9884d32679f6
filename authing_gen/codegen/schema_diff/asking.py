"""Asks a gateway for its schema: for as much of it as the gateway knows to tell.

Introspection has grown over the years. What a server does not know, it refuses, and
with it the whole query; some do by an HTTP status. So it is asked for everything first,
then for what it says it knows, and at last in the plainest form.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx
from graphql import get_introspection_query

from ..errors import CodegenError

_Needed = tuple[tuple[str, str, str | None], ...]
_FEATURES: dict[str, _Needed] = {
    "input_value_deprecation": (
        ("ofInputs", "deprecationReason", None),
        ("ofTypes", "inputFields", "includeDeprecated"),
        ("ofFields", "args", "includeDeprecated"),
        ("ofDirectives", "args", "includeDeprecated"),
    ),
    "specified_by_url": (("ofTypes", "specifiedByURL", None),),
    "input_object_one_of": (("ofTypes", "isOneOf", None),),
    "directive_is_repeatable": (("ofDirectives", "isRepeatable", None),),
}
"""What not every server knows, by the options of graphql-core, and what each needs: the
fields of introspection, by the keys of `_KNOWN`, and arguments of them."""

_KNOWN = """
query KnownToIntrospection {
  ofTypes: __type(name: "__Type") { ...Known }
  ofFields: __type(name: "__Field") { ...Known }
  ofInputs: __type(name: "__InputValue") { ...Known }
  ofDirectives: __type(name: "__Directive") { ...Known }
}

fragment Known on __Type { fields { name args { name } } }
"""


@dataclass(frozen=True)
class _Answer:
    status: int
    value: object
    """The JSON; nothing where it is none."""

    @property
    def has_schema(self) -> bool:
        return json_object(_data(self.value).get("__schema")) != {}


def ask(
    url: str, shown: str, headers: Mapping[str, str], client: httpx.Client
) -> object:
    """Ask for the schema; the result is the JSON of the answer.

    Args:
        url: Where.
        shown: The same as it may be shown.
        headers: What is sent with it.
        client: What carries it.

    Raises:
        CodegenError: The gateway cannot be reached, or does not answer with JSON.
    """

    def send(query: str) -> _Answer:
        try:
            answer = client.post(url, json={"query": query}, headers=dict(headers))
        except httpx.InvalidURL:
            # It quotes what it does not understand, which may be of a password.
            raise CodegenError(f"cannot reach {shown}: it is no URL") from None
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise CodegenError(f"cannot reach {shown}: {reason}") from error
        try:
            return _Answer(answer.status_code, answer.json())
        except ValueError:
            return _Answer(answer.status_code, None)

    found = (answer for answer in _answers(send) if answer.has_schema)
    answer = next(found, None) or send(_query())
    if answer.value is None:
        raise CodegenError(f"{shown} answers with status {answer.status} and no JSON")
    return answer.value


def _answers(send: Callable[[str], _Answer]) -> Iterator[_Answer]:
    yield send(_query(*_FEATURES))
    if known := _known(_data(send(_KNOWN).value)):
        yield send(_query(*known))


def _query(*features: str) -> str:
    options = cast(Any, dict.fromkeys(features, True))
    return get_introspection_query(descriptions=True, **options)


def _known(told: Mapping[str, Any]) -> list[str]:
    """The features that a server says it knows."""
    return [
        feature
        for feature, needed in _FEATURES.items()
        if all(_has(told, *each) for each in needed)
    ]


def _has(told: Mapping[str, Any], type_: str, field: str, argument: str | None) -> bool:
    fields = _by_name(json_object(told.get(type_)).get("fields"))
    if field not in fields:
        return False
    return argument is None or argument in _by_name(fields[field].get("args"))


def _by_name(value: object) -> dict[str, dict[str, Any]]:
    return {str(each["name"]): each for each in json_objects(value) if "name" in each}


def _data(value: object) -> dict[str, Any]:
    return json_object(json_object(value).get("data"))


def json_object(value: object) -> dict[str, Any]:
    """A JSON object; an empty one in place of anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def json_objects(value: object) -> list[dict[str, Any]]:
    """The JSON objects of a list; none of anything else."""
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [json_object(item) for item in items]
