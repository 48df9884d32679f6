"""Codes and links that prove an address: sent to it, good once, for a while."""

import secrets
from datetime import timedelta
from typing import Literal

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..storage.phones import spelled
from ..storage.tables import Pool, VerificationCode
from . import rates

Purpose = Literal["sms", "password", "email", "new-email", "captcha"]
"""`sms` proves a phone, `password` allows a new password, `email` is in a link,
`new-email` allows a new address, `captcha` is in a picture."""


def new_code(pool: Pool) -> str:
    """Four digits that nobody knows yet, or those that the pool has fixed."""
    return pool.fixed_code or f"{secrets.randbelow(10_000):04}"


async def make(call: Call, purpose: Purpose, address: str) -> str:
    """Make a code for an address; an older one is no longer good.

    Refused too soon after the last one.
    """
    pool, address = call.pool, _spelled(purpose, address)
    code = secrets.token_urlsafe(24) if purpose == "email" else new_code(pool)
    intervals = {"sms": pool.sms_interval, "captcha": 0}
    interval = intervals.get(purpose, pool.mail_interval)
    record = await _find(call, purpose, address)
    if record and call.now < record.sent_at + timedelta(seconds=interval):
        raise BusinessError(ErrorCode.TOO_FREQUENT)
    if record is None:
        record = VerificationCode(pool_id=pool.id, purpose=purpose, address=address)
        call.session.add(record)
    record.code, record.sent_at, record.used = code, call.now, False
    await rates.forget(call, purpose, address)
    return code


async def check(
    call: Call, purpose: Purpose, address: str, code: str | int
) -> VerificationCode:
    """Refuse a code that is wrong, used or expired, or guessed at too often."""
    pool, address = call.pool, _spelled(purpose, address)
    record = await _find(call, purpose, address)
    if record is None or record.used:
        raise BusinessError(ErrorCode.WRONG_CODE)
    attempts = pool.code_attempts, pool.code_lifetime
    if await rates.is_reached(call, purpose, address, *attempts):
        raise BusinessError(ErrorCode.CODE_EXPIRED)
    if not _same(record.code, str(code)):
        rates.note_failure(call, purpose, address)
        raise BusinessError(ErrorCode.WRONG_CODE)
    if call.now >= record.sent_at + timedelta(seconds=pool.code_lifetime):
        raise BusinessError(ErrorCode.CODE_EXPIRED)
    return record


async def consume(call: Call, purpose: Purpose, address: str, code: str | int) -> None:
    """Check a code and make it unusable; it stays usable where the call is refused."""
    (await check(call, purpose, address, code)).used = True


async def _find(call: Call, purpose: Purpose, address: str) -> VerificationCode | None:
    return await call.session.get(VerificationCode, (call.pool.id, purpose, address))


def _spelled(purpose: Purpose, address: str) -> str:
    return spelled(address) if purpose == "sms" else address


def _same(code: str, given: str) -> bool:
    # `phoneCode` is an Int in `login`: a leading zero does not arrive.
    padded = given.zfill(len(code)) if given else ""
    return secrets.compare_digest(code.encode(), padded.encode())
