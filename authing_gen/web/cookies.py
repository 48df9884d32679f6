"""The cookie that holds a token."""

from dataclasses import dataclass, field
from typing import Literal

from .current_user import CurrentUser
from .settings import WebSettings


@dataclass(frozen=True)
class Cookie:
    """A cookie that is to be set; every framework takes these by the same names."""

    key: str
    value: str = field(repr=False)
    max_age: int
    """Seconds that it is kept; 0 takes it away."""
    secure: bool
    samesite: Literal["lax", "strict", "none"]
    domain: str | None
    path: str = "/"
    httponly: bool = True
    """Scripts never read it, so that none that is slipped in can steal it."""


def cookie_of(user: CurrentUser, settings: WebSettings) -> Cookie:
    """The cookie that keeps somebody signed in, for as long as the token is good."""
    return _cookie(user.token, max(1, int(user.seconds_left)), settings)


def no_cookie(settings: WebSettings) -> Cookie:
    """What takes the cookie away."""
    return _cookie("", 0, settings)


def _cookie(value: str, max_age: int, settings: WebSettings) -> Cookie:
    return Cookie(
        key=settings.cookie,
        value=value,
        max_age=max_age,
        secure=settings.cookie_secure,
        samesite=settings.cookie_same_site,
        domain=settings.cookie_domain,
    )
