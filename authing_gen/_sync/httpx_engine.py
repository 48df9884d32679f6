# Made from its twin in _async by authing_gen.codegen.unasync; do not edit.

"""Carries requests by a client of httpx that the caller has made."""

import copy
import os
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from time import perf_counter
from typing import Any, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

import httpx

from ..bodies import Body, BodyError, decoded, too_large
from ..deadlines import Deadline
from ..errors import AuthingConfigurationError
from ..exchange import Answer, Request, header
from ..unanswered import (
    UnansweredError,
    closed,
    garbled,
    late,
    lost,
    slow,
    unreachable,
    unsendable,
)
from .engine import EngineOptions
from .waiting import bounded

Seconds = float | None

_users: WeakKeyDictionary[object, int] = WeakKeyDictionary()
"""The process that has first used each http_client: its connections are of no other.

Nobody can make them anew, so that a forked child may not use it; nor may another client
that has the same one.
"""


@runtime_checkable
class HttpClient(Protocol):
    """What is needed of `httpx.Client`; the one of httpx2 has it too."""

    @property
    def is_closed(self) -> bool:
        """Whether it has been closed."""
        ...

    @property
    def auth(self) -> object:
        """How it authenticates requests."""
        ...

    @property
    def headers(self) -> Any:
        """What it sends with every request."""
        ...

    @property
    def cookies(self) -> Any:
        """What it sends and stores for servers."""
        ...

    @cookies.setter
    def cookies(self, cookies: Any) -> None: ...

    def build_request(
        self,
        method: str,
        url: str,
        *,
        content: bytes,
        headers: Mapping[str, str],
        timeout: tuple[Seconds, Seconds, Seconds, Seconds],
    ) -> Any:
        """Make a request."""
        ...

    def send(self, request: Any, *, stream: bool, follow_redirects: bool) -> Any:
        """Send a request."""
        ...

    def close(self) -> None:
        """Close it: for its owner. It tells one that awaits from one that blocks."""
        ...


class HttpxEngine:
    """Carries requests by the caller's client as it is, but for cookies and redirects.

    Raises:
        AuthingConfigurationError: The client would replace the token, or is of another
            kind.
    """

    def __init__(self, client: HttpClient, options: EngineOptions) -> None:
        _check_kind(client)
        self._callers = client
        self._limit = options.max_response_bytes
        self._common = httpx.Headers(options.headers)
        if not client.headers.get("User-Agent", "").startswith("python-httpx"):
            del self._common["User-Agent"]  # The caller's client says who asks.
        # A copy shares the connections; cookies of one user must not reach another.
        self._client = copy.copy(client)
        self._client.cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._check()

    def exchange(self, request: Request, deadline: Deadline) -> Answer:
        """Send a request and read its answer before the deadline."""
        self._check()
        _users.setdefault(self._callers, os.getpid())
        started = perf_counter()
        try:
            with bounded(deadline):
                answer = self._exchange(request, deadline)
        except Exception as error:
            failure = _failure(error, deadline)
            if failure is None:
                raise
        else:
            answer.elapsed = perf_counter() - started
            return answer
        # Here, since httpx's own errors hold the request, and so its secrets.
        raise failure

    def close(self) -> None:
        """Do nothing: the connections belong to the caller."""

    def _check(self) -> None:
        if self._callers.auth is not None:
            raise AuthingConfigurationError(
                "http_client has auth, which would travel in place of the token: give"
                " it none"
            )
        if _users.get(self._callers, os.getpid()) != os.getpid():
            raise AuthingConfigurationError(
                "http_client was used before this process was forked, and its"
                " connections are the parent's: make one in each process"
            )
        if self._callers.is_closed:
            raise closed("http_client")

    def _exchange(self, request: Request, deadline: Deadline) -> Answer:
        response = self._client.send(
            self._client.build_request(
                request.method,
                request.url,
                content=request.body,
                headers=self._headers(request),
                timeout=(
                    deadline.remaining(deadline.connect),
                    deadline.remaining(deadline.read),
                    deadline.remaining(),
                    deadline.remaining(deadline.wait),
                ),
            ),
            stream=True,
            # To another host, maybe in plain sight: with the body, and what is secret.
            follow_redirects=False,
        )
        try:
            answer = Answer(response.status_code, response.headers.raw, b"")
            try:
                answer.content = self._content(response, deadline)
            except BodyError as error:
                answer.fault = str(error)
            return answer
        finally:
            response.close()

    def _content(self, response: Any, deadline: Deadline) -> bytes | bytearray:
        if response.is_stream_consumed:  # A mock's, or a hook has read it.
            content: bytes = response.content
            if len(content) > self._limit:
                raise too_large(self._limit)
            return content
        body = Body(self._limit)
        for piece in response.iter_raw():
            body.add(piece)
            if not deadline.allows(0):
                raise late()
        codings = header(response.headers.raw, b"content-encoding") or ""
        return decoded(body.content, codings, self._limit)

    def _headers(self, request: Request) -> Mapping[str, str]:
        headers = self._common.copy()
        headers.update(request.headers)
        return headers


def _check_kind(client: object) -> None:
    if not isinstance(client, HttpClient):
        raise AuthingConfigurationError(
            "http_client cannot be used by Authing: give it an httpx.Client"
        )


def _failure(error: Exception, deadline: Deadline) -> UnansweredError | None:
    """Say what an error means; None where it is not about connections.

    By names, since the errors of httpx2 are others.
    """
    if isinstance(error, UnansweredError):
        return error
    if isinstance(error, TimeoutError):
        return late()
    names = [kind.__name__ for kind in type(error).__mro__]
    if "TimeoutException" in names:
        if deadline.remaining() == 0:
            return late()
        never_sent = names[0] in ("ConnectTimeout", "PoolTimeout")
        return slow(f"the http_client says {names[0]}", never_sent=never_sent)
    if names[0] in ("ConnectError", "ProxyError"):
        return unreachable(str(error))
    if names[0] in ("LocalProtocolError", "UnsupportedProtocol", "InvalidURL"):
        return unsendable()
    if names[0] == "RemoteProtocolError" and "disconnected" not in str(error):
        return garbled()
    if "RequestError" in names:
        return lost()
    if isinstance(error, UnicodeError):
        return unsendable()
    if isinstance(error, RuntimeError):
        return UnansweredError(_runtime_reason(str(error)), final=True)
    return None


def _runtime_reason(said: str) -> str:
    if "event loop" in said.lower() or "different loop" in said:
        return "the http_client has connections of another event loop: make one on each"
    return f"the http_client says: {said}"
