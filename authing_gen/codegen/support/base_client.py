"""Sends operations to one GraphQL endpoint; the generated client adds methods."""

import copy
from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from pathlib import Path
from types import MethodType, TracebackType
from typing import Any, ClassVar, TypeVar, cast

import httpx
from typing_extensions import ParamSpec, Self, Unpack

from .base_model import BaseModel
from .exceptions import (
    GraphQLHTTPError,
    GraphQLInvalidResponseError,
    GraphQLResponseError,
)
from .operation import Operation
from .options import RequestOptions, check_options
from .raw_response import RawResponse
from .wire import json_variables, request_body

P = ParamSpec("P")
T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=BaseModel)


class AsyncBaseClient:
    """Sends every operation to one URL as it is.

    It knows nothing of gateways, tokens and encryption: what the caller passes is what
    travels. A client with a policy overrides `execute` and shows every response to
    `_observed`.
    """

    schema_file: ClassVar[Path]
    """The schema that the client was generated from; generated clients have one."""

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
        self._observe: Callable[[httpx.Response], None] | None = None

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
            TypeError: There is no such option.
            GraphQLClientError: The answer is not a GraphQL response or holds errors.
            httpx.HTTPError: The connection failed.
            pydantic.ValidationError: The data does not have the schema's shape.
        """
        check_options(operation.name, options)
        headers = httpx.Headers(self.headers)
        headers.update(options.get("headers"))
        if "token" in options:
            headers["Authorization"] = f"Bearer {options['token']}"
        response = await self.http_client.post(
            self.url,
            json=request_body(operation, json_variables(variables)),
            headers=headers,
            timeout=options.get("timeout", httpx.USE_CLIENT_DEFAULT),
        )
        self._observed(response)
        return result.model_validate(read_data(response))

    def raw(
        self, method: Callable[P, Coroutine[Any, Any, T]]
    ) -> Callable[P, Coroutine[Any, Any, RawResponse[T]]]:
        """Let a method answer with the HTTP response beside its result.

        Args:
            method: A method of this client that executes an operation.

        Raises:
            TypeError: It is not a method of this client.
        """
        if not isinstance(method, MethodType) or method.__self__ is not self:
            raise TypeError("raw takes a method of the client that it is called on")
        function = cast(Callable[..., Coroutine[Any, Any, T]], method.__func__)

        @wraps(method)
        async def send(*args: P.args, **kwargs: P.kwargs) -> RawResponse[T]:
            responses: list[httpx.Response] = []
            # A client for this call only, so that calls at once do not mix.
            observed = copy.copy(self)
            observed._observe = responses.append
            parsed = await function(observed, *args, **kwargs)
            if not responses:
                raise TypeError("raw takes a method that sends something")
            return RawResponse(parsed, responses[-1])

        return send

    def _observed(self, response: httpx.Response) -> None:
        """Show a response to whoever asked for it."""
        if self._observe is not None:
            self._observe(response)


def read_data(response: httpx.Response) -> object:
    """Read the data of a GraphQL response, raising the errors it holds."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        body = None
    answer = cast(dict[str, Any], body if isinstance(body, dict) else {})
    if errors := answer.get("errors"):
        raise GraphQLResponseError(errors, answer.get("data"))
    if response.is_error:
        raise GraphQLHTTPError(response)
    if "data" not in answer:
        raise GraphQLInvalidResponseError(response)
    return answer["data"]
