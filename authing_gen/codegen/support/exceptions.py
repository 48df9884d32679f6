"""Errors of the generated client when it is used by itself."""

from typing import Any, cast

import httpx


class GraphQLClientError(Exception):
    """Base of the errors below."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The arguments of the classes below are not what `args` holds.
        return _restored, (type(self), self.args), vars(self)


class GraphQLHTTPError(GraphQLClientError):
    """The HTTP status says that the call failed, and the body does not say why."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"HTTP status {response.status_code}")
        self.response = response


class GraphQLInvalidResponseError(GraphQLClientError):
    """The body of the answer is not a GraphQL response."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__("The answer is not a GraphQL response")
        self.response = response


class GraphQLResponseError(GraphQLClientError):
    """The answer holds errors."""

    def __init__(self, errors: object, data: object) -> None:
        found = cast(list[object], errors) if isinstance(errors, list) else [errors]
        super().__init__("; ".join(_message(error) for error in found))
        self.errors = found
        self.data = data


def _message(error: object) -> str:
    if isinstance(error, dict):
        return str(cast(dict[str, object], error).get("message"))
    return str(error)


def _restored(
    kind: type[GraphQLClientError], args: tuple[Any, ...]
) -> GraphQLClientError:
    return kind.__new__(kind, *args)
