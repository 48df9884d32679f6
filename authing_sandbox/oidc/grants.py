"""OpenID Connect: the grants of apps, and the tokens apps get for them."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy import delete, select

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..identity import sign_in
from ..identity.accounts import Identifiers
from ..identity.sign_in import Proof
from ..storage.tables import App, AuthorisationCode, Grant, OfGrant, RefreshToken, User
from . import consent
from .claims import CLAIMS_OF_SCOPES, OIDC_ONLY, claims_within

DEFAULT_SCOPE = "openid profile email phone offline_access"


class ScopeExceededError(Exception):
    """An app asks for more than it has been granted."""


@dataclass(frozen=True)
class Access:
    """What a valid access token allows, and whom it speaks for."""

    claims: dict[str, Any]
    grant: Grant
    user: User
    app: App


@dataclass(frozen=True)
class CodeBinding:
    """What an authorization code is bound to, and its token request must agree with."""

    redirect_uri: str
    nonce: str | None = None
    code_challenge: str | None = None


async def find_app(call: Call, app_id: str | None) -> App:
    """Find an OIDC app of the pool, the pool's default one where none is named."""
    query = select(App).where(App.pool_id == call.pool.id, App.kind == "oidc")
    chosen = App.is_default if app_id is None else App.id == app_id
    app = await call.session.scalar(query.where(chosen, App.is_deleted.is_(False)))
    if app is None:
        raise BusinessError(ErrorCode.NO_SUCH_OIDC_APP)
    return app


def understood(app: App, scope: str | None) -> str:
    """What is understood of a scope that an app asks for; nothing may remain."""
    known = [s for s in CLAIMS_OF_SCOPES if app.kind == "oidc" or s not in OIDC_ONLY]
    wanted = (scope or DEFAULT_SCOPE).split()
    return " ".join(name for name in dict.fromkeys(wanted) if name in known)


async def by_password(
    call: Call, app: App, identifiers: Identifiers, proof: Proof, scope: str
) -> tuple[User, dict[str, Any]]:
    """The password grant: sign the user in, record the consent, issue tokens."""
    user = await sign_in.sign_in(call, identifiers, proof)
    await consent.give(call, user, app, scope)
    grant = await _open_grant(call, app, user, scope, call.now)
    return user, _issue(call, app, user, grant)


async def make_code(
    call: Call,
    app: App,
    user: User,
    scope: str,
    signed_in_at: datetime,
    binding: CodeBinding,
) -> str:
    """Make an authorization code for somebody who is signed in and consents."""
    grant = await _open_grant(call, app, user, scope, signed_in_at)
    code = secrets.token_urlsafe(32)
    call.session.add(
        AuthorisationCode(
            digest=digest(code),
            grant_id=grant.id,
            redirect_uri=binding.redirect_uri,
            nonce=binding.nonce,
            code_challenge=binding.code_challenge,
            expires_at=call.after(app.authorization_code_expire),
        )
    )
    return code


async def by_code(
    call: Call, app: App, code: str, redirect_uri: str | None, verifier: str | None
) -> dict[str, Any]:
    """The authorization code grant, with PKCE where the code was asked for with it."""
    record = await call.session.get(AuthorisationCode, digest(code))
    user, grant = await _redeem(call, app, record)
    assert record is not None
    # A verifier for a code without a challenge is a downgrade (RFC 9700, 4.8.2).
    challenge = None if verifier is None else _s256(verifier)
    if record.redirect_uri != redirect_uri or record.code_challenge != challenge:
        raise BusinessError(ErrorCode.TOKEN_INVALID)
    record.used = True
    return _issue(call, app, user, grant, nonce=record.nonce)


async def by_refresh_token(
    call: Call, app: App, refresh_token: str, scope: str | None = None
) -> dict[str, Any]:
    """The refresh grant: exchange a refresh token, which is good once."""
    record = await call.session.get(RefreshToken, digest(refresh_token))
    user, grant = await _redeem(call, app, record)
    assert record is not None
    if scope and not set(scope.split()) <= set(grant.scope.split()):
        raise ScopeExceededError
    record.used = True
    return _issue(call, app, user, grant, scope)


async def inspect_access(call: Call, token: str) -> Access:
    """Read an access token; refused where it is not valid (any more)."""
    try:
        claims = _read_access_token(call, token)
        grant_id, exp, scope = claims["grant"], claims["exp"], claims["scope"]
    except (JoseError, ValueError, KeyError, TypeError):
        raise BusinessError(ErrorCode.TOKEN_INVALID) from None
    if not (type(grant_id) is type(scope) is str and type(exp) is int):
        raise BusinessError(ErrorCode.TOKEN_INVALID)
    if call.now.timestamp() >= exp:
        raise BusinessError(ErrorCode.TOKEN_EXPIRED)
    grant = await call.session.get(Grant, grant_id)
    if grant is None:
        raise BusinessError(ErrorCode.TOKEN_INVALID)
    app = await call.session.get_one(App, grant.app_id)
    return Access(claims, grant, await _user_of(call, grant), app)


async def find_refreshable(call: Call, app: App, token: str) -> Grant | None:
    """Find the grant of an app's refresh token that is still good."""
    record = await call.session.get(RefreshToken, digest(token))
    try:
        return None if record is None else (await _redeem(call, app, record))[1]
    except BusinessError:
        return None


def issuer(call: Call) -> str:
    """The issuer's identifier, which is also where its endpoints are."""
    return f"{call.origin.base_url}/users/oauth/oidc"


def digest(token: str) -> str:
    """What is stored of a secret that only its holder needs to know."""
    return hashlib.sha256(token.encode()).hexdigest()


async def _open_grant(
    call: Call, app: App, user: User, scope: str, signed_in_at: datetime
) -> Grant:
    grant = Grant(
        user_id=user.id,
        app_id=app.id,
        scope=scope,
        token_series=user.token_series,
        signed_in_at=signed_in_at,
    )
    call.session.add(grant)
    await call.session.flush()
    return grant


async def _redeem(call: Call, app: App, record: OfGrant | None) -> tuple[User, Grant]:
    """Refuse what cannot be exchanged; whoever presents it twice may have stolen it."""
    if record is None:
        raise BusinessError(ErrorCode.TOKEN_INVALID)
    grant = await call.session.get_one(Grant, record.grant_id)
    if grant.app_id != app.id:
        raise BusinessError(ErrorCode.TOKEN_INVALID)
    if record.used:
        call.unit.execute_if_refused(delete(Grant).where(Grant.id == grant.id))
        raise BusinessError(ErrorCode.TOKEN_INVALID)
    if call.now >= record.expires_at:
        raise BusinessError(ErrorCode.TOKEN_EXPIRED)
    return await _user_of(call, grant), grant


async def _user_of(call: Call, grant: Grant) -> User:
    user = await call.session.get(User, grant.user_id)
    if user is None or user.token_series != grant.token_series:
        raise BusinessError(ErrorCode.TOKEN_INVALID)
    return user


def _issue(
    call: Call,
    app: App,
    user: User,
    grant: Grant,
    scope: str | None = None,
    nonce: str | None = None,
) -> dict[str, Any]:
    """The answer of the token endpoint, as OAuth 2 defines it."""
    scope = scope or grant.scope
    access_token = _access_token(call, app, grant, scope)
    answer: dict[str, Any] = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": app.access_token_expire,
        "scope": scope,
    }
    if "openid" in scope.split():
        more = {"at_hash": _half_hash(access_token), "nonce": nonce}
        answer["id_token"] = _id_token(call, app, user, grant, scope, more)
    if "offline_access" in grant.scope.split() or app.kind == "oauth":
        answer["refresh_token"] = secrets.token_urlsafe(32)
        call.session.add(
            RefreshToken(
                digest=digest(answer["refresh_token"]),
                grant_id=grant.id,
                expires_at=call.after(app.refresh_token_expire),
            )
        )
    return answer


def _access_token(call: Call, app: App, grant: Grant, scope: str) -> str:
    body = {
        **_envelope(call, app, grant, app.access_token_expire),
        "client_id": app.id,
        "scope": scope,
        "grant": grant.id,
        "jti": secrets.token_hex(8),
    }
    # Where the app says RS256, others can check it, by the JWKS (RFC 9068).
    keys, header = call.server.keys, {"typ": "at+jwt"}
    if _has_rs256(app):
        rs256 = {"alg": "RS256", "kid": keys.oidc.kid or ""}
        return jwt.encode(header | rs256, body, keys.oidc)
    return jwt.encode(header | {"alg": "HS256"}, body, keys.tokens)


def _read_access_token(call: Call, token: str) -> dict[str, Any]:
    """What an access token says; raises what joserfc does where it is not ours."""
    keys = call.server.keys
    try:
        return jwt.decode(token, keys.tokens, ["HS256"]).claims
    except JoseError:
        return jwt.decode(token, keys.oidc, ["RS256"]).claims


def _has_rs256(app: App) -> bool:
    """Whether an app's tokens are signed for everybody; without a secret they are."""
    return app.kind == "oidc" and (
        app.id_token_signed_response_alg == "RS256" or not app.secret
    )


def _id_token(
    call: Call, app: App, user: User, grant: Grant, scope: str, more: dict[str, Any]
) -> str:
    body = {
        **claims_within(user, scope),
        **_envelope(call, app, grant, app.id_token_expire),
        "auth_time": int(grant.signed_in_at.timestamp()),
        **{name: value for name, value in more.items() if value is not None},
    }
    if _has_rs256(app):
        key = call.server.keys.oidc
        return jwt.encode({"alg": "RS256", "kid": key.kid}, body, key)
    return jwt.encode({"alg": "HS256"}, body, OctKey.import_key(app.secret))


def _envelope(call: Call, app: App, grant: Grant, lifetime: int) -> dict[str, Any]:
    iat = int(call.now.timestamp())
    return {
        "iss": issuer(call),
        "sub": grant.user_id,
        "aud": app.id,
        "iat": iat,
        "exp": iat + lifetime,
    }


def _s256(verifier: str) -> str:
    return _base64url(hashlib.sha256(verifier.encode()).digest())


def _half_hash(token: str) -> str:
    """The `at_hash` of OpenID Connect Core, 3.1.3.6."""
    return _base64url(hashlib.sha256(token.encode()).digest()[:16])


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
