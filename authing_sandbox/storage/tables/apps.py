"""Single sign-on: apps, what they are allowed, and what they exchange for tokens."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from .base import Base, Identified, OfPool, OfUser


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
