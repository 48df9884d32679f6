"""Errors of the generated client when it is used by itself."""

from typing import Any

import httpx


class GraphQLClientError(Exception):
    """Base of the errors below."""


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

    def __init__(self, errors: list[dict[str, Any]], data: object) -> None:
        super().__init__("; ".join(str(error.get("message")) for error in errors))
        self.errors = errors
        self.data = data
