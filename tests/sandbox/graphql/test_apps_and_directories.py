"""Initialisation, OpenID Connect, single sign-on, social login, LDAP and AD."""

import hashlib
from time import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey

from ..calling import CHECK, PASSWORD, Caller, Refused

pytestmark = pytest.mark.anyio

INIT = """
query i($c: String, $s: String, $t: String, $n: Int, $g: String) {
  getClientWhenSdkInit(
    clientId: $c, secret: $s, timestamp: $t, nonce: $n, signature: $g
  ) { accessToken clientInfo { _id name secret user { _id } } }
}
"""
SIGN_IN = """
mutation s($app: String, $pool: String, $email: String, $password: String) {
  signIn(oidcAppId: $app, userPoolId: $pool, email: $email, password: $password) {
    sub _id email token access_token id_token refresh_token expires_in token_type
    scope register_in_userpool
  }
}
"""
REFRESH = """
mutation r($app: String, $token: String!) {
  refreshSignInToken(oidcAppId: $app, refreshToken: $token) {
    id_token access_token refresh_token scope expires_in
  }
}
"""
APPS = """
query a($user: String, $page: Int, $count: Int) {
  GetUserAuthorizedApps(userId: $user, page: $page, count: $count) {
    totalCount
    OAuthApps { _id }
    OIDCApps { _id client_id clientId name when grant_types cas_expire client_secret }
  }
}
"""
REVOKE = """
mutation r($user: String, $app: String) {
  RevokeUserAuthorizedApp(userId: $user, appId: $app) { _id isRevoked scope type }
}
"""
BIND = """
mutation b($type: String!, $unionid: String!, $user: String) {
  bindOtherOAuth(type: $type, unionid: $unionid, userInfo: "{}", user: $user) {
    user client type unionid userInfo createdAt
  }
}
"""
UNBIND = "mutation u($type: String!) { unbindOtherOAuth(type: $type) { type } }"
UNBIND_EMAIL = "mutation { unbindEmail { _id email } }"
LDAP = """
mutation l($u: String!, $p: String!, $pool: String, $ad: String) {
  LoginByLDAP(username: $u, password: $p, clientId: $pool, adConnectorId: $ad) {
    _id username email registerMethod name company oauth token loginsCount
  }
}
"""
AD = """
mutation l($u: String!, $p: String!, $ad: String!) {
  loginByAd(username: $u, password: $p, adConnectorId: $ad) { _id registerMethod }
}
"""


async def test_initialisation_by_secret(anyone: Caller) -> None:
    box = anyone.sandbox
    answer = await anyone.call(INIT, c=box.pool_id, s=box.secret)
    assert answer["clientInfo"]["user"] == {"_id": box.owner_id}
    assert answer["clientInfo"]["secret"] is None
    with pytest.raises(Refused, match="1001"):
        await anyone.call(INIT, c=box.pool_id, s="wrong")
    with pytest.raises(Refused, match="2231"):
        await anyone.call(INIT, c=box.pool_id)
    with pytest.raises(Refused, match="2101"):
        await anyone.call(INIT, s=box.secret)


async def test_a_signature_is_good_once(anyone: Caller) -> None:
    pool, timestamp, nonce = anyone.sandbox.pool_id, str(int(time() * 1000)), 4711
    signature = hashlib.sha1(f"{timestamp}{nonce}".encode()).hexdigest()
    signed: dict[str, Any] = {"c": pool, "t": timestamp, "n": nonce}
    with pytest.raises(Refused, match="1001"):
        await anyone.call(INIT, **signed, g="0" * 40)
    assert (await anyone.call(INIT, **signed, g=signature))["accessToken"]
    with pytest.raises(Refused, match="1001"):
        await anyone.call(INIT, **signed, g=signature)


async def test_refreshing_and_decoding_a_user_token(
    anyone: Caller, owner: Caller, ada: Any
) -> None:
    refresh = (
        "mutation r($c: String!, $u: String!)"
        " { refreshToken(client: $c, user: $u) { token iat exp } }"
    )
    decode = (
        "query d($t: String) { decodeJwtToken(token: $t) { data { id email clientId }"
        " status { status code } iat exp } }"
    )
    pool = anyone.sandbox.pool_id
    fresh = await owner.call(refresh, c=pool, u=ada["_id"])
    assert fresh["exp"] - fresh["iat"] == 15 * 24 * 3600
    for token in (fresh["token"], ada["token"]):
        assert (await anyone.with_token(token).call(CHECK))["status"] is True
    assert await anyone.call(decode, t=fresh["token"]) == {
        "data": {"id": ada["_id"], "email": ada["email"], "clientId": pool},
        "status": {"status": True, "code": 200},
        "iat": str(fresh["iat"]),
        "exp": fresh["exp"],
    }
    garbage = await anyone.call(decode, t="garbage")
    assert garbage == {
        "data": None,
        "status": {"status": False, "code": 2207},
        "iat": None,
        "exp": None,
    }
    with pytest.raises(Refused, match="2004"):
        await owner.call(refresh, c=pool, u="unknown")


def credentials(caller: Caller, user: Any, **more: str) -> dict[str, str]:
    return {
        "client_id": caller.sandbox.oidc_app_id,
        "client_secret": caller.sandbox.oidc_app_secret,
        "email": user["email"],
        "password": PASSWORD,
        **more,
    }


@pytest.mark.parametrize("method", ["POST", "GET", "GET with a body"])
async def test_the_token_endpoint(anyone: Caller, ada: Any, method: str) -> None:
    async def ask(form: dict[str, str]) -> Any:
        url = "/users/oauth/oidc/token"
        if method == "GET":
            return await anyone.http.get(url, params=form)
        return await anyone.http.request(method.split()[0], url, data=form)

    answer = await ask(credentials(anyone, ada))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    assert tokens["token_type"] == "Bearer"
    key = OctKey.import_key(anyone.sandbox.oidc_app_secret)
    claims = jwt.decode(tokens["id_token"], key).claims
    assert claims["sub"] == ada["_id"]
    assert claims["aud"] == anyone.sandbox.oidc_app_id
    assert claims["email"] == ada["email"]

    app = credentials(anyone, ada)
    del app["email"], app["password"]
    renewed = await ask({**app, "refresh_token": tokens["refresh_token"]})
    assert renewed.json()["refresh_token"] != tokens["refresh_token"]
    reused = await ask({**app, "refresh_token": tokens["refresh_token"]})
    assert (reused.status_code, reused.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"password": "wrong!"}, 400, "invalid_grant"),
        ({"email": ""}, 400, "invalid_request"),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type"),
    ],
)
async def test_what_the_token_endpoint_refuses(
    anyone: Caller, ada: Any, changes: dict[str, str], status: int, error: str
) -> None:
    form = credentials(anyone, ada, **changes)
    answer = await anyone.http.post("/users/oauth/oidc/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


async def test_scopes_and_rs256(anyone: Caller, ada: Any) -> None:
    form = credentials(
        anyone, ada, client_id=anyone.sandbox.oidc_rs256_app_id, scope="openid"
    )
    tokens = (await anyone.http.post("/users/oauth/oidc/token", data=form)).json()
    assert "refresh_token" not in tokens
    jwks = await anyone.http.get("/users/oauth/oidc/.well-known/jwks.json")
    keys = KeySet.import_key_set(jwks.json())
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
    standard = {"iss", "sub", "aud", "iat", "exp", "auth_time", "at_hash"}
    assert claims.keys() == standard


async def test_sign_in_and_what_it_authorises(
    anyone: Caller, owner: Caller, ada: Any
) -> None:
    app, pool = anyone.sandbox.oidc_app_id, anyone.sandbox.pool_id
    given = {"app": app, "email": ada["email"], "password": PASSWORD}
    signed_in = await anyone.call(SIGN_IN, **given, pool=pool)
    assert signed_in["sub"] == signed_in["_id"] == ada["_id"]
    assert signed_in["register_in_userpool"] == pool
    user = anyone.with_token(signed_in["token"])
    for caller in (user, owner):
        apps = await caller.call(APPS, user=ada["_id"])
        assert apps["totalCount"] == 1
        (listed,) = apps["OIDCApps"]
        assert (listed["_id"], listed["client_id"]) == (app, app)
        assert listed["clientId"] == pool
        assert listed["cas_expire"] == "3600"
        assert listed["client_secret"] is None
    page = await user.call(APPS, user=ada["_id"], page=2, count=1)
    assert (page["totalCount"], page["OIDCApps"]) == (1, [])

    token = signed_in["refresh_token"]
    token = (await anyone.call(REFRESH, app=app, token=token))["refresh_token"]
    revoked = await user.call(REVOKE, user=ada["_id"], app=app)
    assert (revoked["isRevoked"], revoked["type"]) == ("true", "oidc")
    assert (await user.call(APPS, user=ada["_id"]))["totalCount"] == 0
    with pytest.raises(Refused, match="2207"):
        await anyone.call(REFRESH, app=app, token=token)
    with pytest.raises(Refused, match="2011"):
        await user.call(REVOKE, user=ada["_id"], app="unknown")
    with pytest.raises(Refused, match="4212"):
        await anyone.call(SIGN_IN, **{**given, "app": "unknown"})
    other = await anyone.new_user()
    with pytest.raises(Refused, match="2202"):
        await anyone.with_token(other["token"]).call(APPS, user=ada["_id"])


async def test_social_login(anyone: Caller, owner: Caller, ada: Any) -> None:
    user = anyone.with_token(ada["token"])
    bound = await user.call(BIND, type="github", unionid="ada-at-github")
    assert bound["user"] == ada["_id"]
    with pytest.raises(Refused, match="2213"):
        await user.call(BIND, type="github", unionid="other")
    other = await anyone.new_user()
    with pytest.raises(Refused, match="2215"):
        await anyone.with_token(other["token"]).call(
            BIND, type="github", unionid="ada-at-github"
        )
    with pytest.raises(Refused, match="2202"):
        await user.call(BIND, type="wechat", unionid="x", user=other["_id"])
    query = "query n($u: String) { notBindOAuthList(user: $u) { type binded } }"
    providers = await owner.call(query, "oauth", u=ada["_id"])
    assert {p["type"] for p in providers if p["binded"]} == {"github"}
    assert await anyone.login(unionid="ada-at-github", password=PASSWORD)

    assert (await user.call(UNBIND_EMAIL))["email"] is None
    with pytest.raises(Refused, match="2219"):
        await user.call(UNBIND_EMAIL)
    with pytest.raises(Refused, match="2217"):
        await user.call(UNBIND, type="github")
    with pytest.raises(Refused, match="2216"):
        await user.call(UNBIND, type="wechat")
    await user.call(BIND, type="wechat", unionid="ada-at-wechat")
    assert await user.call(UNBIND, type="github") == {"type": "github"}


async def test_ldap(anyone: Caller, owner: Caller) -> None:
    box = anyone.sandbox
    given = {"u": "leela", "pool": box.pool_id}
    plain = box.directory_password
    leela = await anyone.call(LDAP, **given, p=plain)
    assert leela["registerMethod"] == "ldap"
    assert leela["email"] == "leela@planetexpress.com"
    assert leela["company"] == "Planet Express"
    assert '"Leela"' in leela["oauth"]
    again = await anyone.call(LDAP, **given, p=anyone.encrypt(plain))
    assert again["_id"] == leela["_id"]
    assert again["loginsCount"] == leela["loginsCount"] + 1
    with pytest.raises(Refused, match="2006"):
        await anyone.call(LDAP, **given, p="wrong")
    with pytest.raises(Refused, match="2004"):
        await anyone.call(LDAP, u="zapp", p=plain, pool=box.pool_id)
    await owner.update(_id=leela["_id"], blocked=True)
    with pytest.raises(Refused, match="2005"):
        await anyone.call(LDAP, **given, p=plain)


async def test_ad_in_both_spellings(anyone: Caller) -> None:
    box = anyone.sandbox
    given = {"u": "professor", "p": box.directory_password, "ad": box.ad_connector_id}
    documented = await anyone.call(LDAP, **given)
    assert documented["registerMethod"] == "ad"
    production = await anyone.call(AD, **given)
    assert production["_id"] == documented["_id"]
    with pytest.raises(Refused, match="2011 AD"):
        await anyone.call(AD, **{**given, "ad": box.ldap_directory_id})
