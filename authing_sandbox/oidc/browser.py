"""Browsers on the pages of single sign-on: the pages, sessions, and no forged forms."""

import functools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..calls.call import Call
from ..storage.tables import BrowserSession, User
from .grants import digest
from .provider import read_pairs

if TYPE_CHECKING:
    from jinja2 import Environment

EXPIRED = "页面已过期，请重试"
_COOKIE = "authing_sandbox"


@dataclass(frozen=True)
class Visitor:
    """A browser, known by a cookie; no session need go with it."""

    cookie: str
    known: bool
    path: str
    secure: bool

    @classmethod
    def of(cls, request: Request) -> "Visitor":
        """Know a browser again, or give a new one a cookie."""
        cookie = request.cookies.get(_COOKIE)
        return cls(
            cookie=cookie or secrets.token_urlsafe(32),
            known=bool(cookie),
            path=f"{request.scope.get('root_path', '')}/oauth",
            secure=request.url.scheme == "https",
        )

    @property
    def proof(self) -> str:
        """What only a page of ours in this browser can put into a form."""
        return digest(f"form of {self.cookie}")

    def owns(self, form: Mapping[str, str]) -> bool:
        """Say whether a form comes from a page that this browser was shown."""
        given = form.get("csrf", "").encode()
        return secrets.compare_digest(given, self.proof.encode())

    def remember(self, response: Response) -> None:
        """Have the browser keep its cookie, for as long as it runs."""
        response.set_cookie(
            _COOKIE,
            self.cookie,
            path=self.path,
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


async def read_form(request: Request) -> dict[str, str]:
    """Read a form of ours; anything else that is posted is none."""
    if request.method != "POST":
        return {}
    form = dict(read_pairs((await request.body()).decode(errors="replace")))
    return form if "csrf" in form else {}


async def find_session(
    call: Call, visitor: Visitor
) -> tuple[BrowserSession, User] | None:
    """Find who is signed in, to the pool that the call is about, in a browser."""
    session = await call.session.get(BrowserSession, digest(visitor.cookie))
    if session is None or call.now >= session.expires_at:
        return None
    user = await call.session.get_one(User, session.user_id)
    if user.pool_id != call.pool.id or user.token_series != session.token_series:
        return None
    return session, user


def start_session(call: Call, user: User, request: Request, response: Response) -> None:
    """Remember that somebody has signed in, by a cookie that nobody knew before."""
    visitor = replace(Visitor.of(request), cookie=secrets.token_urlsafe(32))
    call.session.add(
        BrowserSession(
            digest=digest(visitor.cookie),
            user_id=user.id,
            token_series=user.token_series,
            signed_in_at=call.now,
            expires_at=call.after(call.pool.jwt_expired),
        )
    )
    visitor.remember(response)


def page(name: str, visitor: Visitor, status: int = 200, **values: Any) -> Response:
    """Render a page; nothing may run in it, frame it or keep a copy of it."""
    nonce = secrets.token_urlsafe(12)
    html = _pages().get_template(name).render(csrf=visitor.proof, nonce=nonce, **values)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "cache-control": "no-store",
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    response = HTMLResponse(html, status, headers)
    visitor.remember(response)
    return response


@functools.cache
def _pages() -> "Environment":
    # Here: see `deferred`.
    from jinja2 import Environment, FileSystemLoader

    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("pages")),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
