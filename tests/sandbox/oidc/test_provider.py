"""The OpenID Connect provider, by a library that knows OpenID Connect and a browser."""

import asyncio
import base64
import hashlib
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey
from pyotp.totp import TOTP

from authing_sandbox import Sandbox, running

from ..browsing import Browser, Page, answer, page
from ..calling import PASSWORD, Caller, fresh_email, fresh_phone
from ..graphql.test_apps_and_directories import APPS, REFRESH, REVOKE, SIGN_IN

pytestmark = pytest.mark.anyio

VERIFIER = secrets.token_urlsafe(48)
SCOPE = "openid profile email offline_access"


def s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True)
class Client:
    """An app: what a library needs to know of it."""

    id: str
    secret: str
    method: str = "client_secret_basic"
    scope: str = SCOPE
    provider: str = "/users/oauth/oidc"
    page: str = "auth"

    @asynccontextmanager
    async def open(self, sandbox: Sandbox) -> AsyncIterator[Any]:
        async with AsyncOAuth2Client(
            self.id,
            self.secret,
            token_endpoint_auth_method=self.method,
            scope=self.scope,
            redirect_uri=sandbox.redirect_uri,
            code_challenge_method="S256",
            token_endpoint=f"{sandbox.url}{self.provider}/token",
            revocation_endpoint_auth_method=self.method,
        ) as library:
            yield library

    def url(self, sandbox: Sandbox, **changes: str | None) -> str:
        """Where a browser is sent to for authorization; None leaves a parameter out."""
        given = {
            "response_type": "code",
            "client_id": self.id,
            "redirect_uri": sandbox.redirect_uri,
            "scope": self.scope,
            "state": "as it was",
            "nonce": "n-0S6_WzA2Mj",
            "code_challenge": s256(VERIFIER),
            "code_challenge_method": "S256",
            **changes,
        }
        kept = {name: value for name, value in given.items() if value is not None}
        return f"{sandbox.url}{self.provider}/{self.page}?{urlencode(kept)}"

    async def redeem(self, http: httpx.AsyncClient, **form: str) -> httpx.Response:
        """Ask the token endpoint, with the secret in the form."""
        given = {"client_id": self.id, "client_secret": self.secret, **form}
        return await http.post(f"{self.provider}/token", data=given)

    async def redeem_code(
        self, http: httpx.AsyncClient, sandbox: Sandbox, code: str, **changes: str
    ) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": sandbox.redirect_uri,
            "code_verifier": VERIFIER,
        }
        return await self.redeem(http, **{**form, **changes})


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One of its own: these tests move its clock."""
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def confidential(sandbox: Sandbox) -> Client:
    return Client(sandbox.oidc_app_id, sandbox.oidc_app_secret)


@pytest.fixture
def rs256(sandbox: Sandbox) -> Client:
    secret = sandbox.oidc_app_secret
    return Client(sandbox.oidc_rs256_app_id, secret, "client_secret_post")


@pytest.fixture
def public(sandbox: Sandbox) -> Client:
    return Client(sandbox.oidc_public_app_id, "", "none")


@pytest.fixture
def oauth(sandbox: Sandbox) -> Client:
    return Client(
        sandbox.oauth_app_id,
        sandbox.oauth_app_secret,
        scope="profile email",
        provider="/users/oauth",
        page="authorize",
    )


@pytest.fixture
async def browser(sandbox: Sandbox) -> AsyncIterator[Browser]:
    async with Browser(sandbox) as browser:
        yield browser


async def sign_in(browser: Browser, url: str, user: Any) -> Page | str:
    shown = await browser.open(url)
    return await browser.press(
        shown, "sign_in", identifier=user["email"], password=PASSWORD
    )


async def get_code(browser: Browser, url: str, user: Any) -> str:
    shown = await sign_in(browser, url, user)
    return answer(await browser.press(shown, "allow"))["code"]


async def discover(sandbox: Sandbox, http: httpx.AsyncClient) -> dict[str, Any]:
    url = f"{sandbox.oidc_issuer}/.well-known/openid-configuration"
    document: dict[str, Any] = (await http.get(url)).raise_for_status().json()
    assert document["issuer"] == sandbox.oidc_issuer
    return document


def user_info(http: httpx.AsyncClient, token: str) -> Any:
    headers = {"authorization": f"Bearer {token}"}
    return http.get("/users/oauth/oidc/user/userinfo", headers=headers)


@pytest.mark.parametrize("name", ["confidential", "rs256", "public"])
async def test_authlib_signs_somebody_in(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    browser: Browser,
    ada: Any,
    name: str,
    request: pytest.FixtureRequest,
) -> None:
    client: Client = request.getfixturevalue(name)
    endpoints = await discover(sandbox, http)
    assert client.method in endpoints["token_endpoint_auth_methods_supported"]
    async with client.open(sandbox) as library:
        url, state = library.create_authorization_url(
            endpoints["authorization_endpoint"], code_verifier=VERIFIER, nonce="once"
        )
        shown = page(await sign_in(browser, url, ada))
        assert ada["email"] in shown.text
        assert "读取你的邮箱地址" in shown.text
        sent_back = await browser.press(shown, "allow")
        told = answer(sent_back)
        assert told["state"] == state
        assert told["iss"] == sandbox.oidc_issuer
        tokens = await library.fetch_token(
            authorization_response=sent_back, code_verifier=VERIFIER, state=state
        )
        assert tokens["scope"] == SCOPE

        keys: Any = OctKey.import_key(client.secret or "unused" * 6)
        algorithm = "HS256"
        if name != "confidential":
            jwks = (await http.get(endpoints["jwks_uri"])).json()
            keys, algorithm = KeySet.import_key_set(jwks), "RS256"
        claims = jwt.decode(tokens["id_token"], keys, [algorithm]).claims
        jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": sandbox.oidc_issuer},
            aud={"essential": True, "value": client.id},
            sub={"essential": True, "value": ada["_id"]},
            nonce={"essential": True, "value": "once"},
            exp={"essential": True},
            auth_time={"essential": True},
        ).validate(claims)
        half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
        at_hash = base64.urlsafe_b64encode(half).rstrip(b"=").decode()
        assert claims["at_hash"] == at_hash
        assert isinstance(claims["updated_at"], int)

        info = (await library.get(endpoints["userinfo_endpoint"])).json()
        assert (info["sub"], info["email"]) == (ada["_id"], ada["email"])
        assert "phone_number_verified" not in info

        old = tokens["refresh_token"]
        renewed = await library.refresh_token(refresh_token=old)
        again = jwt.decode(renewed["id_token"], keys, [algorithm]).claims
        assert again["auth_time"] == claims["auth_time"]
        assert renewed["refresh_token"] != old

        await library.revoke_token(
            endpoints["revocation_endpoint"], renewed["refresh_token"]
        )
        assert (await library.get(endpoints["userinfo_endpoint"])).status_code == 401
        with pytest.raises(OAuthError, match="invalid_grant"):
            await library.refresh_token(refresh_token=renewed["refresh_token"])


async def test_the_browser_remembers_who_signed_in(
    sandbox: Sandbox,
    browser: Browser,
    ada: Any,
    confidential: Client,
    rs256: Client,
    oauth: Client,
) -> None:
    await get_code(browser, confidential.url(sandbox), ada)
    # The same app again asks nothing, another one only whether it may.
    assert "code" in answer(await browser.open(confidential.url(sandbox)))
    for other in (rs256, oauth):
        shown = await browser.open(other.url(sandbox))
        assert page(shown).actions == {"allow", "deny", "switch"}
        assert "code" in answer(await browser.press(shown, "allow"))
    # More than was allowed is asked for.
    more = confidential.url(sandbox, scope=f"{SCOPE} phone")
    assert "allow" in page(await browser.open(more)).actions
    # Somebody else can sign in instead.
    shown = await browser.press(await browser.open(more), "switch")
    assert page(shown).actions == {"sign_in"}


async def test_what_the_app_says_of_asking(
    sandbox: Sandbox, browser: Browser, ada: Any, confidential: Client
) -> None:
    def url(**changes: str) -> str:
        return confidential.url(sandbox, **changes)

    async def told(url: str) -> str | None:
        return answer(await browser.open(url)).get("error")

    assert await told(url(prompt="none")) == "login_required"
    shown = page(await browser.open(url(login_hint="fry@example.com")))
    assert shown.fields["identifier"] == "fry@example.com"
    shown = page(await sign_in(browser, url(prompt="login"), ada))
    assert await told(url(prompt="none")) == "consent_required"
    assert answer(await browser.press(shown, "deny")) == {
        "error": "access_denied",
        "state": "as it was",
        "iss": sandbox.oidc_issuer,
    }
    await browser.press(await browser.open(url()), "allow")
    assert await told(url(prompt="none")) is None
    assert "allow" in page(await browser.open(url(prompt="consent"))).actions
    assert page(await browser.open(url(prompt="login"))).actions == {"sign_in"}
    assert await told(url(max_age="60")) is None
    sandbox.clock.advance(timedelta(seconds=61))
    shown = page(await sign_in(browser, url(max_age="60", prompt="consent"), ada))
    assert "allow" in shown.actions


@pytest.mark.parametrize(
    ("changes", "alert"),
    [
        ({"password": "wrong!"}, "密码不正确"),
        ({"identifier": "nobody"}, "用户不存在"),
        ({"identifier": "<script>alert(1)</script>"}, "用户不存在"),
        ({"csrf": "forged"}, "页面已过期，请重试"),
    ],
)
async def test_what_the_sign_in_page_refuses(
    sandbox: Sandbox,
    browser: Browser,
    ada: Any,
    confidential: Client,
    changes: dict[str, str],
    alert: str,
) -> None:
    shown = await browser.open(confidential.url(sandbox))
    typed = {"identifier": ada["email"], "password": PASSWORD, **changes}
    refused = page(await browser.press(shown, "sign_in", **typed))
    assert refused.status in (400, 403)
    assert refused.alert == alert
    assert refused.fields["identifier"] == typed["identifier"]
    assert refused.fields["password"] == ""
    assert "<script" not in refused.html
    # The page can be used again at once.
    right = {"identifier": ada["email"], "password": PASSWORD}
    assert "allow" in page(await browser.press(refused, "sign_in", **right)).actions


async def test_the_sign_in_page_asks_for_a_one_time_password(
    sandbox: Sandbox, browser: Browser, anyone: Caller, ada: Any, confidential: Client
) -> None:
    turn_on = (
        "mutation m($u: String!, $p: String!) {"
        " changeMFA(userId: $u, userPoolId: $p, enable: true) { shareKey } }"
    )
    user = anyone.with_token(ada["token"])
    key = (await user.call(turn_on, u=ada["_id"], p=sandbox.pool_id))["shareKey"]
    shown = page(await sign_in(browser, confidential.url(sandbox), ada))
    assert shown.alert
    assert "mfa_code" in shown.fields
    typed = {"identifier": ada["email"], "password": PASSWORD}
    code = TOTP(key).at(sandbox.clock.now())
    shown = page(await browser.press(shown, "sign_in", **typed, mfa_code=code))
    assert "allow" in shown.actions


async def test_the_sign_in_page_shows_the_picture_after_failures(
    sandbox: Sandbox, browser: Browser, ada: Any, confidential: Client
) -> None:
    shown = page(await browser.open(confidential.url(sandbox)))
    typed = {"identifier": ada["email"], "password": "wrong!"}
    for _ in range(10):
        shown = page(await browser.press(shown, "sign_in", **typed))
        if "verify_code" in shown.fields:
            break
    code = await sandbox.last_code(ada["email"])
    right = {**typed, "password": PASSWORD, "verify_code": code}
    assert "allow" in page(await browser.press(shown, "sign_in", **right)).actions


@pytest.mark.parametrize("name", ["email", "phone", "username"])
async def test_the_sign_in_page_takes_every_identifier(
    sandbox: Sandbox, browser: Browser, anyone: Caller, confidential: Client, name: str
) -> None:
    user = await anyone.register(
        email=fresh_email(),
        phone=fresh_phone(),
        username=f"ada-{name}",
        password=PASSWORD,
    )
    shown = await browser.open(confidential.url(sandbox))
    typed = {"identifier": user[name], "password": PASSWORD}
    shown = page(await browser.press(shown, "sign_in", **typed))
    assert user["email"] in shown.text


async def test_forged_forms_and_framed_pages(
    sandbox: Sandbox, browser: Browser, ada: Any, confidential: Client
) -> None:
    shown = page(await sign_in(browser, confidential.url(sandbox), ada))
    assert "frame-ancestors 'none'" in shown.headers["content-security-policy"]
    assert shown.headers["cache-control"] == "no-store"
    cookie = shown.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    forged = page(await browser.press(shown, "allow", csrf="forged"))
    assert (forged.status, forged.alert) == (403, "页面已过期，请重试")
    # A page of another site cannot send the cookie along, nor can it take it away.
    for action in ("allow", "sign_in"):
        form = {"csrf": shown.fields["csrf"], "action": action}
        async with httpx.AsyncClient() as other_site:
            answered = await other_site.post(shown.url, data=form)
        assert answered.status_code == 303
        assert "code=" not in answered.headers["location"]
        assert "set-cookie" not in answered.headers


async def test_signing_in_changes_the_cookie(
    sandbox: Sandbox, browser: Browser, ada: Any, confidential: Client
) -> None:
    await browser.open(confidential.url(sandbox))
    before = browser.http.cookies["authing_sandbox"]
    await sign_in(browser, confidential.url(sandbox), ada)
    assert browser.http.cookies["authing_sandbox"] != before


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://127.0.0.1:3000/callback/"},
        {"redirect_uri": "http://127.0.0.1:3000/callback?a=b"},
        {"redirect_uri": "http://127.0.0.1:3000.evil.example/callback"},
        {"redirect_uri": None},
        {"client_id": "unknown"},
        {"client_id": None},
    ],
)
async def test_nobody_is_sent_where_the_app_is_not(
    sandbox: Sandbox,
    browser: Browser,
    confidential: Client,
    changes: dict[str, str | None],
) -> None:
    shown = page(await browser.open(confidential.url(sandbox, **changes)))
    assert (shown.status, shown.actions) == (400, set())
    assert shown.alert


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"scope": "unheard-of"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"request": "e30"}, "request_not_supported"),
        ({"request_uri": "https://e.example"}, "request_uri_not_supported"),
    ],
)
async def test_what_the_authorization_endpoint_refuses(
    sandbox: Sandbox,
    browser: Browser,
    confidential: Client,
    changes: dict[str, str | None],
    error: str,
) -> None:
    told = answer(await browser.open(confidential.url(sandbox, **changes)))
    assert (told["error"], told["state"]) == (error, "as it was")
    assert "code" not in told


async def test_a_public_app_needs_pkce(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    browser: Browser,
    ada: Any,
    public: Client,
) -> None:
    bare = public.url(sandbox, code_challenge=None, code_challenge_method=None)
    assert answer(await browser.open(bare))["error"] == "invalid_request"
    refused = await public.redeem(http, grant_type="password", email=ada["email"])
    assert (refused.status_code, refused.json()["error"]) == (
        400,
        "unauthorized_client",
    )


async def test_an_authorization_request_can_be_posted(
    sandbox: Sandbox, http: httpx.AsyncClient, confidential: Client
) -> None:
    url = httpx.URL(confidential.url(sandbox))
    answered = await http.post(url.path, data=dict(url.params))
    assert answered.status_code == 303
    shown = Page(await http.get(answered.headers["location"]))
    assert shown.actions == {"sign_in"}


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "wrong" * 10},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1:3000/other"},
        {"redirect_uri": ""},
        {"code": "unknown"},
    ],
)
async def test_a_code_is_bound_to_its_request(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    browser: Browser,
    ada: Any,
    confidential: Client,
    changes: dict[str, str],
) -> None:
    code = await get_code(browser, confidential.url(sandbox), ada)
    refused = await confidential.redeem_code(http, sandbox, **{"code": code, **changes})
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert (await confidential.redeem_code(http, sandbox, code)).status_code == 200


async def test_a_code_is_bound_to_its_app_and_to_its_use_of_pkce(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    browser: Browser,
    ada: Any,
    confidential: Client,
    rs256: Client,
) -> None:
    code = await get_code(browser, confidential.url(sandbox), ada)
    refused = await rs256.redeem_code(http, sandbox, code)
    assert refused.json()["error"] == "invalid_grant"
    bare = confidential.url(sandbox, code_challenge=None, code_challenge_method=None)
    code = answer(await browser.open(bare))["code"]
    refused = await confidential.redeem_code(http, sandbox, code)
    assert refused.json()["error"] == "invalid_grant"
    taken = await confidential.redeem_code(http, sandbox, code, code_verifier="")
    assert taken.status_code == 200


async def test_a_code_used_twice_takes_back_what_it_gave(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    browser: Browser,
    ada: Any,
    confidential: Client,
) -> None:
    code = await get_code(browser, confidential.url(sandbox), ada)
    tokens = (await confidential.redeem_code(http, sandbox, code)).json()
    assert (await user_info(http, tokens["access_token"])).status_code == 200
    twice = await confidential.redeem_code(http, sandbox, code)
    assert (twice.status_code, twice.json()["error"]) == (400, "invalid_grant")
    assert (await user_info(http, tokens["access_token"])).status_code == 401
    token = tokens["refresh_token"]
    refused = await confidential.redeem(
        http, grant_type="refresh_token", refresh_token=token
    )
    assert refused.json()["error"] == "invalid_grant"


async def test_a_code_is_good_once_however_many_hurry(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    browser: Browser,
    ada: Any,
    confidential: Client,
) -> None:
    code = await get_code(browser, confidential.url(sandbox), ada)
    answers = await asyncio.gather(
        *(confidential.redeem_code(http, sandbox, code) for _ in range(8))
    )
    statuses = sorted(answered.status_code for answered in answers)
    assert statuses == [200, *[400] * 7]


async def test_codes_and_tokens_expire(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    browser: Browser,
    ada: Any,
    confidential: Client,
) -> None:
    code = await get_code(browser, confidential.url(sandbox), ada)
    sandbox.clock.advance(timedelta(minutes=10))
    late = await confidential.redeem_code(http, sandbox, code)
    assert late.json()["error"] == "invalid_grant"

    code = answer(await browser.open(confidential.url(sandbox)))["code"]
    tokens = (await confidential.redeem_code(http, sandbox, code)).json()
    sandbox.clock.advance(timedelta(hours=1))
    expired = await user_info(http, tokens["access_token"])
    assert expired.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    refresh = {
        "grant_type": "refresh_token",
        "refresh_token": tokens["refresh_token"],
    }
    tokens = (await confidential.redeem(http, **refresh)).json()
    refresh["refresh_token"] = tokens["refresh_token"]
    sandbox.clock.advance(timedelta(days=30))
    late = await confidential.redeem(http, **refresh)
    assert (late.status_code, late.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("way", ["token endpoint", "GraphQL"])
async def test_reuse_of_a_refresh_token_ends_its_family(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    anyone: Caller,
    ada: Any,
    confidential: Client,
    way: str,
) -> None:
    given = {"app": confidential.id, "email": ada["email"], "password": PASSWORD}
    first = await anyone.call(SIGN_IN, **given)
    other = await anyone.call(SIGN_IN, **given)

    async def refresh(token: str) -> Any:
        if way == "GraphQL":
            variables = {"app": confidential.id, "token": token}
            answered = await anyone.send(REFRESH, **variables)
            return (answered.json()["data"] or {}).get("refreshSignInToken")
        form = {"grant_type": "refresh_token", "refresh_token": token}
        answered = await confidential.redeem(http, **form)
        return answered.json() if answered.is_success else None

    second = await refresh(first["refresh_token"])
    assert (await user_info(http, second["access_token"])).status_code == 200
    assert await refresh(first["refresh_token"]) is None
    assert await refresh(second["refresh_token"]) is None
    assert (await user_info(http, second["access_token"])).status_code == 401
    # Another sign-in of the same person at the same app is another family.
    assert (await refresh(other["refresh_token"]))["access_token"]


async def test_a_refresh_can_ask_for_less_but_not_for_more(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    browser: Browser,
    ada: Any,
    confidential: Client,
) -> None:
    code = await get_code(browser, confidential.url(sandbox), ada)
    tokens = (await confidential.redeem_code(http, sandbox, code)).json()

    async def refresh(scope: str) -> httpx.Response:
        token = tokens["refresh_token"]
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return await confidential.redeem(http, **form, scope=scope)

    refused = await refresh("openid phone")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")
    fewer = (await refresh("email")).json()
    assert fewer["scope"] == "email"
    info = await user_info(http, fewer["access_token"])
    assert info.status_code == 403
    assert "insufficient_scope" in info.headers["www-authenticate"]


async def test_consent_is_listed_and_can_be_taken_back(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    browser: Browser,
    anyone: Caller,
    ada: Any,
    confidential: Client,
    oauth: Client,
) -> None:
    code = await get_code(browser, confidential.url(sandbox), ada)
    tokens = (await confidential.redeem_code(http, sandbox, code)).json()
    shown = await browser.open(oauth.url(sandbox))
    code = answer(await browser.press(shown, "allow"))["code"]
    oauth_tokens = (await oauth.redeem_code(http, sandbox, code)).json()
    assert "id_token" not in oauth_tokens
    headers = {"authorization": f"Bearer {oauth_tokens['access_token']}"}

    # Signing in on the page replaces no token of the user's other devices.
    user = anyone.with_token(ada["token"])
    listed = await user.call(APPS, user=ada["_id"])
    assert [app["_id"] for app in listed["OAuthApps"]] == [oauth.id]
    assert [app["_id"] for app in listed["OIDCApps"]] == [confidential.id]
    info = await http.get("/users/oauth/user/userinfo", headers=headers)
    assert info.json()["email"] == ada["email"]

    for client in (confidential, oauth):
        await user.call(REVOKE, user=ada["_id"], app=client.id)
        assert "allow" in page(await browser.open(client.url(sandbox))).actions
    assert (await user_info(http, tokens["access_token"])).status_code == 401
    info = await http.get("/users/oauth/user/userinfo", headers=headers)
    assert info.status_code == 401
    for client, old in ((confidential, tokens), (oauth, oauth_tokens)):
        form = {"grant_type": "refresh_token", "refresh_token": old["refresh_token"]}
        refused = await client.redeem(http, **form)
        assert refused.json()["error"] == "invalid_grant"
    assert (await user.call(APPS, user=ada["_id"]))["totalCount"] == 0


async def test_a_new_password_ends_every_session(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    browser: Browser,
    owner: Caller,
    ada: Any,
    confidential: Client,
) -> None:
    code = await get_code(browser, confidential.url(sandbox), ada)
    tokens = (await confidential.redeem_code(http, sandbox, code)).json()
    code = answer(await browser.open(confidential.url(sandbox)))["code"]
    await owner.update(_id=ada["_id"], password="another horse")
    assert page(await browser.open(confidential.url(sandbox))).actions == {"sign_in"}
    assert (await user_info(http, tokens["access_token"])).status_code == 401
    refused = await confidential.redeem_code(http, sandbox, code)
    assert refused.json()["error"] == "invalid_grant"


async def test_client_authentication(
    sandbox: Sandbox, http: httpx.AsyncClient, ada: Any, confidential: Client
) -> None:
    form = {"grant_type": "password", "email": ada["email"], "password": PASSWORD}
    url, right = "/users/oauth/oidc/token", (confidential.id, confidential.secret)
    assert (await http.post(url, data=form, auth=right)).status_code == 200
    wrong = await http.post(url, data=form, auth=(confidential.id, "wrong"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert wrong.headers["www-authenticate"] == "Basic"
    headers = {"authorization": "Basic ???"}
    wrong = await http.post(url, data=form, headers=headers)
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    missing = await http.post(url, data={**form, "client_id": confidential.id})
    assert (missing.status_code, missing.json()["error"]) == (401, "invalid_client")
    for more in (
        {"client_secret": confidential.secret},
        {"client_id": "another"},
    ):
        twice = await http.post(url, data={**form, **more}, auth=right)
        assert (twice.status_code, twice.json()["error"]) == (400, "invalid_request")
    repeated = await http.post(f"{url}?scope=openid", data={**form, "scope": "email"})
    assert repeated.json()["error"] == "invalid_request"
    other_kind = await http.post("/users/oauth/token", data=form, auth=right)
    assert other_kind.json()["error"] == "invalid_client"


@pytest.mark.parametrize("path", ["user/userinfo", "me"])
async def test_user_info(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    ada: Any,
    confidential: Client,
    path: str,
) -> None:
    form = {"email": ada["email"], "password": PASSWORD, "scope": "openid email"}
    tokens = (await confidential.redeem(http, **form)).json()
    url, token = f"/users/oauth/oidc/{path}", tokens["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    expected = {"sub": ada["_id"], "email": ada["email"], "email_verified": False}
    for answered in (
        await http.get(url, headers=headers),
        await http.post(url, headers=headers),
        await http.post(url, data={"access_token": token}),
    ):
        assert answered.json() == expected
    bare = await http.get(url)
    assert (bare.status_code, bare.headers["www-authenticate"]) == (401, "Bearer")
    twice = await http.post(url, data={"access_token": token}, headers=headers)
    assert (twice.status_code, twice.json()["error"]) == (400, "invalid_request")
    for other in ("garbage", ada["token"], tokens["id_token"]):
        wrong = await user_info(http, other)
        assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_token")


async def test_introspection(
    sandbox: Sandbox,
    http: httpx.AsyncClient,
    ada: Any,
    confidential: Client,
    rs256: Client,
) -> None:
    form = {"email": ada["email"], "password": PASSWORD}
    tokens = (await confidential.redeem(http, **form)).json()
    url = "/users/oauth/oidc/token/introspection"

    async def ask(client: Client, token: str) -> Any:
        auth = (client.id, client.secret)
        return (await http.post(url, data={"token": token}, auth=auth)).json()

    for name in ("access_token", "refresh_token"):
        told = await ask(confidential, tokens[name])
        assert (told["active"], told["sub"]) == (True, ada["_id"])
        assert (told["client_id"], told["scope"]) == (confidential.id, tokens["scope"])
        assert await ask(rs256, tokens[name]) == {"active": False}
    assert await ask(confidential, "garbage") == {"active": False}
    refused = await http.post(url, data={"token": tokens["access_token"]})
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    # Asking about a refresh token does not use it up, nor does another app end it.
    other = replace(rs256, provider=confidential.provider)
    auth = (other.id, other.secret)
    end = "/users/oauth/oidc/token/revocation"
    data = {"token": tokens["refresh_token"]}
    assert (await http.post(end, data=data, auth=auth)).status_code == 200
    assert (await ask(confidential, tokens["refresh_token"]))["active"] is True


async def test_pages_of_other_origins_may_ask(
    sandbox: Sandbox, http: httpx.AsyncClient
) -> None:
    origin = {"origin": "http://127.0.0.1:3000"}
    asked = {
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
    }
    for url in ("/users/oauth/oidc/token", "/users/graphql", "/oauth/graphql"):
        allowed = await http.options(url, headers={**origin, **asked})
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in allowed.headers
    outbox = await http.get("/sandbox/outbox", headers=origin)
    assert "access-control-allow-origin" not in outbox.headers
