"""What is sent, counted and used up on the way to proving something, and the keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Identified, OfPool


class Occurrence(Identified, OfPool, Base):
    """Something that a limit counts: a registration, a failure, a wrong guess."""

    __tablename__ = "occurrence"
    __table_args__ = (Index("occurrence_counted", "pool_id", "kind", "subject"),)
    kind: Mapped[str]
    subject: Mapped[str]
    when: Mapped[datetime]


class UsedNonce(Base):
    """A signature that has been used to fetch an OwnerToken, and may not be again."""

    __tablename__ = "used_nonce"
    pool_id: Mapped[str] = mapped_column(primary_key=True)
    timestamp: Mapped[str] = mapped_column(primary_key=True)
    nonce: Mapped[int] = mapped_column(primary_key=True)


class VerificationCode(Base):
    """The newest code sent to an address; it proves once whose the address is."""

    __tablename__ = "verification_code"
    pool_id: Mapped[str] = mapped_column(
        ForeignKey("pool.id", ondelete="CASCADE"), primary_key=True
    )
    purpose: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str]
    sent_at: Mapped[datetime]
    used: Mapped[bool] = mapped_column(default=False)


class Message(Base):
    """A mail or SMS, kept for the developer whether it is also sent or not."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    to: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str | None]
    text: Mapped[str]
    html: Mapped[str | None]
    code: Mapped[str | None]
    created_at: Mapped[datetime]


class SeedRecord(Base):
    """What the database was made with: the digest of each part of its seed."""

    __tablename__ = "seed_record"
    id: Mapped[int] = mapped_column(primary_key=True)
    digests: Mapped[dict[str, Any]]


class KeyRing(Base):
    """The server's secret keys: made once, kept over restarts and resets."""

    __tablename__ = "key_ring"
    id: Mapped[int] = mapped_column(primary_key=True)
    password_key: Mapped[str]
    """RSA, PEM: decrypts the passwords that clients encrypt."""
    token_secret: Mapped[str]
    """Signs OwnerTokens, UserTokens and OAuth 2 access tokens."""
    oidc_key: Mapped[str]
    """RSA, PEM: signs the id tokens of apps that ask for RS256."""
