"""Claims: what a scope opens of a user, by the names of OpenID Connect."""

from typing import Any

from ..calls.clock import to_text
from ..storage.tables import User

_PROFILE_CLAIMS = (
    "birthdate",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "preferred_username",
    "profile",
    "website",
    "zoneinfo",
    "username",
)
_ADDRESS_CLAIMS = (
    "formatted",
    "street_address",
    "locality",
    "region",
    "postal_code",
    "country",
)
CLAIMS_OF_SCOPES = {
    "openid": ("sub",),
    "profile": (*_PROFILE_CLAIMS, "picture", "updated_at"),
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
    "address": ("address",),
    "offline_access": (),
}
OIDC_ONLY = ("openid", "offline_access")
"""Scopes that mean nothing to OAuth 2 by itself."""


def claims(user: User) -> dict[str, Any]:
    """The standard claims of a user."""
    return {
        "sub": user.id,
        **{name: getattr(user, name) for name in _PROFILE_CLAIMS},
        "picture": user.photo,
        "updated_at": to_text(user.updated_at),
        "email": user.email,
        "email_verified": user.email_verified,
        "phone_number": user.phone,
        "phone_number_verified": user.phone_verified,
    }


def claims_within(user: User, scope: str) -> dict[str, Any]:
    """The claims of a user that a scope opens, in the types of OpenID Connect."""
    address = {name: getattr(user, name) for name in _ADDRESS_CLAIMS}
    known = claims(user) | {
        "updated_at": int(user.updated_at.timestamp()),
        "address": {name: value for name, value in address.items() if value} or None,
    }
    names = {name for part in scope.split() for name in CLAIMS_OF_SCOPES.get(part, ())}
    return {
        name: value
        for name, value in known.items()
        if value is not None and name in {*names, "sub"}
    }
