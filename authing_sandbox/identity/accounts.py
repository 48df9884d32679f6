"""Accounts: finding, creating and changing them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from ..calls.call import Call
from ..calls.clock import from_text
from ..calls.errors import BusinessError, ErrorCode
from ..storage.phones import spelled
from ..storage.tables import SocialBinding, User, WhitelistEntry, new_id
from . import codes, rates, tokens
from .contacts import check_phone, is_email
from .passwords import hashed, matches

_INSTANTS = frozenset({"signed_up", "last_login", "token_expired_at", "updated_at"})
_UNIQUE = {
    "email": ErrorCode.EMAIL_TAKEN,
    "phone": ErrorCode.PHONE_TAKEN,
    "username": ErrorCode.USERNAME_TAKEN,
    "unionid": ErrorCode.ACCOUNT_BOUND_ELSEWHERE,
}
REGISTER_METHODS = {
    "unionid": "oauth",
    "email": "default:email",
    "phone": "default:phone",
    "username": "default:username-password",
}
"""How somebody registers, as the service guesses it: by the first that is given."""


# Made once, like every statement of which each call executes some: making one takes
# SQLAlchemy longer than executing it.
_BY_ID = select(User).where(User.id == bindparam("id"))
_OF_POOL = select(User).where(User.pool_id == bindparam("pool_id"))
_BY_IDENTIFIER = {
    name: _OF_POOL.where(getattr(User, name) == bindparam("value"))
    for name in REGISTER_METHODS
}
_BY_BINDING = (
    select(User)
    .join(SocialBinding, SocialBinding.user_id == User.id)
    .where(SocialBinding.pool_id == bindparam("pool_id"))
    .where(SocialBinding.unionid == bindparam("value"))
)

LONGEST = 500
"""Characters of what is found by an index; PostgreSQL has no longer ones in any."""


@dataclass(frozen=True)
class Identifiers:
    """What names an account; the first that is given does."""

    unionid: str | None = None
    email: str | None = None
    phone: str | None = None
    username: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Identifiers":
        """Those that an input, or a form, holds among other things."""
        return cls(**{name: given.get(name) for name in REGISTER_METHODS})

    @property
    def first(self) -> tuple[str, str]:
        """Name and value of the first identifier."""
        for name in REGISTER_METHODS:
            if value := getattr(self, name):
                return name, value
        raise BusinessError(ErrorCode.MISSING_PARAMETER)


def check_length(name: str, text: str) -> None:
    """Refuse a text that is to be found by an index, and too long for one."""
    if len(text) > LONGEST:
        raise BusinessError(ErrorCode.MISSING_PARAMETER, f"参数过长：{name}")


async def find(call: Call, name: str, value: str) -> User | None:
    """Find the account of the pool with an identifier."""
    wanted = {"pool_id": call.pool.id, "value": value}
    user = await call.session.scalar(_BY_IDENTIFIER[name], wanted)
    if user is None and name == "unionid":
        user = await call.session.scalar(_BY_BINDING, wanted)
    return user


async def get(call: Call, user_id: str) -> User:
    """Read an account of the pool; refused where there is none."""
    user = await call.session.scalar(_BY_ID, {"id": user_id})
    if user is None:
        raise BusinessError(ErrorCode.NO_SUCH_USER)
    if user.pool_id != call.pool.id:
        raise BusinessError(ErrorCode.FOREIGN_USER)
    return user


async def register(call: Call, info: Mapping[str, Any]) -> User:
    """Create an account; `info` is a UserRegisterInput.

    What it has by default it has once it is flushed.
    """
    if call.pool.register_disabled:
        raise BusinessError(ErrorCode.REGISTRATION_CLOSED)
    await _check_frequency(call)
    identifiers = Identifiers.of(info)
    name, value = identifiers.first
    if await find(call, name, value) is not None:
        raise BusinessError(ErrorCode.USER_EXISTS)
    if identifiers.email and not is_email(identifiers.email):
        raise BusinessError(ErrorCode.BAD_REGISTRATION_EMAIL)
    verified = await _check_phone_of(call, identifiers.phone, info.get("phone_code"))
    password = info.get("password")
    if password is None and name != "unionid" and not verified:
        raise BusinessError(ErrorCode.PASSWORD_REQUIRED)
    user = User(
        id=new_id(),
        pool_id=call.pool.id,
        register_method=info.get("register_method") or REGISTER_METHODS[name],
        password_hash=None if password is None else hashed(password),
        email_verified=call.pool.email_verified_default and bool(identifiers.email),
        phone_verified=verified,
        signed_up=call.now,
        updated_at=call.now,
        token_series=1,
    )
    await _set(call, user, _columns(info), free=name)
    call.session.add(user)
    rates.note(call, "register", call.origin.ip or "")
    return user


async def _check_frequency(call: Call) -> None:
    pool = call.pool
    if pool.register_check_enable and await rates.is_reached(
        call,
        "register",
        call.origin.ip or "",
        pool.register_check_limit,
        pool.register_check_interval,
    ):
        raise BusinessError(ErrorCode.TOO_FREQUENT, "注册过于频繁，请稍候再试")


async def update(call: Call, user: User, options: Mapping[str, Any]) -> None:
    """Change an account; `options` is a UserUpdateInput, what it leaves out stays."""
    changes = _columns(options)
    email, password = changes.get("email"), options.get("password")
    if email and not is_email(email):
        raise BusinessError(ErrorCode.BAD_EMAIL)
    if phone := changes.get("phone"):
        check_phone(phone)
    old = options.get("old_password")
    if old is not None and not matches(old, user.password_hash or ""):
        raise BusinessError(ErrorCode.WRONG_OLD_PASSWORD)
    if password is not None:
        set_password(user, password)
    for name in ("email", "phone"):
        if changes.get(name, getattr(user, name)) != getattr(user, name):
            # What was proven of the old address is not proven of the new one.
            setattr(user, f"{name}_verified", False)
    user.updated_at = call.now
    await _set(call, user, changes)
    expires = changes.get("token_expired_at")
    if user.blocked or user.is_deleted or (expires and expires <= call.now):
        # Not even a later unblocking or sign-in gives the present tokens back.
        tokens.revoke_all(user)


def set_password(user: User, password: str) -> None:
    """Give an account a new password; whoever is signed in with the old one is out."""
    user.password_hash = hashed(password)
    tokens.revoke_all(user)


def _columns(given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an account that an input sets, with the instants read."""
    ours = {"id", "pool_id", "password_hash", "token_series"}
    columns = {
        name: value
        for name, value in given.items()
        if value is not None and name in User.__table__.columns and name not in ours
    }
    if "phone" in columns:
        columns["phone"] = spelled(columns["phone"])
    for name in _INSTANTS & columns.keys():
        columns[name] = _instant(name, columns[name])
    return columns


def _instant(name: str, text: str) -> datetime:
    try:
        return from_text(text)
    except (ValueError, OverflowError):
        raise BusinessError(
            ErrorCode.MISSING_PARAMETER, f"时间格式不正确：{name}"
        ) from None


async def _set(
    call: Call, user: User, columns: Mapping[str, Any], free: str | None = None
) -> None:
    """Change columns; one of the identifiers may be known to be nobody else's."""
    for name, error in _UNIQUE.items():
        check_length(name, columns.get(name) or "")
        if name != free and (value := columns.get(name)):
            owner = await find(call, name, value)
            if owner is not None and owner is not user:
                raise BusinessError(error)
    for name, value in columns.items():
        # An empty identifier is none: two users without e-mail must not collide.
        setattr(user, name, None if name in _UNIQUE and value == "" else value)


async def _check_phone_of(call: Call, phone: str | None, code: str | None) -> bool:
    """Refuse a phone that may not register; say whether a code proved it."""
    if not phone:
        return False
    check_phone(phone)
    if call.pool.whitelist_enabled:
        listed = await call.session.scalar(
            select(WhitelistEntry.id).where(
                WhitelistEntry.pool_id == call.pool.id, WhitelistEntry.phone == phone
            )
        )
        if listed is None:
            raise BusinessError(ErrorCode.REGISTRATION_CLOSED, "手机号不在白名单中")
    if code is None:
        return False
    await codes.consume(call, "sms", phone, code)
    return True
