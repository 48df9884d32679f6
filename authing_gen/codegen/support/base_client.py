"""Sends operations to one GraphQL endpoint; the generated client adds methods."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, TypeVar, cast

import httpx
from typing_extensions import Self, Unpack

from .base_model import BaseModel
from .exceptions import (
    GraphQLHTTPError,
    GraphQLInvalidResponseError,
    GraphQLResponseError,
)
from .operation import Operation
from .options import RequestOptions
from .wire import json_variables, request_body

ModelT = TypeVar("ModelT", bound=BaseModel)


class AsyncBaseClient:
    """Sends every operation to one URL as it is.

    It knows nothing of gateways, tokens and encryption: what the caller passes is what
    travels. A client with a policy overrides `execute`.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        self.url = url
        self.headers = dict(headers or {})
        self.http_client = http_client or httpx.AsyncClient()
        self._owns_http_client = http_client is None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, unless they belong to an `http_client` passed in."""
        if self._owns_http_client:
            await self.http_client.aclose()

    async def execute(
        self,
        operation: Operation,
        variables: Mapping[str, object],
        result: type[ModelT],
        **options: Unpack[RequestOptions],
    ) -> ModelT:
        """Send one operation and validate the data of its answer.

        Args:
            operation: How the operation is sent.
            variables: Arguments by the names of the operation's variables.
            result: Model of the answer's data.
            **options: See `RequestOptions`.

        Raises:
            GraphQLClientError: The answer is not a GraphQL response or holds errors.
            httpx.HTTPError: The connection failed.
            pydantic.ValidationError: The data does not have the schema's shape.
        """
        headers = {**self.headers, **options.get("headers", {})}
        if "token" in options:
            headers["Authorization"] = f"Bearer {options['token']}"
        response = await self.http_client.post(
            self.url,
            json=request_body(operation, json_variables(variables)),
            headers=headers,
            timeout=options.get("timeout", httpx.USE_CLIENT_DEFAULT),
        )
        return result.model_validate(read_data(response))


def read_data(response: httpx.Response) -> object:
    """Read the data of a GraphQL response, raising the errors it holds."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or not ("data" in body or "errors" in body):
        if response.is_error:
            raise GraphQLHTTPError(response)
        raise GraphQLInvalidResponseError(response)
    answer = cast(dict[str, Any], body)
    if errors := answer.get("errors"):
        raise GraphQLResponseError(errors, answer.get("data"))
    return answer.get("data")
