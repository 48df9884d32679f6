"""The server's keys, made when a database is first used."""

import asyncio
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy.ext.asyncio import AsyncSession

from .passwords import PasswordCipher
from .tables import KeyRing

_VENDOR_KEY_SIZE = 1024  # what the service uses, and what its clients expect
_SIGNING_KEY_SIZE = 2048


@dataclass(frozen=True)
class Keys:
    """The keys, ready for use."""

    passwords: PasswordCipher
    tokens: OctKey
    oidc: RSAKey


async def load_keys(session: AsyncSession) -> Keys:
    """Read the keys from the database; make them where there are none."""
    ring = await session.get(KeyRing, 1)
    if ring is None:
        ring = KeyRing(
            id=1,
            password_key=await asyncio.to_thread(_new_rsa_key, _VENDOR_KEY_SIZE),
            token_secret=secrets.token_hex(32),
            oidc_key=await asyncio.to_thread(_new_rsa_key, _SIGNING_KEY_SIZE),
        )
        session.add(ring)
    key = serialization.load_pem_private_key(ring.password_key.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    oidc = RSAKey.import_key(ring.oidc_key)
    oidc.ensure_kid()
    return Keys(
        passwords=PasswordCipher(key),
        tokens=OctKey.import_key(ring.token_secret),
        oidc=oidc,
    )


def _new_rsa_key(size: int) -> str:
    return (
        rsa.generate_private_key(public_exponent=65537, key_size=size)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )
