"""A token as it is presented: what it says, none of which is to be believed yet."""

import hashlib
import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from authing_client.frames import sensitive_variables

from .current_user import CurrentUser, Kind
from .errors import InvalidTokenError

LONGEST = 8192
"""Characters; cookies, and headers of most servers, take no more."""

_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
_LONGEST_ID = 256

Json = dict[str, Any]


@dataclass(frozen=True)
class Presented:
    """What a token says of itself."""

    token: str = field(repr=False)
    header: Json = field(repr=False)
    claims: Json = field(repr=False)

    @property
    def kind(self) -> Kind:
        """What it claims to be: that decides which rules it has to keep."""
        if "iss" not in self.claims:
            return "user"
        # RFC 9068 names access tokens by their type; older ones tell by their scope.
        named = str(self.header.get("typ", "")).lower().removeprefix("application/")
        return "access" if named == "at+jwt" or "scope" in self.claims else "id"

    @property
    def digest(self) -> bytes:
        """Stands for the token where it is remembered."""
        return hashlib.sha256(self.token.encode()).digest()

    @property
    def data(self) -> Json:
        """What a UserToken says of its user."""
        found = self.claims.get("data")
        return cast(Json, found) if isinstance(found, dict) else {}

    def user(self, email: str | None = None) -> CurrentUser:
        """Whom it speaks for, once that is known to be true.

        Raises:
            InvalidTokenError: It does not say.
        """
        of_user = self.kind == "user"
        id = self.data.get("id") if of_user else self.claims.get("sub")
        if not isinstance(id, str) or not 0 < len(id) <= _LONGEST_ID:
            raise InvalidTokenError("it does not say whose it is")
        said = (self.data if of_user else self.claims).get("email")
        scope = self.claims.get("scope")
        return CurrentUser(
            id=id,
            email=email or (said if isinstance(said, str) else None),
            kind=self.kind,
            scope=scope if isinstance(scope, str) else "",
            issued_at=self._instant("iat"),
            expires_at=self._instant("exp"),
            token=self.token,
        )

    def check_time(self, leeway: float) -> None:
        """Refuse what has expired, and what comes from the future.

        Args:
            leeway: Seconds that the clocks of two machines may differ.

        Raises:
            InvalidTokenError: It has expired, or does not say when it does.
        """
        now = datetime.now(UTC).timestamp()
        if self._instant("exp").timestamp() + leeway <= now:
            raise InvalidTokenError("it has expired")
        if self._instant("iat").timestamp() - leeway > now:
            raise InvalidTokenError("it is issued in the future")

    def _instant(self, name: str) -> datetime:
        value = self.claims.get(name)
        # JSON's true is Python's 1, and its 1e999 is infinite.
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InvalidTokenError(f"{name} is missing")
        if not 0 <= value < _LATEST:
            raise InvalidTokenError(f"{name} is no instant")
        return datetime.fromtimestamp(value, UTC)


@sensitive_variables
def read(token: str) -> Presented:
    """Read a token without believing it.

    Raises:
        InvalidTokenError: It is no token that any service would sign.
    """
    if len(token) > LONGEST:
        raise InvalidTokenError("it is too long")
    parts = token.split(".")
    if len(parts) != 3 or not token.isascii():
        raise InvalidTokenError("it is no JWT")
    presented = Presented(token, _object(parts[0]), _object(parts[1]))
    # RFC 7515, 4.1.11: what must be understood, and is not, has to be refused.
    if "crit" in presented.header:
        raise InvalidTokenError("it has an extension that is unknown here")
    return presented


def _object(part: str) -> Json:
    try:
        found = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidTokenError("it is no JWT")
    return cast(Json, found)
