"""Registration whitelist of phone numbers.

The documentation and production of 2020-05 spell one argument differently; both act on
the same list.
"""

from collections.abc import Sequence
from typing import Any

from ariadne import MutationType, QueryType
from sqlalchemy import select

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..identity.contacts import check_phone
from ..storage.tables import Pool, WhitelistEntry

query = QueryType()
mutation = MutationType()


@mutation.field("setInvitationState")
async def set_invitation_state(
    call: Call,
    *,
    enable_qr_code: bool | None = None,
    enable_phone: bool | None = None,
    **_: Any,
) -> Pool:
    enable = enable_phone if enable_qr_code is None else enable_qr_code
    if enable is None:
        raise BusinessError(ErrorCode.MISSING_PARAMETER)
    pool = call.pool
    pool.whitelist_enabled = enable
    pool.whitelist_created_at = pool.whitelist_created_at or call.now
    pool.whitelist_updated_at = call.now
    return pool


@query.field("queryInvitationState")
async def query_invitation_state(call: Call, **_: Any) -> Pool:
    return call.pool


@query.field("queryInvitation")
async def query_invitation(call: Call, **_: Any) -> Sequence[WhitelistEntry]:
    entries = await call.session.scalars(
        select(WhitelistEntry)
        .where(WhitelistEntry.pool_id == call.pool.id)
        .order_by(WhitelistEntry.id)
    )
    return entries.all()


@mutation.field("addToInvitation")
async def add_to_invitation(
    call: Call, *, qr_code_phone: str | None = None, phone: str | None = None, **_: Any
) -> WhitelistEntry:
    number = _given(qr_code_phone, phone)
    entry = await _find(call, number)
    if entry is None:
        entry = WhitelistEntry(pool_id=call.pool.id, phone=number, created_at=call.now)
        call.session.add(entry)
    entry.updated_at = call.now
    return entry


@mutation.field("removeFromInvitation")
async def remove_from_invitation(
    call: Call, *, qr_code_phone: str | None = None, phone: str | None = None, **_: Any
) -> WhitelistEntry:
    entry = await _find(call, _given(qr_code_phone, phone))
    if entry is None:
        raise BusinessError(ErrorCode.NOTHING_TO_REMOVE)
    await call.session.delete(entry)
    await call.session.flush()
    entry.is_deleted = True
    return entry


def _given(qr_code_phone: str | None, phone: str | None) -> str:
    number = qr_code_phone or phone
    if not number:
        raise BusinessError(ErrorCode.MISSING_PARAMETER)
    check_phone(number)
    return number


async def _find(call: Call, phone: str) -> WhitelistEntry | None:
    found = await call.session.scalars(
        select(WhitelistEntry).where(
            WhitelistEntry.pool_id == call.pool.id, WhitelistEntry.phone == phone
        )
    )
    return found.one_or_none()
