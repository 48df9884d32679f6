"""An application and its kit: one client, from its start to its end."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ...errors import AuthingError
from .._async.kit import AsyncKit
from .requests import PLACE, answer_of, kit_in

POLICY_VIOLATION, INTERNAL_ERROR = 1008, 1011
"""How a web socket is refused; before it is accepted, servers make a 403 of it."""


def install(app: Starlette, settings: Mapping[str, object] | None = None) -> None:
    """Give an application its kit, and have errors of it answered.

    Nothing is read yet: an application can be made, and imported, where no setting is.

    Args:
        app: An application of FastAPI, or of Starlette.
        settings: Settings by name, of the client (`user_pool_id`, …) and of the kit
            (`WebSettings`). What is left out comes from the environment.
    """
    setattr(app.state, PLACE, AsyncKit(settings))
    app.add_exception_handler(AuthingError, _answer)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncGenerator[None]:
    """Read the settings at the start, so that a wrong one ends it; close at the end.

    One of your own has this one inside of it: `async with lifespan(app): …`.

    Raises:
        AuthingConfigurationError: A setting is missing or wrong.
    """
    kit = kit_in(app.state)
    kit.check()
    try:
        yield
    finally:
        await kit.aclose()


class _HangUp(Response):
    """What a web socket is answered."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        code = POLICY_VIOLATION if self.status_code < 500 else INTERNAL_ERROR
        reason = str(self.status_code)
        await send({"type": "websocket.close", "code": code, "reason": reason})


async def _answer(connection: HTTPConnection, error: Exception) -> Response:
    assert isinstance(error, AuthingError)
    answer = answer_of(error)
    if connection.scope["type"] == "websocket":
        return _HangUp(status_code=answer.status_code)
    return answer
