"""Another e-mail address or phone for a user: proven by a code, and the old one too."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..storage.phones import spelled
from ..storage.tables import User
from . import accounts, codes
from .codes import Purpose
from .contacts import check_phone, is_email


@dataclass(frozen=True)
class Given:
    """The new contact and the code that proves it; the old one and its code, if any."""

    new: str
    code: str
    old: str | None = None
    old_code: str | None = None


@dataclass(frozen=True)
class Contact:
    """What changing a contact of a kind means."""

    name: Literal["email", "phone"]
    """The column of the account; the rule of the pool is called after it."""
    purpose: Purpose
    """Which codes prove it."""
    spell: Callable[[str], str]
    check: Callable[[str], None]
    taken: ErrorCode
    same: ErrorCode
    mismatch: ErrorCode


def _check_email(email: str) -> None:
    if not is_email(email):
        raise BusinessError(ErrorCode.BAD_EMAIL)


EMAIL = Contact(
    "email",
    "new-email",
    str,
    _check_email,
    taken=ErrorCode.EMAIL_TAKEN,
    same=ErrorCode.SAME_EMAIL,
    mismatch=ErrorCode.WRONG_OLD_EMAIL,
)
PHONE = Contact(
    "phone",
    "sms",
    spelled,
    check_phone,
    taken=ErrorCode.PHONE_TAKEN,
    same=ErrorCode.PHONE_TAKEN,
    mismatch=ErrorCode.WRONG_OLD_PHONE,
)


async def change(call: Call, contact: Contact, given: Given) -> User:
    """Give a user another contact: the caller, or whom the owner names by the old one.

    Raises:
        BusinessError: The new one is none, taken or the present one; the old one is
            another (2037, 2038) or, where the pool wants it proven, missing (2231); a
            code is wrong. No code is used up then.
    """
    contact.check(given.new)
    user = await _whose(call, contact, given)
    new, present = contact.spell(given.new), getattr(user, contact.name)
    if given.old is not None and contact.spell(given.old) != present:
        raise BusinessError(contact.mismatch)
    if new == present:
        raise BusinessError(contact.same)
    if await accounts.find(call, contact.name, new) is not None:
        raise BusinessError(contact.taken)
    await _prove_old(call, contact, given, present)
    await codes.consume(call, contact.purpose, new, given.code)
    setattr(user, contact.name, new)
    setattr(user, f"{contact.name}_verified", True)
    user.updated_at = call.now
    return user


async def _whose(call: Call, contact: Contact, given: Given) -> User:
    if call.caller is not None and call.caller.kind == "USER":
        return await call.session.get_one(User, call.caller.user_id)
    if not given.old:
        raise BusinessError(ErrorCode.MISSING_PARAMETER)
    user = await accounts.find(call, contact.name, given.old)
    if user is None:
        raise BusinessError(contact.mismatch)
    return user


async def _prove_old(
    call: Call, contact: Contact, given: Given, present: str | None
) -> None:
    wanted = present is not None and getattr(call.pool, f"verify_old_{contact.name}")
    if not wanted and given.old_code is None:
        return
    if given.old is None or given.old_code is None:
        raise BusinessError(ErrorCode.MISSING_PARAMETER)
    await codes.consume(call, contact.purpose, given.old, given.old_code)
