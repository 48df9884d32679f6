"""User pools: their rules, providers, whitelists and directories."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Identified, OfPool, Phone


class Pool(Identified, Base):
    """A user pool and its rules."""

    __tablename__ = "pool"
    name: Mapped[str]
    owner_id: Mapped[str]
    app_secret: Mapped[str]
    created_at: Mapped[datetime]
    descriptions: Mapped[str | None]
    logo: Mapped[str | None]
    allowed_origins: Mapped[str | None]
    """Whose pages may read what the gateways answer: origins, `*` for any part."""
    client_type: Mapped[dict[str, Any] | None]
    is_deleted: Mapped[bool] = mapped_column(default=False)
    register_disabled: Mapped[bool] = mapped_column(default=False)
    email_verified_default: Mapped[bool] = mapped_column(default=False)
    """Whether e-mail addresses count as verified from the start."""
    email_verification_required: Mapped[bool] = mapped_column(default=False)
    """Whether nobody signs in by an e-mail address that is not verified."""
    register_check_enable: Mapped[bool] = mapped_column(default=True)
    """Whether registrations from one IP address are limited (2100)."""
    register_check_limit: Mapped[int] = mapped_column(default=3)
    """How many registrations from one IP address the window allows."""
    register_check_interval: Mapped[int] = mapped_column(default=300)
    """Length of that window, in seconds."""
    login_fail_check_enable: Mapped[bool] = mapped_column(default=True)
    """Whether repeated failures to sign in make a verification code needed (2000)."""
    login_fail_check_limit: Mapped[int] = mapped_column(default=3)
    """How many failures of one user the window allows before."""
    login_fail_check_interval: Mapped[int] = mapped_column(default=300)
    """Length of that window, in seconds."""
    verify_old_email: Mapped[bool] = mapped_column(default=False)
    """Whether the present e-mail address is to be proven, too, when it changes."""
    verify_old_phone: Mapped[bool] = mapped_column(default=False)
    """Whether the present phone is to be proven, too, when it changes."""
    whitelist_enabled: Mapped[bool] = mapped_column(default=False)
    whitelist_created_at: Mapped[datetime | None]
    whitelist_updated_at: Mapped[datetime | None]
    jwt_expired: Mapped[int] = mapped_column(default=15 * 24 * 3600)
    """Lifetime of OwnerTokens and UserTokens, in seconds."""
    code_lifetime: Mapped[int] = mapped_column(default=600)
    """Lifetime of codes sent by SMS or mail, and of verification links, in seconds."""
    code_attempts: Mapped[int] = mapped_column(default=5)
    """How many wrong guesses make a code worthless, even to who knows it (2300)."""
    signature_lifetime: Mapped[int] = mapped_column(default=300)
    """How far a signature's timestamp may be from the present, in seconds."""
    sms_interval: Mapped[int] = mapped_column(default=0)
    """Least time between two SMS to one phone, in seconds; 0 sets no limit."""
    mail_interval: Mapped[int] = mapped_column(default=0)
    """Least time between two mails of one kind to one address, in seconds."""
    fixed_code: Mapped[str | None]
    """What every code is, instead of random: digits. Links stay random."""


class WhitelistEntry(Identified, OfPool, Base):
    """A phone that may register where the whitelist is in force."""

    __tablename__ = "whitelist_entry"
    __table_args__ = (UniqueConstraint("pool_id", "phone"),)
    phone: Mapped[str] = mapped_column(Phone)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    is_deleted: Mapped[bool] = mapped_column(default=False)


class SocialProvider(Identified, OfPool, Base):
    """A social login provider configured in a pool."""

    __tablename__ = "social_provider"
    __table_args__ = (UniqueConstraint("pool_id", "alias"),)
    alias: Mapped[str]
    name: Mapped[str]
    enabled: Mapped[bool]
    authorize_url: Mapped[str]
    image: Mapped[str | None]
    description: Mapped[str | None]


class Directory(Identified, OfPool, Base):
    """An enterprise directory of a pool (`ldap`), or an AD connector to one (`ad`)."""

    __tablename__ = "directory"
    kind: Mapped[str]
    name: Mapped[str]
    base_dn: Mapped[str]
    url: Mapped[str | None]
    """Where a real directory is; without it, its entries are in `directory_entry`."""
    user_filter: Mapped[str | None]
    bind_dn: Mapped[str | None]
    bind_password: Mapped[str | None]
    upn_suffix: Mapped[str | None]


class DirectoryEntry(Base):
    """A person in an embedded directory."""

    __tablename__ = "directory_entry"
    directory_id: Mapped[str] = mapped_column(
        ForeignKey("directory.id", ondelete="CASCADE"), primary_key=True
    )
    username: Mapped[str] = mapped_column(primary_key=True)
    dn: Mapped[str]
    password_hash: Mapped[str]
    attributes: Mapped[dict[str, Any]]
