"""The second door: a body that is too large is not read to its end."""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..calls.bodies import MAX_BODY, MAX_IMPORT, BodyTooLargeError

_LIMITS = dict.fromkeys(("/sandbox/import", "/sandbox/users/import"), MAX_IMPORT)


def limiting_bodies(app: ASGIApp) -> ASGIApp:
    """The application, where reading a body raises BodyTooLargeError at its limit."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        limit = _LIMITS.get(scope["path"], MAX_BODY)
        # Digits, says the parser; it also refuses two lengths that differ.
        announced = int(Headers(scope=scope).get("content-length", "0"))
        received = 0

        async def receive_some() -> Message:
            nonlocal received
            if announced > limit:
                raise BodyTooLargeError(limit)
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise BodyTooLargeError(limit)
            return message

        await app(scope, receive_some, send)

    return answer


async def answer_too_large(_: Request, error: Exception) -> Response:
    """What is answered where nothing else is: GraphQL has a form of its own."""
    return JSONResponse({"detail": str(error)}, 413)
