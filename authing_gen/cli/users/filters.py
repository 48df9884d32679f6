"""Which users are meant. The service has no filters: all are read, some left out."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from authing_client.instants import Instant

from ..failures import WrongUsage

_AGO = re.compile(r"(\d{1,5})([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}
_NAMES = ("email", "phone", "username", "nickname")


@dataclass(frozen=True)
class Filters:
    """What a user has to be; None where it does not matter."""

    email: str | None = None
    """A pattern, `*@example.com`, as are the next three; cases do not matter."""
    phone: str | None = None
    username: str | None = None
    nickname: str | None = None
    search: str | None = None
    """Part of any of these."""
    blocked: bool | None = None
    email_verified: bool | None = None
    registered_after: datetime | None = None
    registered_before: datetime | None = None
    last_login_after: datetime | None = None
    last_login_before: datetime | None = None
    never_logged_in: bool = False

    @property
    def exact(self) -> dict[str, Any] | None:
        """The one identifier that is no pattern, if there is one: it names one user."""
        for name in ("email", "phone", "username"):
            value = getattr(self, name)
            if value and not set("*?[") & {*value}:
                return {name: value}
        return None

    def fit(self, user: Any) -> bool:
        """Whether a user is all of this."""
        return (
            all(_is_like(getattr(user, name), getattr(self, name)) for name in _NAMES)
            and (self.search is None or _is_found(user, self.search.casefold()))
            and self.blocked in (None, bool(user.blocked))
            and self.email_verified in (None, bool(user.email_verified))
            and not (self.never_logged_in and user.last_login)
            and _is_between(
                user.signed_up, self.registered_after, self.registered_before
            )
            and _is_between(
                user.last_login, self.last_login_after, self.last_login_before
            )
        )


def instant(text: str, option: str) -> datetime:
    """Read `2026-01-31`, a time as ISO 8601, or how long ago: `90d`, `12h`, `4w`.

    Without an offset, a time is of this computer's time zone.

    Raises:
        WrongUsage: It is nothing of that.
    """
    if ago := _AGO.fullmatch(text):
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        said = f"--{option}: write 2026-01-31, 2026-01-31T09:00+08:00 or 90d"
        raise WrongUsage(said) from None


def _is_like(value: str | None, pattern: str | None) -> bool:
    return pattern is None or fnmatchcase((value or "").casefold(), pattern.casefold())


def _is_found(user: Any, part: str) -> bool:
    return any(part in (getattr(user, name) or "").casefold() for name in _NAMES)


def _is_between(
    value: Instant | None, after: datetime | None, before: datetime | None
) -> bool:
    if after is None and before is None:
        return True
    try:
        at = value.datetime if value else None
    except ValueError:
        return False
    return (
        at is not None
        and (after is None or at >= after)
        and (before is None or at < before)
    )
