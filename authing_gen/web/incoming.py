"""A request to an application, as far as it matters who sent it.

Each framework makes one of its own request; what follows from it stands here once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .errors import CrossSiteError, InvalidTokenError, NotSignedInError
from .settings import WebSettings
from .visitors import Visitor, address_of, browser_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods that change nothing; RFC 9110, 9.2.1."""


@dataclass(frozen=True)
class Incoming:
    """A request to an application."""

    method: str
    header: Callable[[str], str | None] = field(repr=False)
    """Finds a header by its name in lower case; several of one name with commas."""
    cookies: Mapping[str, str] = field(repr=False)
    peer: str | None = None
    """Address of whoever has connected."""

    def visitor(self, settings: WebSettings) -> Visitor:
        """Who sent it, past the proxies that are trusted."""
        forwarded = self.header("x-forwarded-for")
        return Visitor(
            ip=address_of(self.peer, forwarded, settings.trusted_proxies),
            browser=browser_of(self.header("user-agent")),
        )

    def token(self, settings: WebSettings) -> str:
        """The token that it was sent with, in `Authorization` or in the cookie.

        Raises:
            NotSignedInError: There is none.
            InvalidTokenError: `Authorization` names a token, and gives none.
            CrossSiteError: It came with the cookie, by a page of another site, and
                might change something.
        """
        scheme, _, given = (self.header("authorization") or "").partition(" ")
        if scheme.lower() == "bearer":
            if not given.strip():
                raise InvalidTokenError("there is none")
            return given.strip()
        cookie = self.cookies.get(settings.cookie)
        if not cookie:
            raise NotSignedInError
        # Pages of other sites cannot write `Authorization`, but browsers add cookies.
        self.check_site(settings)
        return cookie

    def check_site(self, settings: WebSettings) -> None:
        """Refuse what a page of another site has a browser send.

        Browsers say where a request comes from, and no page can write that. What says
        nothing was sent by no browser, and so has a cookie from its owner alone.

        Raises:
            CrossSiteError: It comes from another site, and might change something.
        """
        if self.method.upper() in SAFE:
            return
        origin = self.header("origin")
        if origin is not None and origin in settings.trusted_origins:
            return
        site = self.header("sec-fetch-site")
        if site is not None:
            is_own = site in ("same-origin", "none")
        else:
            # The scheme is left out: behind a proxy nobody knows which it was.
            is_own = origin is None or _host(origin) == self.header("host")
        if not is_own:
            raise CrossSiteError


def _host(origin: str) -> str:
    return origin.partition("://")[2]
