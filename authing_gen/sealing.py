"""Encrypts what a token store keeps: who reads the store learns no token."""

import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12
_PURPOSE = b"authing-gen token store 1"


def store_name(user_pool_id: str, url: str) -> str:
    """What a store calls a user pool at a gateway: it tells nothing of them."""
    return f"authing-gen:{sha256(_context(user_pool_id, url)).hexdigest()[:32]}"


def _context(user_pool_id: str, url: str) -> bytes:
    return b"\0".join((_PURPOSE, user_pool_id.encode(), url.encode()))


class Seal:
    """Encrypts under a key that only those have who know the secret of the user pool.

    AES-256-GCM under a key that HKDF derives from the secret (RFC 5869); the key
    belongs to one user pool at one gateway.

    Args:
        secret: Secret of the user pool.
        user_pool_id: Identifier of the user pool.
        url: URL of the gateway.
    """

    def __init__(self, secret: str, user_pool_id: str, url: str) -> None:
        context = _context(user_pool_id, url)
        key = HKDF(SHA256(), 32, salt=None, info=context).derive(secret.encode())
        self._cipher = AESGCM(key)
        self.name = store_name(user_pool_id, url)
        """What the store calls it: it tells nothing of the secret."""

    def close(self, content: bytes) -> bytes:
        """Encrypt something; no two encryptions are alike."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, None)

    def open(self, sealed: bytes) -> bytes | None:
        """Decrypt something, or say that it is not ours."""
        try:
            return self._cipher.decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None
            )
        except (InvalidTag, ValueError):
            return None
