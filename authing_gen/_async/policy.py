"""How an operation is sent: what its record says, and as whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from authing_client.base_model import BaseModel
from authing_client.wire import request_body

from ..answers import read
from ..errors import AuthingError, MissingTokenError, NotLoggedInError
from ..exchange import Answer, Request, as_httpx
from ..headers import request_headers
from ..text import sendable
from ..token_rules import checked_token, how_to_get_a_token
from ..variables import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from authing_client.operation import Operation
    from authing_client.options import RequestOptions

    from ..deadlines import Deadline
    from ..gateways import Gateways
    from ..telemetry import Span
    from .connection import AsyncConnection
    from .tokens import Credentials

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True)
class AsyncPolicy:
    """Sends the operations of one user pool as somebody, or as nobody."""

    connection: AsyncConnection
    gateways: Gateways
    user_pool_id: str
    encrypt: Callable[[str], str]
    credentials: Credentials | None = None

    async def execute(
        self,
        operation: Operation,
        variables: Mapping[str, object],
        result: type[ModelT],
        deadline: Deadline,
        options: RequestOptions,
        observe: Callable[[httpx.Response], None] | None = None,
    ) -> ModelT:
        """Send one operation; `AsyncRuntime.execute` says what may go wrong.

        Args:
            operation: How the operation is sent.
            variables: Arguments by the names of the operation's variables.
            result: Model of the answer's data.
            deadline: Until when.
            options: Options of this call.
            observe: Is shown every answer, as a response of httpx.
        """
        url = self.gateways.url(operation.gateway)
        with self.connection.tracing.operation(operation, url) as span:
            sent = prepare(operation, variables, self.user_pool_id, self.encrypt)
            body = sendable(partial(request_body, operation, sent))
            token = options.get("token")
            credentials = (
                None if "token" in options else self._credentials_for(operation)
            )
            if credentials:
                token = await _token(credentials, operation, deadline)
            # Passwords travel encrypted, and may be quoted as they were before.
            secrets: object = (variables, sent, token, options.get("headers"))

            def reading(answer: Answer) -> ModelT:
                return read(answer, result, operation.called, secrets)

            send = partial(
                self._send, operation, url, body, deadline, options, observe, span
            )
            try:
                return await send(token, reading)
            except NotLoggedInError:
                if not (credentials and token and await credentials.reject(token)):
                    raise
                span.renews_token()
                token = await _token(credentials, operation, deadline)
            secrets = secrets, token
            return await send(token, reading)

    async def _send(
        self,
        operation: Operation,
        url: str,
        body: bytes,
        deadline: Deadline,
        options: RequestOptions,
        observe: Callable[[httpx.Response], None] | None,
        span: Span,
        token: str | None,
        reading: Callable[[Answer], ModelT],
    ) -> ModelT:
        headers = request_headers(
            operation.called,
            content_type="application/json",
            token=None if token is None else checked_token(token),
            given=options.get("headers"),
        )
        request = Request("POST", url, headers, body)
        idempotent = options.get("idempotent", operation.kind == "query")
        if observe is not None:
            common = self.connection.engines.options.headers
            reading = _shown(observe, request, common, reading)
        return await self.connection.send(
            request,
            operation.called,
            deadline,
            reading,
            idempotent=idempotent,
            span=span,
        )

    def _credentials_for(self, operation: Operation) -> Credentials | None:
        if not operation.tokens:
            return None
        credentials = self.credentials
        if credentials is not None and credentials.kind in operation.tokens:
            return credentials
        kind = credentials.kind if credentials else None
        raise MissingTokenError(how_to_get_a_token(operation, kind))


async def _token(
    credentials: Credentials, operation: Operation, deadline: Deadline
) -> str:
    try:
        return await credentials.token(deadline)
    except AuthingError as error:
        error.add_note(f"The token was wanted for {operation.method or operation.name}")
        raise


def _shown(
    observe: Callable[[httpx.Response], None],
    request: Request,
    common: Mapping[str, str],
    reading: Callable[[Answer], ModelT],
) -> Callable[[Answer], ModelT]:
    """Show each answer to somebody before it is read."""

    def show_and_read(answer: Answer) -> ModelT:
        observe(as_httpx(answer, request, common))
        return reading(answer)

    return show_and_read
