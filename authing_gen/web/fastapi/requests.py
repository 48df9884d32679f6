"""Requests as the kit sees them, and its refusals as answers of Starlette."""

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse

from ...errors import AuthingConfigurationError, AuthingError
from .._async.kit import AsyncKit
from ..incoming import Incoming
from ..statuses import refusal_of

PLACE = "authing_kit"
"""Where an application keeps its kit: in `app.state`."""


def kit_of(connection: HTTPConnection) -> AsyncKit:
    """The kit of the application that answers.

    Raises:
        AuthingConfigurationError: It has none.
    """
    return kit_in(connection.app.state)


def kit_in(state: object) -> AsyncKit:
    """The kit that an application keeps."""
    kit = getattr(state, PLACE, None)
    if not isinstance(kit, AsyncKit):
        raise AuthingConfigurationError("Call install(app) where you make the app")
    return kit


def incoming_of(connection: HTTPConnection) -> Incoming:
    """A request, or the beginning of a web socket."""
    headers, client = connection.headers, connection.client

    def header(name: str) -> str | None:
        return ", ".join(headers.getlist(name)) or None

    return Incoming(
        method=connection.scope.get("method", "WEBSOCKET"),
        header=header,
        cookies=connection.cookies,
        peer=client.host if client else None,
    )


def answer_of(error: AuthingError) -> JSONResponse:
    """What a visitor is answered in place of what they have asked for."""
    refusal = refusal_of(error)
    return JSONResponse(refusal.body, refusal.status, refusal.headers)
