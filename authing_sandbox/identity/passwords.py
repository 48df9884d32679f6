"""Passwords: decrypting what clients send, hashing what is stored."""

import base64
import binascii
from functools import cached_property
from typing import TYPE_CHECKING

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from ..calls.errors import BusinessError, ErrorCode

if TYPE_CHECKING:
    from Crypto.Cipher.PKCS1_v1_5 import PKCS115_Cipher

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


class PasswordCipher:
    """The server's end of password encryption: RSA, PKCS#1 v1.5, base64 text.

    By PyCryptodome, because OpenSSL answers a wrong padding with random bytes
    ("implicit rejection"), so that its caller cannot tell a password from nonsense.
    """

    def __init__(self, private_key: str, public_key: str) -> None:
        self._private_key = private_key
        self.public_key = public_key
        """As PEM, like the private one."""

    @cached_property
    def _cipher(self) -> "PKCS115_Cipher":
        # Here: see `later`.
        from Crypto.Cipher import PKCS1_v1_5
        from Crypto.PublicKey import RSA

        return PKCS1_v1_5.new(RSA.import_key(self._private_key))

    def decrypt(self, text: str) -> str:
        """Decrypt a password; refused where it is not encrypted for our key."""
        try:
            block = base64.b64decode(text, validate=True)
            plain = self._cipher.decrypt(block, None)
            if plain is not None:
                return plain.decode()
        except (ValueError, binascii.Error):
            pass
        raise BusinessError(ErrorCode.UNDECRYPTABLE)

    def decrypt_or_keep(self, text: str) -> str:
        """Decrypt a password that may also have been sent plain."""
        try:
            return self.decrypt(text)
        except BusinessError:
            return text
