"""Initialisation: what a server-side client starts with."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from ariadne import MutationType, QueryType

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..identity import tokens
from ..storage.database import Unit
from ..storage.tables import Pool, UsedNonce, User

query = QueryType()
mutation = MutationType()

_PUBLIC = frozenset(
    {
        *("id", "name", "descriptions", "logo", "allowed_origins", "jwt_expired"),
        *("register_disabled", "email_verified_default"),
        *("verify_old_email", "verify_old_phone"),
        *("register_check_enable", "register_check_limit", "register_check_interval"),
        *("login_fail_check_enable", "login_fail_check_limit"),
        *("login_fail_check_interval",),
    }
)


@dataclass(frozen=True)
class PublicPool:
    """What anybody may know of a pool; of the rest it says that there is nothing."""

    pool: Pool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pool, name) if name in _PUBLIC else None


@query.field("getClientWhenSdkInit")
async def get_client_when_sdk_init(call: Call, **given: Any) -> dict[str, Any]:
    return {"client_info": call.pool, "access_token": await _owner_token(call, **given)}


@query.field("getAccessTokenByAppSecret")
async def get_access_token_by_app_secret(call: Call, **given: Any) -> str:
    return await _owner_token(call, **given)


@query.field("getUserPoolSettings")
async def get_user_pool_settings(call: Call, **_: Any) -> PublicPool:
    return PublicPool(call.pool)


async def _owner_token(
    call: Call,
    *,
    secret: str | None = None,
    timestamp: str | None = None,
    nonce: int | None = None,
    signature: str | None = None,
    **_: Any,
) -> str:
    if secret is not None:
        _check(secret, call.pool.app_secret)
    elif timestamp is None or nonce is None or signature is None:
        raise BusinessError(ErrorCode.MISSING_PARAMETER)
    else:
        _check(signature, hashlib.sha1(f"{timestamp}{nonce}".encode()).hexdigest())
        _check_fresh(call, timestamp)
        await _use_nonce(call, timestamp, nonce)
    owner = await call.session.get_one(User, call.pool.owner_id)
    return tokens.issue(call, call.pool, owner).token


def _check(given: str, expected: str) -> None:
    if not secrets.compare_digest(given.encode(), expected.encode()):
        raise BusinessError(ErrorCode.FORBIDDEN)


def _check_fresh(call: Call, timestamp: str) -> None:
    try:
        age = abs(call.now.timestamp() - int(timestamp) / 1000)
    except (ValueError, OverflowError):
        raise BusinessError(ErrorCode.FORBIDDEN, "timestamp 不是毫秒数") from None
    if age > call.pool.signature_lifetime:
        raise BusinessError(ErrorCode.FORBIDDEN, "签名已过期")


async def _use_nonce(call: Call, timestamp: str, nonce: int) -> None:
    # A transaction of its own: the one of a query only reads.
    async def use(unit: Unit) -> None:
        key = (call.pool.id, timestamp, nonce)
        if await unit.session.get(UsedNonce, key) is not None:
            raise BusinessError(ErrorCode.FORBIDDEN, "签名已被使用过")
        unit.session.add(
            UsedNonce(pool_id=call.pool.id, timestamp=timestamp, nonce=nonce)
        )

    await call.server.database.run(use, write=True)
