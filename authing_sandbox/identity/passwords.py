"""Passwords: hashing what is stored, and comparing with it."""

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from ..calls.errors import BusinessError, ErrorCode

MINIMUM_LENGTH = 6

# The profile for tests: what signs in here are test users, over and over.
_hasher = PasswordHasher.from_parameters(profiles.CHEAPEST)


def hashed(password: str) -> str:
    """Hash a new password; refused where it is too short."""
    if len(password) < MINIMUM_LENGTH:
        raise BusinessError(ErrorCode.PASSWORD_TOO_SHORT)
    return _hasher.hash(password)


def matches(password: str, password_hash: str) -> bool:
    """Say whether this is the password that was hashed; nothing matches no hash."""
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
