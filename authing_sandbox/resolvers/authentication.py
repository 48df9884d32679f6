"""Signing in, tokens."""

from typing import Any

from ariadne import MutationType, QueryType

from ..calls.call import Call, find_pool
from ..calls.errors import BusinessError, ErrorCode
from ..directory.sign_in import sign_in_by_directory
from ..identity import accounts, sign_in, tokens
from ..identity.accounts import Identifiers
from ..identity.sign_in import Circumstances, Proof
from ..identity.tokens import Issued, Standing
from ..oidc import grants
from ..oidc.claims import claims
from ..storage.tables import App, User

query = QueryType()
mutation = MutationType()


@mutation.field("login")
async def login(
    call: Call,
    *,
    unionid: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    username: str | None = None,
    password: str | None = None,
    phone_code: int | None = None,
    mfa_code: str | None = None,
    verify_code: str | None = None,
    last_ip: str | None = None,
    browser: str | None = None,
    device: str | None = None,
    **_: Any,
) -> User:
    return await sign_in.sign_in(
        call,
        Identifiers(unionid, email, phone, username),
        Proof(password, phone_code, mfa_code, verify_code),
        Circumstances(last_ip, browser, device),
    )


@mutation.field("LoginByLDAP")
async def login_by_ldap(
    call: Call,
    *,
    username: str,
    password: str,
    ad_connector_id: str | None = None,
    browser: str | None = None,
    device: str | None = None,
    **_: Any,
) -> User:
    details = Circumstances(browser=browser, device=device)
    return await sign_in_by_directory(
        call, ad_connector_id, username, password, details
    )


@mutation.field("loginByAd")
async def login_by_ad(
    call: Call, *, ad_connector_id: str, username: str, password: str
) -> User:
    return await sign_in_by_directory(call, ad_connector_id, username, password)


@mutation.field("refreshToken")
async def refresh_token(call: Call, *, user: str, **_: Any) -> Issued:
    account = await accounts.get(call, user)
    sign_in.check_not_blocked(account)
    return tokens.issue_to_user(call, account)


@mutation.field("signIn")
async def sign_in_at_app(
    call: Call,
    *,
    oidc_app_id: str | None = None,
    unionid: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    username: str | None = None,
    password: str | None = None,
    **_: Any,
) -> dict[str, Any]:
    call, app = await _oidc_app(call, oidc_app_id)
    identifiers = Identifiers(unionid, email, phone, username)
    user, issued = await grants.by_password(
        call, app, identifiers, Proof(password), grants.DEFAULT_SCOPE
    )
    profile = {
        "id": user.id,
        "company": user.company,
        "browser": user.browser,
        "device": user.device,
        "logins_count": user.logins_count,
        "register_method": user.register_method,
        "blocked": user.blocked,
        "last_ip": user.last_ip,
        "register_in_userpool": user.pool_id,
        "last_login": user.last_login,
        "signed_up": user.signed_up,
        "token": user.token,
    }
    return claims(user) | profile | issued


@mutation.field("refreshSignInToken")
async def refresh_sign_in_token(
    call: Call, *, refresh_token: str, oidc_app_id: str | None = None, **_: Any
) -> dict[str, Any]:
    call, app = await _oidc_app(call, oidc_app_id)
    return await grants.by_refresh_token(call, app, refresh_token)


async def _oidc_app(call: Call, app_id: str | None) -> tuple[Call, App]:
    """The app that is signed in at; it says which pool, where the call does not."""
    if call.named_pool is None and app_id is not None:
        app = await call.session.get(App, app_id)
        if app is None:
            raise BusinessError(ErrorCode.NO_SUCH_OIDC_APP)
        call = call.about(await find_pool(call.session, app.pool_id))
    return call, await grants.find_app(call, app_id)


@query.field("checkLoginStatus")
async def check_login_status(call: Call, *, token: str | None = None) -> dict[str, Any]:
    standing = await tokens.inspect(call, token or call.bearer)
    if standing.caller is not None and standing.caller.kind != "USER":
        standing = Standing(standing.claims, error=ErrorCode.FORBIDDEN)
    return _verdict(standing, "已登录") | {"token": _content(standing)}


@query.field("decodeJwtToken")
async def decode_jwt_token(call: Call, *, token: str | None = None) -> dict[str, Any]:
    standing = await tokens.inspect(call, token)
    verdict = _verdict(standing, "token 解析正常")
    return {"status": verdict} | (_content(standing) or {})


def _verdict(standing: Standing, good: str) -> dict[str, Any]:
    """A token's standing, in the form of a CommonMessage."""
    if standing.error is None:
        return {"status": True, "code": 200, "message": good}
    error = standing.error
    return {"status": False, "code": error.code, "message": error.message}


def _content(standing: Standing) -> dict[str, Any] | None:
    """What a token says, once it is known to be the server's."""
    if standing.claims is None:
        return None
    data = standing.claims["data"]
    # `clientId` would be looked for under its name in Python.
    return standing.claims | {"data": data | {"client_id": data["clientId"]}}
