"""The inbox: mails and SMS as people read them."""

import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from ..calls.call import Server
from ..messages import outbox
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
        given = request.query_params
        async with self._server.database.unit(write=False) as unit:
            found = await outbox.newest(
                unit.session, given.get("to", ""), given.get("kind"), _MOST
            )
        opened = next((each for each in found if str(each.id) == given.get("id")), None)
        return page(
            request,
            "inbox.html",
            messages=found,
            opened=opened,
            links=links(opened.text) if opened else [],
        )

    async def mail(self, request: Request) -> Response:
        """The HTML of a mail, for a frame in which nothing can run."""
        async with self._server.database.unit(write=False) as unit:
            message = await outbox.find(unit.session, request.path_params["id"])
        if message is None or message.html is None:
            return PlainTextResponse("", 404)
        html = f'<base target="_blank">{message.html}'
        return HTMLResponse(html, headers=_MAIL_HEADERS)


def links(text: str) -> list[str]:
    """What a message's text links to."""
    return _LINK.findall(text)
