"""Decrypting the passwords that clients send."""

import base64
import binascii
from functools import cached_property
from typing import TYPE_CHECKING

from .errors import BusinessError, ErrorCode

if TYPE_CHECKING:
    from Crypto.Cipher.PKCS1_v1_5 import PKCS115_Cipher


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
        # Here: see `deferred`.
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
