"""Passwords: decrypting what clients send, hashing what is stored."""

import asyncio
import base64
import binascii

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from .errors import BusinessError, ErrorCode

MINIMUM_LENGTH = 6

# A few milliseconds a hash: slow enough to be real, quick enough for test suites.
_hasher = PasswordHasher(time_cost=1, memory_cost=2048, parallelism=1)


async def hashed(password: str) -> str:
    """Hash a new password; refused where it is too short."""
    if len(password) < MINIMUM_LENGTH:
        raise BusinessError(ErrorCode.PASSWORD_TOO_SHORT)
    return await asyncio.to_thread(_hasher.hash, password)


async def matches(password: str, password_hash: str) -> bool:
    """Say whether this is the password that was hashed; nothing matches no hash."""
    try:
        return await asyncio.to_thread(_hasher.verify, password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


class PasswordCipher:
    """The server's end of password encryption: RSA, PKCS#1 v1.5, base64 text."""

    def __init__(self, key: RSAPrivateKey) -> None:
        self._numbers = key.private_numbers()
        self._size = key.key_size // 8
        self.public_key = (
            key.public_key()
            .public_bytes(
                serialization.Encoding.PEM,
                serialization.PublicFormat.SubjectPublicKeyInfo,
            )
            .decode()
        )

    def decrypt(self, text: str) -> str:
        """Decrypt a password; refused where it is not encrypted for our key."""
        try:
            block = self._apply_key(base64.b64decode(text, validate=True))
            return self._unpad(block).decode()
        except (ValueError, binascii.Error):
            raise BusinessError(ErrorCode.UNDECRYPTABLE) from None

    def decrypt_or_keep(self, text: str) -> str:
        """Decrypt a password that may also have been sent plain."""
        try:
            return self.decrypt(text)
        except BusinessError:
            return text

    def _apply_key(self, ciphertext: bytes) -> bytes:
        """RSADP of RFC 8017, by the Chinese remainder theorem.

        Done here because OpenSSL answers a wrong padding with random bytes ("implicit
        rejection"), so that its caller cannot tell a password from nonsense.
        """
        key, number = self._numbers, int.from_bytes(ciphertext, "big")
        if len(ciphertext) != self._size or number >= key.public_numbers.n:
            raise ValueError("not a block of this key")
        by_p, by_q = pow(number, key.dmp1, key.p), pow(number, key.dmq1, key.q)
        number = by_q + (by_p - by_q) * key.iqmp % key.p * key.q
        return number.to_bytes(self._size, "big")

    @staticmethod
    def _unpad(block: bytes) -> bytes:
        """EME-PKCS1-v1_5 of RFC 8017: 00 02, at least 8 other bytes, 00, message."""
        padding, separator, message = block[2:].partition(b"\x00")
        if block[:2] != b"\x00\x02" or len(padding) < 8 or not separator:
            raise ValueError("wrong padding")
        return message
