"""OpenID Connect: what users allow apps, and the tokens apps get for it."""

import hashlib
import secrets
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import select

from . import sign_in
from .accounts import Identifiers
from .call import Call
from .clock import to_text
from .errors import BusinessError, ErrorCode
from .sign_in import Proof
from .tables import App, Authorisation, RefreshToken, User

DEFAULT_SCOPE = "openid profile email phone offline_access"
_SCOPED_CLAIMS = {
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
}
_PROFILE_CLAIMS = (
    "birthdate",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "preferred_username",
    "profile",
    "website",
    "zoneinfo",
    "username",
)


async def find_app(call: Call, app_id: str | None) -> App:
    """Find an OIDC app of the pool, the pool's default one where none is named."""
    query = select(App).where(App.pool_id == call.pool.id, App.kind == "oidc")
    chosen = App.is_default if app_id is None else App.id == app_id
    app = await call.session.scalar(query.where(chosen, App.is_deleted.is_(False)))
    if app is None:
        raise BusinessError(ErrorCode.NO_SUCH_OIDC_APP)
    return app


async def by_password(
    call: Call, app: App, identifiers: Identifiers, password: str | None, scope: str
) -> tuple[User, dict[str, Any]]:
    """The password grant: sign the user in, record the consent, issue tokens."""
    user = await sign_in.sign_in(call, identifiers, Proof(password=password))
    await _authorise(call, app, user, scope)
    return user, _issue(call, app, user, scope)


async def by_refresh_token(call: Call, app: App, refresh_token: str) -> dict[str, Any]:
    """The refresh grant: exchange a refresh token, which is good once."""
    record = await call.session.get(RefreshToken, _digest(refresh_token))
    if record is None or record.used or record.app_id != app.id:
        raise BusinessError(ErrorCode.TOKEN_INVALID)
    if call.now >= record.expires_at:
        raise BusinessError(ErrorCode.TOKEN_EXPIRED)
    user = await call.session.get(User, record.user_id)
    if user is None or user.token_series != record.token_series:
        raise BusinessError(ErrorCode.TOKEN_INVALID)
    record.used = True
    return _issue(call, app, user, record.scope)


async def find_authorisation(
    call: Call, user_id: str, app_id: str
) -> Authorisation | None:
    """Find what a user has allowed an app, revoked or not."""
    found = await call.session.scalars(
        select(Authorisation).where(
            Authorisation.user_id == user_id, Authorisation.app_id == app_id
        )
    )
    return found.one_or_none()


def claims(user: User) -> dict[str, Any]:
    """The standard claims of a user."""
    return {
        "sub": user.id,
        **{name: getattr(user, name) for name in _PROFILE_CLAIMS},
        "picture": user.photo,
        "updated_at": to_text(user.updated_at),
        "email": user.email,
        "email_verified": user.email_verified,
        "phone_number": user.phone,
        "phone_number_verified": user.phone_verified,
    }


async def _authorise(call: Call, app: App, user: User, scope: str) -> None:
    consent = await find_authorisation(call, user.id, app.id)
    if consent is None:
        consent = Authorisation(user_id=user.id, app_id=app.id)
        call.session.add(consent)
    consent.scope, consent.when, consent.revoked = scope, call.now, False


def _issue(call: Call, app: App, user: User, scope: str) -> dict[str, Any]:
    """The answer of the token endpoint, as OAuth 2 defines it."""
    scopes = scope.split()
    answer: dict[str, Any] = {
        "access_token": _access_token(call, app, user, scope),
        "token_type": "Bearer",
        "expires_in": app.access_token_expire,
        "scope": scope,
    }
    if "openid" in scopes:
        answer["id_token"] = _id_token(call, app, user, scopes)
    if "offline_access" in scopes:
        answer["refresh_token"] = secrets.token_urlsafe(32)
        call.session.add(
            RefreshToken(
                digest=_digest(answer["refresh_token"]),
                user_id=user.id,
                app_id=app.id,
                scope=scope,
                token_series=user.token_series,
                expires_at=call.after(app.refresh_token_expire),
            )
        )
    return answer


def _access_token(call: Call, app: App, user: User, scope: str) -> str:
    body = {
        **_envelope(call, app, user, app.access_token_expire),
        "scope": scope,
        "jti": secrets.token_hex(8),
    }
    return jwt.encode({"alg": "HS256"}, body, call.server.keys.tokens)


def _id_token(call: Call, app: App, user: User, scopes: list[str]) -> str:
    withheld = {
        name
        for scope, names in _SCOPED_CLAIMS.items()
        if scope not in scopes
        for name in names
    }
    if "profile" not in scopes:
        withheld |= {*_PROFILE_CLAIMS, "picture", "updated_at"}
    body = {
        name: value
        for name, value in claims(user).items()
        if value is not None and name not in withheld
    }
    body |= _envelope(call, app, user, app.id_token_expire)
    if app.id_token_signed_response_alg == "RS256":
        key = call.server.keys.oidc
        return jwt.encode({"alg": "RS256", "kid": key.kid}, body, key)
    return jwt.encode({"alg": "HS256"}, body, OctKey.import_key(app.secret))


def _envelope(call: Call, app: App, user: User, lifetime: int) -> dict[str, Any]:
    iat = int(call.now.timestamp())
    return {
        "iss": f"{call.origin.base_url}/users/oauth/oidc",
        "sub": user.id,
        "aud": app.id,
        "iat": iat,
        "exp": iat + lifetime,
    }


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
