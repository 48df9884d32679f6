"""OwnerTokens and UserTokens: issuing them, and saying what one is worth."""

import functools
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy import bindparam, select

from ..calls.call import Call, Caller
from ..calls.errors import BusinessError, ErrorCode
from ..storage.tables import Pool, User, table_of

# For nearly every call: in one read, and of the user no more than what is looked at.
_users = table_of(User)
_POOL_AND_USER = (
    select(
        Pool,
        _users.c.pool_id,
        _users.c.token_series,
        _users.c.token_expired_at,
        _users.c.blocked,
        _users.c.is_deleted,
    )
    .join(_users, _users.c.id == bindparam("user_id"))
    .where(Pool.id == bindparam("pool_id"))
)


@dataclass(frozen=True)
class Issued:
    """A token and its lifetime, in seconds since the epoch."""

    token: str
    iat: int
    exp: int


@dataclass(frozen=True)
class Standing:
    """What a token says, whom it speaks for, and why it does not where it does not."""

    claims: dict[str, Any] | None = None
    caller: Caller | None = None
    error: ErrorCode | None = None

    def proven(self) -> Caller:
        """Whom the token speaks for; refused where it is not valid."""
        if self.caller is None:
            raise BusinessError(self.error or ErrorCode.TOKEN_INVALID)
        return self.caller


def issue(call: Call, pool: Pool, user: User) -> Issued:
    """Sign a token that speaks for a user: an OwnerToken if the user owns the pool."""
    iat = int(call.now.timestamp())
    exp = iat + pool.jwt_expired
    claims = {
        "data": {
            "email": user.email,
            "id": user.id,
            "clientId": pool.id,
            "unionid": user.unionid,
            "series": user.token_series,
        },
        "iat": iat,
        "exp": exp,
        "jti": secrets.token_hex(8),
    }
    header = {"alg": "HS256", "typ": "JWT"}
    return Issued(jwt.encode(header, claims, call.server.keys.tokens), iat, exp)


def issue_to_user(call: Call, user: User) -> Issued:
    """Sign a UserToken, and store it with its user."""
    if user.token and _is_past(user.token_expired_at, call.now):
        key = call.server.keys.tokens
        if jwt.decode(user.token, key).claims["exp"] > call.now.timestamp():
            # Ended before its time, it does not come back with the new one.
            revoke_all(user)
    issued = issue(call, call.pool, user)
    user.token = issued.token
    user.token_expired_at = call.after(call.pool.jwt_expired)
    return issued


def revoke_all(user: User) -> None:
    """Make every token issued to a user so far invalid."""
    user.token_series += 1
    user.token = None


async def inspect(call: Call, token: str | None) -> Standing:
    """Say what a token is worth; the one place that does."""
    if not token:
        return Standing(error=ErrorCode.NOT_SIGNED_IN)
    try:
        claims = _read(token, call.server.keys.token_secret)
        data, exp = claims["data"], claims["exp"]
    except (JoseError, ValueError, KeyError, TypeError):
        return Standing(error=ErrorCode.TOKEN_INVALID)
    if call.now.timestamp() >= exp:
        return Standing(claims, error=ErrorCode.TOKEN_EXPIRED)
    found = await call.session.execute(
        _POOL_AND_USER, {"user_id": data["id"], "pool_id": data["clientId"]}
    )
    user = found.one_or_none()
    if user is None or user.Pool.is_deleted or user.token_series != data["series"]:
        return Standing(claims, error=ErrorCode.TOKEN_INVALID)
    pool: Pool = user.Pool
    if data["id"] == pool.owner_id:
        return Standing(claims, Caller("OWNER", data["id"], pool))
    if user.pool_id != pool.id or user.blocked or user.is_deleted:
        return Standing(claims, error=ErrorCode.TOKEN_INVALID)
    if _is_past(user.token_expired_at, call.now):
        return Standing(claims, error=ErrorCode.TOKEN_EXPIRED)
    return Standing(claims, Caller("USER", data["id"], pool))


# Of those that are good: clients come with the same one again and again.
@functools.lru_cache(maxsize=1000)
def _read(token: str, secret: str) -> dict[str, Any]:
    """What a token says; raises where that is not signed, or not what we would say."""
    claims = jwt.decode(token, OctKey.import_key(secret), ["HS256"]).claims
    names = claims["data"]["id"], claims["data"]["clientId"]
    if any(type(name) is not str or "\0" in name for name in names):
        raise ValueError("it names nobody")
    if type(claims["exp"]) is not int or "series" not in claims["data"]:
        raise ValueError("it never ends")
    return claims


def _is_past(instant: datetime | None, now: datetime) -> bool:
    return instant is not None and instant <= now
