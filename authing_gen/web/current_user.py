"""Who has sent a request."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import ConfigDict, Field

from authing_client.base_model import BaseModel

Kind = Literal["user", "id", "access"]
"""A UserToken, an id token or an access token of an OpenID Connect app."""


class CurrentUser(BaseModel):
    """Who has sent a request, as their token says.

    It is what `AsyncAuthing.as_user` takes, to act as this user. What is written of it,
    as JSON for example, holds no token.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    """Identifier of the user."""
    email: str | None = None
    """E-mail address, where the token says it."""
    kind: Kind = "user"
    """What kind of token it is."""
    scope: str = ""
    """What an access token allows, separated by spaces."""
    issued_at: datetime
    """When the token was issued."""
    expires_at: datetime
    """When the token expires; aware, as `issued_at` is."""
    token: str = Field(repr=False, exclude=True)
    """The token itself."""

    @property
    def seconds_left(self) -> float:
        """Seconds until the token expires; negative where it has."""
        return (self.expires_at - datetime.now(UTC)).total_seconds()

    @property
    def seconds_old(self) -> float:
        """Seconds since the token was issued."""
        return (datetime.now(UTC) - self.issued_at).total_seconds()
