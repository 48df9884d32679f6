"""Encrypts what the service wants encrypted: RSA, PKCS#1 v1.5, base64.

Source: 登录, 注意事项 and Public Key.
"""

from base64 import b64encode
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from .errors import AuthingConfigurationError, PasswordTooLongError
from .text import utf8

SHORTEST_KEY = 1024
"""Bits of the vendor's own key; shorter ones are broken at home."""

PADDING_BYTES = 11
"""Bytes of the key that PKCS#1 v1.5 uses itself."""


class PasswordCipher:
    """Encrypts passwords under one public key."""

    def __init__(self, key: RSAPublicKey) -> None:
        self._key = key
        self.limit = key.key_size // 8 - PADDING_BYTES
        """Bytes of UTF-8 that the key can carry: 117 under the vendor's."""

    def encrypt(self, password: str) -> str:
        """Encrypt a password to base64 text; no two encryptions are alike.

        Raises:
            PasswordTooLongError: It has more bytes than `limit`.
            UnsendableTextError: It holds half a character.
        """
        plain = utf8(password)
        if len(plain) > self.limit:
            raise PasswordTooLongError(self.limit)
        return b64encode(self._key.encrypt(plain, PKCS1v15())).decode()


@lru_cache(maxsize=32)
def cipher_for(public_key: str) -> PasswordCipher:
    """Return the cipher of a public key in PEM form; one object a key.

    Raises:
        AuthingConfigurationError: It is not an RSA public key.
    """
    try:
        key = load_pem_public_key(public_key.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise AuthingConfigurationError(
            "public_key is not a public key in PEM form"
        ) from error
    if not isinstance(key, RSAPublicKey):
        raise AuthingConfigurationError("public_key is not an RSA key")
    if key.key_size < SHORTEST_KEY:
        raise AuthingConfigurationError(
            f"public_key has {key.key_size} bits; fewer than {SHORTEST_KEY} protect"
            " nothing"
        )
    return PasswordCipher(key)
