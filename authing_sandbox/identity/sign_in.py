"""Signing in: proving an account, and recording that somebody did or tried to."""

import ipaddress
from dataclasses import dataclass
from typing import Any, cast

from pyotp.totp import TOTP
from pyotp.utils import strings_equal
from sqlalchemy import CursorResult, bindparam, insert, select, update

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..storage.tables import MFA, Place, SignIn, User, table_of
from . import accounts, captcha, codes, rates, tokens
from .accounts import Identifiers
from .passwords import matches

_MFA = select(MFA).where(MFA.user_id == bindparam("user_id"))
_ATTEMPTED = insert(table_of(SignIn))
_PLACES = table_of(Place)
_BACK_AT = (
    update(_PLACES)
    .where(_PLACES.c.user_id == bindparam("of"), _PLACES.c.where == bindparam("at"))
    .values(when=bindparam("now"))
)
_FIRST_AT = insert(_PLACES)


@dataclass(frozen=True)
class Proof:
    """What is offered to prove an account."""

    password: str | None = None
    phone_code: int | None = None
    mfa_code: str | None = None
    verify_code: str | None = None


@dataclass(frozen=True)
class Circumstances:
    """From where somebody signs in, as far as the call says so itself."""

    ip: str | None = None
    browser: str | None = None
    device: str | None = None


NO_DETAILS = Circumstances()


async def sign_in(
    call: Call,
    identifiers: Identifiers,
    proof: Proof,
    details: Circumstances = NO_DETAILS,
) -> User:
    """Sign a user in; the attempt is recorded even where it is refused."""
    user = await accounts.find(call, *identifiers.first)
    if user is None or user.is_deleted:
        raise BusinessError(ErrorCode.NO_SUCH_USER)
    try:
        check_not_blocked(user)
        await captcha.check(call, user, identifiers.first[1], proof.verify_code)
        await _check_proof(call, user, identifiers, proof)
        _check_email_verified(call, user, identifiers)
    except BusinessError as error:
        record_refusal(call, user, error, details)
        raise
    await admit(call, user, details, proof.mfa_code)
    return user


def check_not_blocked(user: User) -> None:
    """Refuse a user whose account is locked, or marked as deleted."""
    if user.is_deleted:
        raise BusinessError(ErrorCode.NO_SUCH_USER)
    if user.blocked:
        raise BusinessError(ErrorCode.LOCKED)


def record_refusal(
    call: Call, user: User, error: BusinessError, details: Circumstances
) -> None:
    """Keep a failed attempt, although the call is refused."""
    if error.error in (ErrorCode.WRONG_PASSWORD, ErrorCode.WRONG_CODE):
        rates.note_failure(call, "login", user.id)
    attempt = _attempt(call, user, details, success=False, result=error.message)
    call.unit.add_if_refused(SignIn(**attempt))


async def admit(
    call: Call,
    user: User,
    details: Circumstances = NO_DETAILS,
    mfa_code: str | None = None,
) -> None:
    """Let a proven user in: record it, and issue a UserToken.

    However somebody has proven an account: where MFA is on, nobody gets in without the
    one-time password, not even by operations that have no argument for it.
    """
    try:
        check_not_blocked(user)
        await _check_mfa(call, user, mfa_code)
    except BusinessError as error:
        record_refusal(call, user, error, details)
        raise
    await rates.forget(call, "login", user.id)
    attempt = _attempt(call, user, details, success=True, result="登录成功")
    await call.session.execute(_ATTEMPTED, attempt)
    await _record_place(call, user, attempt["ip"])
    user.logins_count += 1
    user.last_login = call.now
    user.last_ip = attempt["ip"]
    user.browser = attempt["browser"]
    user.device = attempt["device"] or user.device
    tokens.issue_to_user(call, user)


async def _check_proof(
    call: Call, user: User, identifiers: Identifiers, proof: Proof
) -> None:
    if proof.phone_code is not None and identifiers.phone:
        await codes.consume(call, "sms", identifiers.phone, proof.phone_code)
        user.phone_verified = True
    elif proof.password is None:
        raise BusinessError(ErrorCode.MISSING_PARAMETER)
    elif user.password_hash is None:
        raise BusinessError(ErrorCode.NO_PASSWORD)
    elif not matches(proof.password, user.password_hash):
        raise BusinessError(ErrorCode.WRONG_PASSWORD)


def _check_email_verified(call: Call, user: User, identifiers: Identifiers) -> None:
    """Refuse an address that is not verified, where the pool wants it to be."""
    by_email = identifiers.first[0] == "email" and not user.email_verified
    if by_email and call.pool.email_verification_required:
        raise BusinessError(ErrorCode.FORBIDDEN, "邮箱尚未验证，请先验证邮箱")


async def _check_mfa(call: Call, user: User, code: str | None) -> None:
    mfa = await call.session.scalar(_MFA, {"user_id": user.id})
    if mfa is None or not mfa.enable:
        return
    if not code:
        raise BusinessError(ErrorCode.CODE_REQUIRED, "需要 MFACode（一次性密码）")
    totp = TOTP(mfa.share_key)
    step = totp.timecode(call.now)
    # One step to either side, as RFC 6238 suggests for clocks that disagree; and none
    # that is not newer than the last, as it demands (5.2).
    for candidate in range(max(step - 1, (mfa.last_step or 0) + 1), step + 2):
        if strings_equal(totp.generate_otp(candidate), code):
            mfa.last_step = candidate
            return
    raise BusinessError(ErrorCode.WRONG_CODE)


def _attempt(
    call: Call, user: User, details: Circumstances, *, success: bool, result: str
) -> dict[str, Any]:
    """A row of `SignIn`."""
    return {
        "user_id": user.id,
        "pool_id": call.pool.id,
        "when": call.now,
        "success": success,
        "result": result,
        "ip": details.ip or call.origin.ip,
        "browser": details.browser or call.origin.browser,
        "device": details.device,
    }


async def _record_place(call: Call, user: User, ip: str | None) -> None:
    where, now = _place_of(ip), call.now
    back = {"of": user.id, "at": where, "now": now}
    updated = cast("CursorResult[Any]", await call.session.execute(_BACK_AT, back))
    if updated.rowcount:
        return
    place = {"user_id": user.id, "pool_id": call.pool.id, "where": where, "when": now}
    await call.session.execute(_FIRST_AT, place)


def _place_of(ip: str | None) -> str:
    """Name the place of an address, as far as the address itself shows it."""
    try:
        address = ipaddress.ip_address(ip or "")
    except ValueError:
        return ip or "未知"
    if address.is_loopback:
        return "本机地址"
    return "局域网" if address.is_private else str(address)
