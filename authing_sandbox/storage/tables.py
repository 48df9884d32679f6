"""What a sandbox stores: one class a table, nothing specific to one database."""

import itertools
import secrets
import time
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from ..identity.contacts import spelled

_process = secrets.token_hex(5)
_serial = itertools.count(secrets.randbelow(1 << 20))


def new_id() -> str:
    """A fresh identifier in the service's form: 24 hex digits, growing in time."""
    return f"{int(time.time()):08x}{_process}{next(_serial) & 0xFFFFFF:06x}"


class Instant(TypeDecorator[datetime]):
    """An aware instant; SQLite forgets time zones, so every database is given UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        return value and value.replace(tzinfo=UTC)


class Phone(TypeDecorator[str]):
    """A phone number: stored, and compared, in its one spelling."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value and spelled(value)


class Base(DeclarativeBase):
    """What all tables share."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text,
        datetime: Instant,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


class Identified:
    """A record with an identifier of its own."""

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)


class OfPool:
    """A record that belongs to a user pool and goes with it."""

    @declared_attr
    def pool_id(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("pool.id", ondelete="CASCADE"), index=True)


class OfUser:
    """A record that belongs to a user and goes with it."""

    @declared_attr
    def user_id(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)


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


class User(Identified, Base):
    """An account: of a user pool, or (with no pool) of somebody who owns pools."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("pool_id", "email"),
        UniqueConstraint("pool_id", "phone"),
        UniqueConstraint("pool_id", "username"),
        UniqueConstraint("pool_id", "unionid"),
    )
    pool_id: Mapped[str | None] = mapped_column(
        ForeignKey("pool.id", ondelete="CASCADE"), index=True
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


class WhitelistEntry(Identified, OfPool, Base):
    """A phone that may register where the whitelist is in force."""

    __tablename__ = "whitelist_entry"
    __table_args__ = (UniqueConstraint("pool_id", "phone"),)
    phone: Mapped[str] = mapped_column(Phone)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    is_deleted: Mapped[bool] = mapped_column(default=False)


class MFA(Identified, OfUser, OfPool, Base):
    """Whether a user's sign-in needs a one-time password, and its secret."""

    __tablename__ = "mfa"
    __table_args__ = (UniqueConstraint("user_id"),)
    enable: Mapped[bool]
    share_key: Mapped[str]
    last_step: Mapped[int | None]
    """The time step whose one-time password was taken last: none is taken twice."""


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


class App(Identified, OfPool, Base):
    """A single sign-on app of a pool, of the kind `oidc` or `oauth`."""

    __tablename__ = "app"
    kind: Mapped[str]
    name: Mapped[str]
    domain: Mapped[str]
    secret: Mapped[str]
    grants: Mapped[list[str]]
    redirect_uris: Mapped[list[str]]
    created_at: Mapped[datetime]
    description: Mapped[str | None]
    image: Mapped[str | None]
    homepage_url: Mapped[str | None]
    is_default: Mapped[bool] = mapped_column(default=False)
    is_deleted: Mapped[bool] = mapped_column(default=False)
    response_types: Mapped[list[str]] = mapped_column(default=lambda: ["code"])
    token_endpoint_auth_method: Mapped[str] = mapped_column(
        default="client_secret_post"
    )
    id_token_signed_response_alg: Mapped[str] = mapped_column(default="HS256")
    authorization_code_expire: Mapped[int] = mapped_column(default=600)
    access_token_expire: Mapped[int] = mapped_column(default=3600)
    id_token_expire: Mapped[int] = mapped_column(default=3600)
    refresh_token_expire: Mapped[int] = mapped_column(default=30 * 24 * 3600)
    cas_expire: Mapped[int] = mapped_column(default=3600)


class OfApp:
    """A record that belongs to a single sign-on app and goes with it."""

    @declared_attr
    def app_id(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("app.id", ondelete="CASCADE"), index=True)


class Authorisation(Identified, OfUser, OfApp, Base):
    """What a user allows a single sign-on app."""

    __tablename__ = "authorisation"
    __table_args__ = (UniqueConstraint("user_id", "app_id"),)
    scope: Mapped[str]
    when: Mapped[datetime]
    revoked: Mapped[bool] = mapped_column(default=False)


class Grant(Identified, OfUser, OfApp, Base):
    """What one sign-in gave an app; its code and all its tokens die with it."""

    __tablename__ = "app_grant"
    scope: Mapped[str]
    token_series: Mapped[int]
    signed_in_at: Mapped[datetime]


class OfGrant:
    """What an app can exchange once for tokens of a grant, by its digest."""

    digest: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]
    used: Mapped[bool] = mapped_column(default=False)

    @declared_attr
    def grant_id(cls) -> Mapped[str]:
        return mapped_column(ForeignKey("app_grant.id", ondelete="CASCADE"), index=True)


class AuthorisationCode(OfGrant, Base):
    """An OAuth 2 authorization code."""

    __tablename__ = "authorisation_code"
    redirect_uri: Mapped[str]
    nonce: Mapped[str | None]
    code_challenge: Mapped[str | None]


class RefreshToken(OfGrant, Base):
    """An OAuth 2 refresh token."""

    __tablename__ = "refresh_token"


class BrowserSession(OfUser, Base):
    """Somebody signed in on the page of single sign-on, by their cookie's digest."""

    __tablename__ = "browser_session"
    digest: Mapped[str] = mapped_column(primary_key=True)
    token_series: Mapped[int]
    signed_in_at: Mapped[datetime]
    expires_at: Mapped[datetime]


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
