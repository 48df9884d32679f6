"""The server's keys, made when a database is first used."""

import asyncio
import secrets
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy.ext.asyncio import AsyncSession

from ..storage.tables import KeyRing
from .new_keys import NewKeys
from .password_cipher import PasswordCipher


@dataclass(frozen=True)
class Keys:
    """The keys, ready for use."""

    passwords: PasswordCipher
    tokens: OctKey
    token_secret: str = field(repr=False)
    """What `tokens` is made of: the text is the key."""
    oidc: RSAKey


async def load_keys(session: AsyncSession, new: NewKeys) -> Keys:
    """Read the keys from the database; give it the new ones where it has none."""
    ring = await session.get(KeyRing, 1)
    if ring is None:
        ring = KeyRing(
            id=1,
            password_key=await asyncio.wrap_future(new.password),
            token_secret=secrets.token_hex(32),
            oidc_key=await asyncio.wrap_future(new.oidc),
        )
        session.add(ring)
    oidc = RSAKey(_read(ring.oidc_key), ring.oidc_key)
    oidc.ensure_kid()
    return Keys(
        passwords=PasswordCipher(ring.password_key, _public(ring.password_key)),
        tokens=OctKey.import_key(ring.token_secret),
        token_secret=ring.token_secret,
        oidc=oidc,
    )


def _read(private_key: str) -> RSAPrivateKey:
    # Whether it is one was settled when it was made, and takes 40 ms to find out.
    key = load_pem_private_key(
        private_key.encode(), None, unsafe_skip_rsa_key_validation=True
    )
    assert isinstance(key, RSAPrivateKey)
    return key


def _public(private_key: str) -> str:
    return (
        _read(private_key)
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
