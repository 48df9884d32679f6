"""Tokens that applications verify for themselves, by the keys that can be read."""

from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey, RSAKey

from authing_sandbox import Sandbox

from ..calling import PASSWORD, Caller

pytestmark = pytest.mark.anyio


async def keys_of(http: httpx.AsyncClient) -> Any:
    return (await http.get("/sandbox/keys")).json()


async def app_token(
    http: httpx.AsyncClient, sandbox: Sandbox, app: str, email: str
) -> Any:
    form = {
        "client_id": app,
        "client_secret": sandbox.oidc_app_secret,
        "grant_type": "password",
        "email": email,
        "password": PASSWORD,
    }
    return (await http.post("/users/oauth/oidc/token", data=form)).json()


async def test_user_and_owner_tokens(
    sandbox: Sandbox, http: httpx.AsyncClient, ada: Any, owner: Caller
) -> None:
    told = await keys_of(http)
    assert told["token_key"] == sandbox.token_key
    assert told["public_key"] == sandbox.public_key
    assert sandbox.token_key not in repr(sandbox)
    key = OctKey.import_key(sandbox.token_key)
    for token, id in ((ada["token"], ada["_id"]), (owner.token, sandbox.owner_id)):
        assert token is not None
        claims = jwt.decode(token, key, ["HS256"]).claims
        assert claims["data"]["id"] == id
        assert claims["data"]["clientId"] == sandbox.pool_id
        with pytest.raises(JoseError):
            jwt.decode(token, OctKey.import_key("another " * 8), ["HS256"])


async def test_access_tokens_of_an_app_that_says_rs256(
    sandbox: Sandbox, http: httpx.AsyncClient, ada: Any
) -> None:
    app = sandbox.oidc_rs256_app_id
    answer = await app_token(http, sandbox, app, ada["email"])
    issuer = "/users/oauth/oidc"
    discovery = (await http.get(f"{issuer}/.well-known/openid-configuration")).json()
    jwks = (await http.get(discovery["jwks_uri"])).json()
    assert (await keys_of(http))["jwks"] == jwks
    token = jwt.decode(answer["access_token"], KeySet.import_key_set(jwks), ["RS256"])
    assert token.header["typ"] == "at+jwt"
    assert token.header["kid"] == jwks["keys"][0]["kid"]
    assert (token.claims["sub"], token.claims["aud"]) == (ada["_id"], app)
    bearer = {"authorization": f"Bearer {answer['access_token']}"}
    info = await http.get(f"{issuer}/user/userinfo", headers=bearer)
    assert info.json()["sub"] == ada["_id"]


async def test_an_id_token_is_no_access_token(
    sandbox: Sandbox, http: httpx.AsyncClient, ada: Any
) -> None:
    for app in (sandbox.oidc_rs256_app_id, sandbox.oidc_app_id):
        answer = await app_token(http, sandbox, app, ada["email"])
        bearer = {"authorization": f"Bearer {answer['id_token']}"}
        info = await http.get("/users/oauth/oidc/user/userinfo", headers=bearer)
        assert info.status_code == 401


async def test_a_public_key_signs_nothing(
    sandbox: Sandbox, http: httpx.AsyncClient, ada: Any
) -> None:
    """HS256 by the text of the RSA key, which everybody knows."""
    answer = await app_token(http, sandbox, sandbox.oidc_rs256_app_id, ada["email"])
    told = await keys_of(http)
    rsa = KeySet.import_key_set(told["jwks"])
    claims = jwt.decode(answer["access_token"], rsa, ["RS256"]).claims
    known = OctKey.import_key(
        b"\n" + RSAKey.import_key(told["jwks"]["keys"][0]).as_pem()
    )
    forged = jwt.encode({"alg": "HS256"}, claims, known)
    bearer = {"authorization": f"Bearer {forged}"}
    info = await http.get("/users/oauth/oidc/user/userinfo", headers=bearer)
    assert info.status_code == 401
