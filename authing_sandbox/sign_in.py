"""Signing in: proving an account, and recording that somebody did or tried to."""

import ipaddress
from dataclasses import dataclass

from pyotp.totp import TOTP
from sqlalchemy import select

from . import accounts, codes, tokens
from .accounts import Identifiers
from .call import Call
from .errors import BusinessError, ErrorCode
from .passwords import matches
from .tables import MFA, Place, SignIn, User


@dataclass(frozen=True)
class Proof:
    """What is offered to prove an account."""

    password: str | None = None
    phone_code: int | None = None
    mfa_code: str | None = None


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
        await _check_proof(call, user, identifiers, proof)
        await _check_mfa(call, user, proof.mfa_code)
    except BusinessError as error:
        record_refusal(call, user, error, details)
        raise
    await admit(call, user, details)
    return user


def check_not_blocked(user: User) -> None:
    """Refuse a user whose account is locked."""
    if user.blocked:
        raise BusinessError(ErrorCode.LOCKED)


def record_refusal(
    call: Call, user: User, error: BusinessError, details: Circumstances
) -> None:
    """Keep a failed attempt, although the call is refused."""
    call.unit.keep(_attempt(call, user, details, success=False, result=error.message))


async def admit(call: Call, user: User, details: Circumstances = NO_DETAILS) -> None:
    """Let a proven user in: record it, and issue a UserToken."""
    attempt = _attempt(call, user, details, success=True, result="登录成功")
    call.session.add(attempt)
    user.logins_count += 1
    user.last_login = call.now
    user.last_ip = attempt.ip
    user.browser = attempt.browser
    user.device = attempt.device or user.device
    await _record_place(call, user, attempt.ip)
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
    elif not await matches(proof.password, user.password_hash):
        raise BusinessError(ErrorCode.WRONG_PASSWORD)


async def _check_mfa(call: Call, user: User, code: str | None) -> None:
    mfa = await call.session.scalar(select(MFA).where(MFA.user_id == user.id))
    if mfa is None or not mfa.enable:
        return
    if not code:
        raise BusinessError(ErrorCode.CODE_REQUIRED)
    # One step to either side, as RFC 6238 suggests for clocks that disagree.
    if not TOTP(mfa.share_key).verify(code, for_time=call.now, valid_window=1):
        raise BusinessError(ErrorCode.WRONG_CODE)


def _attempt(
    call: Call, user: User, details: Circumstances, *, success: bool, result: str
) -> SignIn:
    return SignIn(
        user_id=user.id,
        pool_id=call.pool.id,
        when=call.now,
        success=success,
        result=result,
        ip=details.ip or call.origin.ip,
        browser=details.browser or call.origin.browser,
        device=details.device,
    )


async def _record_place(call: Call, user: User, ip: str | None) -> None:
    where = _place_of(ip)
    place = await call.session.scalar(
        select(Place).where(Place.user_id == user.id, Place.where == where)
    )
    if place is None:
        place = Place(user_id=user.id, pool_id=call.pool.id, where=where)
        call.session.add(place)
    place.when = call.now


def _place_of(ip: str | None) -> str:
    """Name the place of an address, as far as the address itself shows it."""
    try:
        address = ipaddress.ip_address(ip or "")
    except ValueError:
        return ip or "未知"
    if address.is_loopback:
        return "本机地址"
    return "局域网" if address.is_private else str(address)
