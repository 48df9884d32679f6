"""Who has sent a request, as the network and the browser say; settings; statuses."""

import json
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authing_gen import (
    AuthingConfigurationError,
    AuthingTimeoutError,
    BadEncryptionError,
    BadInputError,
    ConflictError,
    RateLimitError,
    ServiceBusyError,
    errors,
    web,
)
from authing_gen.web import (
    STATUSES,
    AsyncKit,
    CrossSiteError,
    CurrentUser,
    InvalidTokenError,
    UnreadableFormError,
    WebSettings,
    read_form,
)
from authing_gen.web.cookies import cookie_of, no_cookie
from authing_gen.web.forms import PhoneSignIn
from authing_gen.web.settings import split
from authing_gen.web.statuses import refusal_of
from authing_gen.web.visitors import address_of, browser_of

from .conftest import incoming

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "1.2.3.4,203.0.113.7,10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "203.0.113.7:51234", "203.0.113.7"),
        ("10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        ("fd00::1", "2001:DB8::1", "2001:db8::1"),
        ("::ffff:10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7, ", "10.0.0.1"),
        (None, "203.0.113.7", None),
        ("", "203.0.113.7", None),
    ],
)
def test_address(peer: str | None, forwarded: str | None, expected: str | None) -> None:
    assert address_of(peer, forwarded, PROXIES) == expected


def test_address_behind_a_unix_socket() -> None:
    assert address_of("", "1.2.3.4, 203.0.113.7", ["unix"]) == "203.0.113.7"


@given(peer=st.none() | st.text(), forwarded=st.none() | st.text())
def test_address_of_anything(peer: str | None, forwarded: str | None) -> None:
    address_of(peer, forwarded, [*PROXIES, "unix"])


def test_browser() -> None:
    assert browser_of("Mozilla/5.0 (X11)") == "Mozilla/5.0 (X11)"
    assert browser_of("a\r\nb\x00" + "c" * 10_000) == "ab" + "c" * 510
    assert browser_of("  ") is browser_of(None) is None


HOST = {"host": "shop.example"}
OWN = {"origin": "https://shop.example"}
OTHER = {"origin": "https://evil.example"}


@pytest.mark.parametrize(
    ("method", "headers", "is_taken"),
    [
        ("GET", OTHER | {"sec-fetch-site": "cross-site"}, True),
        ("POST", {}, True),
        ("POST", OWN | {"sec-fetch-site": "same-origin"}, True),
        ("POST", {"sec-fetch-site": "none"}, True),
        ("POST", OWN, True),
        ("POST", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"sec-fetch-site": "same-site"}, False),
        ("POST", OWN | {"sec-fetch-site": "cross-site"}, False),
        ("POST", OTHER, False),
        ("DELETE", OTHER, False),
        ("WEBSOCKET", OTHER, False),
        ("POST", {"origin": "null"}, False),
        ("POST", {"origin": "https://shop.example.evil.example"}, False),
        ("POST", {"origin": "https://evil.example/shop.example"}, False),
        ("POST", {"origin": "https://["}, False),
        ("POST", {"origin": ""}, False),
        (
            "POST",
            {"origin": "https://app.example", "sec-fetch-site": "cross-site"},
            True,
        ),
    ],
)
def test_pages_of_other_sites(
    method: str, headers: dict[str, str], is_taken: bool
) -> None:
    settings = WebSettings(trusted_origins=("https://app.example",))
    request = incoming(HOST | headers, method=method, cookies={"__Host-authing": "t"})
    if is_taken:
        assert request.token(settings) == "t"
    else:
        with pytest.raises(CrossSiteError):
            request.token(settings)
    # No page of another site can have a browser send this header.
    bearer = HOST | headers | {"authorization": "bearer t"}
    assert incoming(bearer, method=method).token(settings) == "t"


@pytest.mark.anyio
async def test_cookie(ada: CurrentUser) -> None:
    cookie = cookie_of(ada, WebSettings())
    assert (cookie.key, cookie.path, cookie.domain) == ("__Host-authing", "/", None)
    assert (cookie.secure, cookie.httponly, cookie.samesite) == (True, True, "lax")
    assert 14 * 86_400 < cookie.max_age <= 15 * 86_400
    assert ada.token not in repr(cookie)
    assert no_cookie(WebSettings()).max_age == 0
    wide = WebSettings(cookie_domain="example.com", cookie_same_site="strict")
    assert cookie_of(ada, wide).key == "authing"


def test_settings_come_from_the_environment_and_are_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUTHING_TRUSTED_PROXIES", "10.0.0.0/8, unix")
    monkeypatch.setenv("AUTHING_TOKEN_KEY", "the pool's key")
    web, of_client = split({"USER_POOL_ID": "the-pool", "cookie_secure": False})
    assert web.trusted_proxies == (ip_network("10.0.0.0/8"), "unix")
    assert web.cookie == "authing"
    assert of_client == {"user_pool_id": "the-pool"}
    assert "the pool's key" not in repr(web)
    for wrong, said in (
        ({"trusted_proxies": "here"}, "trusted_proxies"),
        ({"trusted_proxies": 7}, "trusted_proxies"),
        ({"cookie_same_site": "none", "cookie_secure": False}, "needs cookie_secure"),
        ({"max_token_age": -1}, "AUTHING_MAX_TOKEN_AGE"),
        ({"oidc_issuer": "http://issuer.example"}, "oidc_issuer"),
        ({"cookie_name": "a;b"}, "cookie_name"),
    ):
        with pytest.raises(AuthingConfigurationError, match=said):
            split(wrong)


def test_settings_are_read_when_they_are_needed() -> None:
    kit = AsyncKit({"user_pol_id": "the-pool"})
    with pytest.raises(AuthingConfigurationError, match="user_pol_id"):
        _ = kit.authing


@pytest.mark.parametrize(
    "form",
    [
        {"phone": "13800138000", "code": "12a4"},
        {"phone": "13800138000", "code": "123"},
        {"phone": "one", "code": "1234"},
        {"phone": "13800138000", "code": "1234", "more": True},
    ],
)
def test_forms(form: object) -> None:
    with pytest.raises(UnreadableFormError) as caught:
        read_form(PhoneSignIn, json.dumps(form).encode())
    assert len(caught.value.problems) == 1
    assert "1234" not in str(caught.value.problems)


def test_names_that_there_are_not() -> None:
    assert hasattr(web, "CurrentUser")
    assert not hasattr(web, "Nonsense")


def test_every_error_has_a_status() -> None:
    of_visitors = [errors.ConflictError, errors.RateLimitError, InvalidTokenError]
    for name in errors.__all__:
        kind = getattr(errors, name)
        if isinstance(kind, type):
            own = [STATUSES[base] for base in kind.__mro__ if base in STATUSES]
            assert own
    assert [STATUSES.get(kind) for kind in of_visitors] == [409, 429, None]


def test_refusals() -> None:
    def api(kind: type[errors.AuthingAPIError], **more: object) -> errors.AuthingError:
        return kind("不可以", code=1, operation="login", **more)  # type: ignore[arg-type]

    later = [(b"retry-after", b"7")]
    for error, status in (
        (InvalidTokenError("it has expired"), 401),
        (CrossSiteError(), 403),
        (api(BadInputError), 400),
        (api(BadEncryptionError), 500),
        (api(ConflictError), 409),
        (api(RateLimitError), 429),
        (api(ServiceBusyError), 503),
        (AuthingTimeoutError("late", "login"), 504),
        (AuthingConfigurationError("secret: it is missing"), 500),
    ):
        refusal = refusal_of(error)
        assert refusal.status == status
        assert ("WWW-Authenticate" in refusal.headers) == (status == 401)
        if status >= 500:  # What the application is made of is nobody's concern.
            assert "secret" not in str(refusal.body)
            assert "login" not in str(refusal.body)
    limited = refusal_of(api(RateLimitError, headers=later))
    assert limited.headers["Retry-After"] == "7"
    for strange in ("٣", "soon", "-1"):  # No server sends the first one.
        later = [(b"retry-after", strange.encode())]
        limited = refusal_of(api(RateLimitError, headers=later))
        assert "Retry-After" not in limited.headers
    assert limited.body == {"detail": "不可以", "code": 1}
