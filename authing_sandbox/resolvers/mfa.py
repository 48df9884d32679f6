"""Multi-factor authentication."""

from typing import Any

import pyotp
from ariadne import MutationType, QueryType
from sqlalchemy import select

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..identity import accounts
from ..storage.tables import MFA

query = QueryType()
mutation = MutationType()


@query.field("queryMFA")
async def query_mfa(
    call: Call, *, _id: str | None = None, user_id: str | None = None, **_: Any
) -> MFA | None:
    if _id is None:
        return await _of_user(call, call.subject(user_id))
    mfa = await call.session.get(MFA, _id)
    if mfa is None or mfa.pool_id != call.pool.id:
        return None
    call.subject(mfa.user_id)
    return mfa


@mutation.field("changeMFA")
async def change_mfa(
    call: Call,
    *,
    enable: bool,
    _id: str | None = None,
    user_id: str | None = None,
    refresh_key: bool | None = None,
    **_: Any,
) -> MFA:
    mfa = await _of_user(call, call.subject(user_id))
    if _id is not None and (mfa is None or mfa.id != _id):
        raise BusinessError(ErrorCode.NOT_OWN_ACCOUNT)
    if mfa is None:
        user = await accounts.get(call, call.subject(user_id))
        mfa = MFA(
            user_id=user.id, pool_id=call.pool.id, share_key=pyotp.random_base32()
        )
        call.session.add(mfa)
    elif refresh_key:
        mfa.share_key, mfa.last_step = pyotp.random_base32(), None
    mfa.enable = enable
    await call.session.flush()
    return mfa


async def _of_user(call: Call, user_id: str) -> MFA | None:
    found = await call.session.scalars(
        select(MFA).where(MFA.user_id == user_id, MFA.pool_id == call.pool.id)
    )
    return found.one_or_none()
