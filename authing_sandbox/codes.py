"""Codes and links that prove an address: sent to it, good once, for a while."""

import secrets
from datetime import timedelta
from typing import Literal

from .call import Call
from .errors import BusinessError, ErrorCode
from .tables import VerificationCode

Purpose = Literal["sms", "password", "email"]
"""`sms` proves a phone, `password` allows a new password, `email` is in a link."""


async def make(call: Call, purpose: Purpose, address: str) -> str:
    """Make a code for an address; an older one is no longer good."""
    if purpose == "email":
        code = secrets.token_urlsafe(24)
    else:
        code = f"{secrets.randbelow(10_000):04}"
    record = await _find(call, purpose, address)
    if record is None:
        record = VerificationCode(
            pool_id=call.pool.id, purpose=purpose, address=address
        )
        call.session.add(record)
    record.code, record.sent_at, record.used = code, call.now, False
    return code


async def check_interval(call: Call, purpose: Purpose, address: str) -> None:
    """Refuse another code too soon after the last one."""
    record = await _find(call, purpose, address)
    interval = timedelta(seconds=call.pool.sms_interval)
    if record is not None and call.now < record.sent_at + interval:
        raise BusinessError(ErrorCode.TOO_FREQUENT)


async def check(
    call: Call, purpose: Purpose, address: str, code: str | int
) -> VerificationCode:
    """Refuse a code that is wrong, used or expired."""
    record = await _find(call, purpose, address)
    if record is None or record.used or not _same(record.code, str(code)):
        raise BusinessError(ErrorCode.WRONG_CODE)
    if call.now >= record.sent_at + timedelta(seconds=call.pool.code_lifetime):
        raise BusinessError(ErrorCode.CODE_EXPIRED)
    return record


async def consume(call: Call, purpose: Purpose, address: str, code: str | int) -> None:
    """Check a code and make it unusable; it stays usable where the call is refused."""
    (await check(call, purpose, address, code)).used = True


async def _find(call: Call, purpose: Purpose, address: str) -> VerificationCode | None:
    return await call.session.get(VerificationCode, (call.pool.id, purpose, address))


def _same(code: str, given: str) -> bool:
    # `phoneCode` is an Int in `login`: a leading zero does not arrive.
    padded = given.zfill(len(code)) if given else ""
    return secrets.compare_digest(code.encode(), padded.encode())
