"""What the REST endpoints of the users gateway are asked for, and what they answer."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from authing_client.base_model import BaseModel, unless_keeping_secrets

from .answers import Json, refusal
from .errors import AuthingError, OAuthError, UnsendableArgumentError
from .exchange import Answer
from .redaction import headers_without, without

DEFAULT_SCOPE = "openid profile email phone offline_access"
"""Scopes that are asked for where a caller names none."""

PROVIDER = "/oauth/oidc"
"""Where the OpenID Connect provider is, below the users gateway."""

PATHS = {
    "sms.send_code": "/send_smscode/{phone}/{user_pool_id}",
    "sms.send_register_code": (
        "/notification/send_register_smscode/{phone}/{user_pool_id}"
    ),
    "oidc.login": f"{PROVIDER}/token",
    "oidc.refresh": f"{PROVIDER}/token",
    "oidc.keys": f"{PROVIDER}/.well-known/jwks.json",
    "oidc.user_info": f"{PROVIDER}/user/userinfo",
}
"""Where each endpoint is, below the users gateway."""

GRANTS = {"oidc.login": "password", "oidc.refresh": "refresh_token"}
"""By which grant the token endpoint is asked."""

Method = Literal["POST", "GET"]
"""How the token endpoint is called."""

SUCCESS = 200
"""The `code` of an answer that is not a refusal."""


def check_form(method: object, form: Mapping[str, object]) -> None:
    """Refuse what cannot be sent to the token endpoint.

    Raises:
        UnsendableArgumentError: Something is no text, or there is no such method.
    """
    if method not in ("POST", "GET"):
        raise UnsendableArgumentError("method is POST or GET")
    for name, value in form.items():
        if not isinstance(value, str):
            raise UnsendableArgumentError(f"{name} is not text")


class SmsReceipt(BaseModel):
    """The service has sent a code."""

    code: int
    """200."""
    message: str
    """The confirmation, in the words of the service."""


class TokenSet(BaseModel):
    """Tokens of an OpenID Connect app, as RFC 6749 section 5.1 names them."""

    access_token: str = Field(repr=False, exclude_if=unless_keeping_secrets)
    """Access token."""
    token_type: str
    """Type of the access token: `Bearer`."""
    expires_in: int | None = None
    """Lifetime of the access token, in seconds."""
    id_token: str | None = Field(
        default=None, repr=False, exclude_if=unless_keeping_secrets
    )
    """Id token, where the scope holds `openid`."""
    refresh_token: str | None = Field(
        default=None, repr=False, exclude_if=unless_keeping_secrets
    )
    """Refresh token, where the scope holds `offline_access`."""
    scope: str | None = None
    """Scopes granted, separated by spaces."""


class KeySet(BaseModel):
    """Public keys, as RFC 7517 section 5 names them."""

    keys: list[dict[str, Any]]
    """The keys."""


def oauth_refusal(
    body: Json, answer: Answer, operation: str, sent: object
) -> AuthingError:
    """Make an error of a JSON body that holds no tokens."""
    error = body.get("error")
    if not isinstance(error, str):
        return refusal(body, answer, operation, sent)
    description = without(str(body.get("error_description") or ""), sent)
    return OAuthError(
        without(error, sent),
        description,
        operation,
        answer.status,
        headers=headers_without(answer.headers, sent),
    )
