"""Accounts, and what belongs to one."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, Identified, OfPool, OfUser, Phone


class User(Identified, Base):
    """An account: of a user pool, or (with no pool) of somebody who owns pools."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("pool_id", "email"),
        UniqueConstraint("pool_id", "phone"),
        UniqueConstraint("pool_id", "username"),
        UniqueConstraint("pool_id", "unionid"),
        # In the order in which they are listed, so that no page has to sort them.
        Index("account_listed", "pool_id", "signed_up", "id"),
    )
    pool_id: Mapped[str | None] = mapped_column(
        ForeignKey("pool.id", ondelete="CASCADE")
    )
    email: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(Phone)
    username: Mapped[str | None]
    unionid: Mapped[str | None]
    openid: Mapped[str | None]
    email_verified: Mapped[bool] = mapped_column(default=False)
    phone_verified: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str | None]
    register_method: Mapped[str]
    oauth: Mapped[str | None]
    signed_up: Mapped[datetime]
    updated_at: Mapped[datetime]
    blocked: Mapped[bool] = mapped_column(default=False)
    is_deleted: Mapped[bool] = mapped_column(default=False)

    token: Mapped[str | None]
    token_expired_at: Mapped[datetime | None]
    token_series: Mapped[int] = mapped_column(default=1)
    """UserTokens carry it; counting on makes every older one invalid at once."""
    logins_count: Mapped[int] = mapped_column(default=0)
    last_login: Mapped[datetime | None]
    last_ip: Mapped[str | None]
    browser: Mapped[str | None]
    device: Mapped[str | None]

    nickname: Mapped[str | None]
    company: Mapped[str | None]
    photo: Mapped[str | None]
    name: Mapped[str | None]
    given_name: Mapped[str | None]
    family_name: Mapped[str | None]
    middle_name: Mapped[str | None]
    profile: Mapped[str | None]
    preferred_username: Mapped[str | None]
    website: Mapped[str | None]
    gender: Mapped[str | None]
    birthdate: Mapped[str | None]
    zoneinfo: Mapped[str | None]
    locale: Mapped[str | None]
    address: Mapped[str | None]
    formatted: Mapped[str | None]
    street_address: Mapped[str | None]
    locality: Mapped[str | None]
    region: Mapped[str | None]
    postal_code: Mapped[str | None]
    country: Mapped[str | None]


class SignIn(Identified, OfUser, OfPool, Base):
    """One attempt to sign in, refused ones included."""

    __tablename__ = "sign_in"
    when: Mapped[datetime]
    success: Mapped[bool]
    result: Mapped[str]
    ip: Mapped[str | None]
    device: Mapped[str | None]
    browser: Mapped[str | None]


class Place(Identified, OfUser, OfPool, Base):
    """A place a user signed in from, and when last."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("user_id", "where"),)
    when: Mapped[datetime]
    where: Mapped[str]


class MFA(Identified, OfUser, OfPool, Base):
    """Whether a user's sign-in needs a one-time password, and its secret."""

    __tablename__ = "mfa"
    __table_args__ = (UniqueConstraint("user_id"),)
    enable: Mapped[bool]
    share_key: Mapped[str]
    last_step: Mapped[int | None]
    """The time step whose one-time password was taken last: none is taken twice."""


class SocialBinding(Identified, OfUser, OfPool, Base):
    """An account at a social provider that a user signs in with."""

    __tablename__ = "social_binding"
    __table_args__ = (
        UniqueConstraint("user_id", "type"),
        UniqueConstraint("pool_id", "type", "unionid"),
    )
    type: Mapped[str]
    unionid: Mapped[str]
    user_info: Mapped[str]
    created_at: Mapped[datetime]


class UserMetadata(Identified, OfUser, Base):
    """A text that an application keeps with a user, by a key of its own."""

    __tablename__ = "user_metadata"
    __table_args__ = (UniqueConstraint("user_id", "key"),)
    key: Mapped[str]
    value: Mapped[str]
