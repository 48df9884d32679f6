"""The body of a GraphQL request."""

import json
from dataclasses import dataclass
from typing import Any, cast

MAX_NESTING = 100
"""How deep variables may be nested."""


@dataclass(frozen=True)
class Body:
    """What a GraphQL request asks for."""

    query: str
    operation_name: str | None
    variables: dict[str, Any] | None


def read_request(body: bytes) -> Body:
    """Read what is asked for; a ValueError where that cannot be read."""
    members = _read_json(body)
    query, variables = members.get("query"), members.get("variables")
    name = members.get("operationName")
    if not isinstance(query, str):
        raise ValueError("The body has no query.")
    if not isinstance(name, str | None) or not isinstance(variables, dict | None):
        raise ValueError("operationName or variables is of the wrong type.")
    return Body(query, name or None, cast("dict[str, Any] | None", variables))


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body, parse_constant=_refuse)
        if b"\\u" in body:
            # Half a surrogate pair can be escaped, but neither stored nor answered.
            json.dumps(given, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("The body is nested too deeply.") from None
    except ValueError:
        raise ValueError("The body is not JSON.") from None
    if not isinstance(given, dict):
        raise ValueError("The body is not an object.")
    _check_nesting(given)
    return cast("dict[str, Any]", given)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")  # What Python reads is not all JSON.


def _check_nesting(given: Any) -> None:
    level = [given]
    for _ in range(MAX_NESTING):
        level = [
            below
            for holder in level
            for below in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(below, dict | list)
        ]
        if not level:
            return
    raise ValueError("The body is nested too deeply.")
