"""Whether a token was signed by who it says.

The algorithm is never the token's choice alone: each key belongs to one.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from authing_client.frames import sensitive_variables

from .errors import InvalidTokenError
from .presented import Presented

try:
    import jwt
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "The web kit needs an extra: pip install 'authing-gen[fastapi]'"
        " (or flask, or django)",
        name=error.name,
    ) from error

Algorithm = Literal["HS256", "RS256"]

SHORTEST = 2048
"""Bits of an RSA key; RFC 7518, 3.3."""


@sensitive_variables
def check_signature(
    presented: Presented, key: str | RSAPublicKey, algorithm: Algorithm
) -> None:
    """Refuse a token that this key has not signed in this way.

    Raises:
        InvalidTokenError: The key has not.
    """
    is_signed = False
    try:
        # The signature alone: what the token says is checked where its kind is known.
        jwt.PyJWS().decode(presented.token, key, algorithms=[algorithm])
        is_signed = True
    except (jwt.PyJWTError, ValueError, TypeError):
        pass
    # Here, since the original holds the token and the key.
    if not is_signed:
        raise InvalidTokenError("it is not signed by who it says")


def public_keys(keys: Iterable[Mapping[str, Any]]) -> dict[str, RSAPublicKey]:
    """The keys of a JWKS (RFC 7517) that may sign by RS256, by their names.

    Others, for encryption or for other algorithms, are left out, and so is what cannot
    be read: a provider may add whatever it likes.
    """
    found: dict[str, RSAPublicKey] = {}
    for each in keys:
        key = _rsa_key(each)
        if key is not None and key.key_size >= SHORTEST:
            found[str(each.get("kid", ""))] = key
    return found


def _rsa_key(described: Mapping[str, Any]) -> RSAPublicKey | None:
    if described.get("kty") != "RSA" or described.get("use", "sig") != "sig":
        return None
    if described.get("alg", "RS256") != "RS256":
        return None
    try:
        key = jwt.PyJWK(dict(described), "RS256").key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    return key if isinstance(key, RSAPublicKey) else None
