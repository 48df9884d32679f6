"""Sends operations to one GraphQL endpoint; the generated client adds methods."""

import copy
import os
from collections.abc import Callable, Coroutine, Mapping
from functools import lru_cache, wraps
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from types import MethodType, TracebackType
from typing import Any, ClassVar, NoReturn, ParamSpec, TypeVar, Unpack, cast

import httpx

from .base_model import BaseModel
from .exceptions import (
    GraphQLHTTPError,
    GraphQLInvalidResponseError,
    GraphQLResponseError,
)
from .frames import sensitive_methods, sensitive_variables
from .operation import Operation
from .options import RequestOptions, check_options
from .raw_response import RawResponse
from .wire import json_variables, request_body

P = ParamSpec("P")
T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=BaseModel)

# Not `Self`: jedi takes it for the class that it stands in, and offers no operation.
ClientT = TypeVar("ClientT", bound="AsyncBaseClient")


_KNOWN_FUNCTIONS = 1024
"""More than schemas have operations; the others are wrapped anew."""


@sensitive_methods
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
        self._connections = _AsyncConnections(http_client)
        self._observe: Callable[[httpx.Response], None] | None = None

    async def __aenter__(self: ClientT) -> ClientT:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    def __copy__(self: ClientT) -> ClientT:
        """Make a client that shares the connections of this one."""
        made = object.__new__(type(self))
        vars(made).update(vars(self))
        return made

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled, or copied with all that it holds."""
        raise TypeError(
            f"{type(self).__name__} holds connections, and cannot be pickled or"
            " deep-copied: threads and tasks share one, and each process makes one of"
            " its own from the settings"
        )

    async def aclose(self) -> None:
        """Close the connections, unless they belong to an `http_client` passed in."""
        await self._connections.aclose()

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
        headers = httpx.Headers({"Content-Type": "application/json", **self.headers})
        headers.update(options.get("headers"))
        if "token" in options:
            headers["Authorization"] = f"Bearer {options['token']}"
        own = _as_it_is if "Authorization" in headers else httpx.USE_CLIENT_DEFAULT
        response = await self._connections.get().post(
            self.url,
            content=request_body(operation, json_variables(variables)),
            headers=headers,
            auth=own,
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
        # To wrap a function takes longer than all the rest, and is done once.
        bound: Any = MethodType(self._observing(method.__func__), self)
        observing: Callable[P, Coroutine[Any, Any, RawResponse[T]]] = bound
        return observing

    @staticmethod
    @lru_cache(_KNOWN_FUNCTIONS)
    def _observing(
        function: Callable[..., Coroutine[Any, Any, T]],
    ) -> Callable[..., Coroutine[Any, Any, RawResponse[T]]]:
        """Let a function that is a method answer with the HTTP response, too."""

        @sensitive_variables
        @wraps(function)
        async def send(
            client: AsyncBaseClient, /, *args: object, **kwargs: object
        ) -> RawResponse[T]:
            responses: list[httpx.Response] = []
            # A client for this call only, so that calls at once do not mix.
            observed = copy.copy(client)
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


class _AsyncConnections:
    """The HTTP client of the caller, or one of our own when it is first needed."""

    def __init__(self, given: httpx.AsyncClient | None) -> None:
        self._given = given
        self._own: dict[int, httpx.AsyncClient] = {}

    def get(self) -> httpx.AsyncClient:
        if self._given is not None:
            return self._given
        # A forked child that used its parent's would read the parent's answers.
        process = os.getpid()
        if process not in self._own:
            # Cookies of one user must not travel with the calls of another.
            cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
            self._own[process] = httpx.AsyncClient(cookies=cookies)
        return self._own[process]

    async def aclose(self) -> None:
        if (own := self._own.get(os.getpid())) is not None:
            await own.aclose()


def _as_it_is(request: httpx.Request) -> httpx.Request:
    """Keep what authenticates a request, where httpx would put its own there."""
    return request


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
