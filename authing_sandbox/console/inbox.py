"""The inbox: mails and SMS as people read them."""

import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from ..calls.call import Server
from ..messages import outbox
from ..storage.tables import Message
from .rendering import HEADERS, page

_MOST = 200
_LINK = re.compile(r"https?://[^\s<>\"]+")
_MAIL_HEADERS = HEADERS | {
    # As mail programs do it: nothing runs, nothing is fetched, links open elsewhere.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; frame-ancestors 'self'; form-action 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox",
}


class Inbox:
    """The pages."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def show(self, request: Request) -> Response:
        """The messages, newest first, and the one that is open."""
        to, kind = (request.query_params.get(name) or None for name in ("to", "kind"))
        found = [*reversed(await self._read(None, kind))]
        if to:
            found = [each for each in found if to.lower() in each.to.lower()]
        id = request.query_params.get("id")
        opened = next((each for each in found if str(each.id) == id), None)
        return page(
            request,
            "inbox.html",
            messages=found[:_MOST],
            opened=opened,
            links=links(opened.text) if opened else [],
        )

    async def mail(self, request: Request) -> Response:
        """The HTML of a mail, for a frame in which nothing can run."""
        id: int = request.path_params["id"]
        for message in await self._read(None, "mail", id - 1):
            if message.id == id and message.html is not None:
                html = f'<base target="_blank">{message.html}'
                return HTMLResponse(html, headers=_MAIL_HEADERS)
        return PlainTextResponse("", 404)

    async def _read(
        self, to: str | None, kind: str | None, after: int = 0
    ) -> list[Message]:
        async with self._server.database.unit(write=False) as unit:
            return [*await outbox.messages(unit.session, to, kind, after)]


def links(text: str) -> list[str]:
    """What a message's text links to."""
    return _LINK.findall(text)
