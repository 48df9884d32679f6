"""The sandbox's own endpoints, for the developer rather than the client."""

from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from . import outbox, planting
from .call import Server


def routes(server: Server) -> list[Route]:
    """The routes, relative to `/sandbox`."""
    return [
        Route("/outbox", partial(_outbox, server)),
        Route("/public-key", partial(_public_key, server)),
        Route("/reset", partial(_reset, server), methods=["POST"]),
    ]


async def _outbox(server: Server, request: Request) -> Response:
    async with server.database.unit(write=False) as unit:
        found = await outbox.messages(unit.session, request.query_params.get("to"))
    return JSONResponse(
        [
            {
                "id": str(message.id),
                "kind": message.kind,
                "to": message.to,
                "subject": message.subject,
                "text": message.text,
                "code": message.code,
                "createdAt": message.created_at.isoformat(),
            }
            for message in found
        ]
    )


async def _public_key(server: Server, _: Request) -> Response:
    return PlainTextResponse(server.keys.passwords.public_key)


async def _reset(server: Server, _: Request) -> Response:
    async with server.database.unit(write=True) as unit:
        await planting.clear(unit.session)
        await planting.plant(unit.session, server.seed, server.clock.now())
    return Response(status_code=204)
