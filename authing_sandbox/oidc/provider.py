"""The endpoints of single sign-on that apps call themselves."""

import base64
import binascii
import secrets
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..calls.call import Call
from ..calls.errors import BusinessError, ErrorCode
from ..identity.accounts import Identifiers
from ..identity.sign_in import Proof
from ..storage.tables import App, Grant, Pool
from . import grants
from .claims import CLAIMS_OF_SCOPES, claims_within

Kind = Literal["oidc", "oauth"]
Given = dict[str, str]
Handler = Callable[[Call, Request], Awaitable[Response]]
Endpoint = tuple[str, Handler, tuple[str, ...]]

_GRANTS = ("password", "refresh_token", "authorization_code")
_NOT_STORED = {"cache-control": "no-store"}


class OAuthError(Exception):
    """A refusal as OAuth 2 words it (RFC 6749, 4.1.2.1 and 5.2)."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.form = {"error": error, "error_description": description}
        self.status = 401 if error == "invalid_client" else 400


async def parameters(request: Request) -> Given:
    """The parameters of a request, in its URL or (even of a GET) as a form."""
    # The documentation asks for GET with a form as its body.
    form = (await request.body()).decode(errors="replace")
    pairs = read_pairs(request.url.query) + read_pairs(form)
    if len(pairs) != len(dict(pairs)):
        raise OAuthError("invalid_request", "a parameter is repeated")
    return dict(pairs)


def read_pairs(text: str) -> list[tuple[str, str]]:
    """Read a form, or the query of a URL; no database stores a NUL."""
    return parse_qsl(text.replace("%00", "").replace("\0", ""))


async def find_client(
    call: Call, kind: Kind, client_id: str | None
) -> tuple[Call, App]:
    """Find an app by the identifier it gives itself; the call is about its pool."""
    app = await call.session.get(App, client_id or "")
    if app is not None and app.kind == kind and not app.is_deleted:
        pool = await call.session.get_one(Pool, app.pool_id)
        if not pool.is_deleted:
            return call.about(pool), app
    raise OAuthError("invalid_client", ErrorCode.NO_SUCH_APP.message)


async def _token(kind: Kind, call: Call, request: Request) -> Response:
    """The token endpoint."""
    given = await parameters(request)
    call, app = await _authenticated_client(kind, call, request, given)
    grant = given.get("grant_type") or _inferred_grant(given)
    if grant not in _GRANTS:
        raise OAuthError("unsupported_grant_type", "grant_type is unknown")
    if grant not in app.grants:
        raise OAuthError("unauthorized_client", f"not for this app: {grant}")
    try:
        answer = await _redeem(call, app, grant, given)
    except BusinessError as error:
        incomplete = error.error is ErrorCode.MISSING_PARAMETER
        raise OAuthError(
            "invalid_request" if incomplete else "invalid_grant", error.message
        ) from error
    except grants.ScopeExceededError as error:
        raise OAuthError("invalid_scope", "more than was granted") from error
    return JSONResponse(answer, headers=_NOT_STORED)


async def _redeem(call: Call, app: App, grant: str, given: Given) -> dict[str, Any]:
    if grant == "password":
        identifiers = Identifiers.of(given)
        scope = read_scope(app, given)
        proof = Proof(
            given.get("password"),
            mfa_code=given.get("MFACode"),
            verify_code=given.get("verifyCode"),
        )
        return (await grants.by_password(call, app, identifiers, proof, scope))[1]
    value = given.get("code" if grant == "authorization_code" else grant)
    if value is None:
        raise BusinessError(ErrorCode.MISSING_PARAMETER)
    if grant == "authorization_code":
        uri, verifier = given.get("redirect_uri"), given.get("code_verifier")
        return await grants.by_code(call, app, value, uri, verifier)
    return await grants.by_refresh_token(call, app, value, given.get("scope"))


def read_scope(app: App, given: Given) -> str:
    """The scope an app asks for, less what is not understood (OIDC Core, 3.1.2.1)."""
    scope = grants.understood(app, given.get("scope"))
    if not scope:
        raise OAuthError("invalid_scope", "nothing of it is known")
    return scope


def _inferred_grant(given: Given) -> str:
    # The documentation's parameters do not name the grant.
    return "refresh_token" if "refresh_token" in given else "password"


async def _authenticated_client(
    kind: Kind, call: Call, request: Request, given: Given
) -> tuple[Call, App]:
    client_id, secret = given.get("client_id"), given.get("client_secret")
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        if secret is not None:
            raise OAuthError("invalid_request", "two ways of client authentication")
        client_id, secret = _read_basic(text)
        if given.get("client_id", client_id) != client_id:
            raise OAuthError("invalid_request", "two values of client_id")
    call, app = await find_client(call, kind, client_id)
    # A public app has no secret that it could prove; PKCE protects its codes.
    expected = "" if app.token_endpoint_auth_method == "none" else app.secret
    if not secrets.compare_digest((secret or "").encode(), expected.encode()):
        raise OAuthError("invalid_client", "client authentication failed")
    return call, app


def _read_basic(text: str) -> tuple[str, str]:
    try:
        name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise OAuthError("invalid_client", "malformed credentials") from None
    # RFC 6749, 2.3.1: both are form-encoded before they are joined.
    name, secret = unquote_plus(name), unquote_plus(secret)
    if "\0" in name:
        raise OAuthError("invalid_client", "malformed credentials")
    return name, secret


async def _user_info(kind: Kind, call: Call, request: Request) -> Response:
    """The UserInfo endpoint; refusals as RFC 6750 words them."""
    given = await parameters(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    in_header = scheme.lower() == "bearer"
    if in_header and "access_token" in given:
        raise OAuthError("invalid_request", "two access tokens")
    token = token.strip() if in_header else given.get("access_token", "")
    if not token:
        return _challenge(401)
    try:
        access = await grants.inspect_access(call, token)
    except BusinessError as error:
        return _challenge(401, "invalid_token", error.message)
    if access.app.kind != kind:
        return _challenge(401, "invalid_token", "a token of another provider")
    scope: str = access.claims["scope"]
    if kind == "oidc" and "openid" not in scope.split():
        return _challenge(403, "insufficient_scope", "needs the scope openid")
    return JSONResponse(claims_within(access.user, scope), headers=_NOT_STORED)


def _challenge(status: int, error: str = "", description: str = "") -> Response:
    if not error:
        # Who has not even tried is not told what is wrong (RFC 6750, 3.1).
        return Response(None, status, {"www-authenticate": "Bearer"})
    form = {"error": error, "error_description": description}
    # A header holds ASCII; the body says the same in words.
    challenge = f'Bearer error="{error}"'
    return JSONResponse(form, status, {"www-authenticate": challenge, **_NOT_STORED})


async def _revoke(kind: Kind, call: Call, request: Request) -> Response:
    """Revocation (RFC 7009): of either token, it ends the grant of both."""
    _, grant, _ = await _presented(kind, call, request)
    if grant is not None:
        await call.session.delete(grant)
    return Response(None)


async def _introspect(kind: Kind, call: Call, request: Request) -> Response:
    """Introspection (RFC 7662): an app may ask about its own tokens."""
    app, grant, claims = await _presented(kind, call, request)
    answer: dict[str, Any] = {"active": grant is not None}
    if grant is not None:
        answer |= {"client_id": app.id, "sub": grant.user_id, "scope": grant.scope}
        answer |= {name: claims[name] for name in claims if name != "grant"}
    return JSONResponse(answer, headers=_NOT_STORED)


async def _presented(
    kind: Kind, call: Call, request: Request
) -> tuple[App, Grant | None, dict[str, Any]]:
    """The app that asks, and the grant and claims of the token it asks about."""
    given = await parameters(request)
    call, app = await _authenticated_client(kind, call, request, given)
    token = given.get("token")
    if token is None:
        raise OAuthError("invalid_request", "token is missing")
    if grant := await grants.find_refreshable(call, app, token):
        return app, grant, {}
    try:
        access = await grants.inspect_access(call, token)
    except BusinessError:
        return app, None, {}
    if access.app is not app:
        return app, None, {}
    return app, access.grant, access.claims | {"token_type": "Bearer"}


async def _discovery(call: Call, _: Request) -> Response:
    """The discovery document (OpenID Connect Discovery, 3)."""
    issuer = grants.issuer(call)
    names = {name for names in CLAIMS_OF_SCOPES.values() for name in names}
    clients = ["client_secret_basic", "client_secret_post", "none"]
    return JSONResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/auth",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/user/userinfo",
            "revocation_endpoint": f"{issuer}/token/revocation",
            "introspection_endpoint": f"{issuer}/token/introspection",
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            "scopes_supported": [*CLAIMS_OF_SCOPES],
            "claims_supported": sorted(names | {"auth_time", "nonce"}),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": [*_GRANTS],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256"],
            "token_endpoint_auth_methods_supported": clients,
            "code_challenge_methods_supported": ["S256"],
            "prompt_values_supported": ["none", "login", "consent"],
            "authorization_response_iss_parameter_supported": True,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }
    )


async def _jwks(call: Call, _: Request) -> Response:
    key = call.server.keys.oidc
    use = {"use": "sig", "alg": "RS256"}
    return JSONResponse({"keys": [key.as_dict(private=False) | use]})


def _answering(
    handler: Callable[[Kind, Call, Request], Awaitable[Response]], kind: Kind
) -> Handler:
    """Have a refusal answered in the form of OAuth 2."""

    async def answer(call: Call, request: Request) -> Response:
        try:
            return await handler(kind, call, request)
        except OAuthError as error:
            await call.unit.refuse()
            headers = _NOT_STORED | (
                {"www-authenticate": "Basic"} if error.status == 401 else {}
            )
            return JSONResponse(error.form, error.status, headers)

    return answer


def _endpoints(path: str, kind: Kind) -> list[Endpoint]:
    answering = partial(_answering, kind=kind)
    return [
        (f"{path}/token", answering(_token), ("GET", "POST")),
        (f"{path}/user/userinfo", answering(_user_info), ("GET", "POST")),
        (f"{path}/token/revocation", answering(_revoke), ("POST",)),
        (f"{path}/token/introspection", answering(_introspect), ("POST",)),
    ]


ENDPOINTS: list[Endpoint] = [
    *_endpoints("/oauth/oidc", "oidc"),
    *_endpoints("/oauth", "oauth"),
    # Its older address, at which SDKs of the vendor look.
    ("/oauth/oidc/me", partial(_answering, kind="oidc")(_user_info), ("GET", "POST")),
    ("/oauth/oidc/.well-known/openid-configuration", _discovery, ("GET",)),
    ("/oauth/oidc/.well-known/jwks.json", _jwks, ("GET",)),
]
