"""Settings: an argument beats the environment, which beats the vendor's default."""

import traceback
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import yarl
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given as drawn
from hypothesis import settings as drawing
from hypothesis import strategies as st

from authing_gen import AsyncAuthing, AuthingConfigurationError
from authing_gen._sync.httpcore_connections import target_of
from authing_gen.settings import PUBLIC_KEY, load_settings
from authing_gen.urls import check_url

Pem = Callable[[RSAPrivateKey], str]
SECRET = "5ecret-of-the-pool"


def test_the_vendors_service_is_the_default() -> None:
    settings = load_settings(user_pool_id="pool")
    assert settings.users_url == "https://users.authing.cn/graphql"
    assert settings.oauth_url == "https://oauth.authing.cn/graphql"
    assert settings.origin == "https://users.authing.cn"
    assert settings.public_key == PUBLIC_KEY
    assert (settings.timeout, settings.max_retries) == (10, 2)
    assert (settings.secret, settings.signed) == (None, False)


@pytest.mark.parametrize(
    ("name", "default", "from_environment", "given"),
    [
        ("user_pool_id", None, "pool-e", "pool-a"),
        ("users_url", "https://users.authing.cn/graphql", "https://e/g", "https://a/g"),
        ("oauth_url", "https://oauth.authing.cn/graphql", "https://e/g", "https://a/g"),
        ("timeout", 10.0, "2.5", 1.0),
        ("max_retries", 2, "5", 0),
        ("signed", False, "true", False),
        ("allow_insecure_http", False, "true", False),
    ],
)
def test_an_argument_beats_the_environment_beats_the_default(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    default: object,
    from_environment: str,
    given: object,
) -> None:
    needed = {} if name == "user_pool_id" else {"user_pool_id": "pool"}
    if default is not None:
        assert getattr(load_settings(**needed), name) == default
    monkeypatch.setenv(f"AUTHING_{name.upper()}", from_environment)
    read = getattr(load_settings(**needed), name)
    assert str(read).lower() == from_environment
    assert getattr(load_settings(**needed, **{name: given}), name) == given


def test_a_client_can_be_configured_by_the_environment_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUTHING_USER_POOL_ID", "pool")
    monkeypatch.setenv("AUTHING_SECRET", SECRET)
    monkeypatch.setenv("AUTHING_USERS_URL", "http://127.0.0.1:1/graphql")
    client = AsyncAuthing()
    assert repr(client) == (
        "AsyncAuthing(user_pool_id='pool',"
        " users_url='http://127.0.0.1:1/graphql', acts as owner)"
    )
    assert repr(client.oidc) == "AsyncOidc(_origin='http://127.0.0.1:1')"


def test_a_blank_secret_in_the_environment_is_no_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUTHING_SECRET", "")
    assert "acts as nobody" in repr(AsyncAuthing("pool"))


def test_a_missing_pool_is_named_with_its_variable() -> None:
    with pytest.raises(AuthingConfigurationError) as caught:
        AsyncAuthing()
    assert "user_pool_id" in str(caught.value)
    assert "AUTHING_USER_POOL_ID" in str(caught.value)


def test_all_wrong_settings_are_named_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUTHING_TIMEOUT", "soon")
    with pytest.raises(AuthingConfigurationError) as caught:
        AsyncAuthing(max_retries=-1)
    for name in ("USER_POOL_ID", "TIMEOUT", "MAX_RETRIES"):
        assert f"AUTHING_{name}" in str(caught.value)


@pytest.mark.parametrize("end", ["?token=s3cret", "#s3cret"])
def test_a_url_with_a_query_or_a_fragment_is_refused(end: str) -> None:
    with pytest.raises(AuthingConfigurationError, match="a query or a frag") as caught:
        AsyncAuthing("pool", users_url=f"https://users.example.com/graphql{end}")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("users_url", "origin"),
    [
        ("https://users.example.com/graphql", "https://users.example.com"),
        ("https://users.example.com/graphql/", "https://users.example.com"),
        ("https://example.com/users/graphql", "https://example.com/users"),
        ("https://example.com/api", "https://example.com/api"),
    ],
)
def test_rest_endpoints_are_beside_the_users_gateway(
    users_url: str, origin: str
) -> None:
    assert load_settings(user_pool_id="pool", users_url=users_url).origin == origin


ODD = st.text("aA1é.:-_[]%@/?#\\ ßⅠ℀。／\u00ad\u200d", min_size=1, max_size=8)


@drawing(max_examples=500, deadline=None, derandomize=True)
@drawn(ODD)
def test_all_that_connect_read_the_same_of_a_url_that_is_taken(rest: str) -> None:
    url = f"http://{rest}"
    try:
        check_url(url, allow_insecure_http=True)
    except ValueError:
        return
    by_aiohttp, by_httpcore = yarl.URL(url), target_of(url).url
    assert by_aiohttp.raw_host == by_httpcore.host.decode()
    assert by_aiohttp.port == (by_httpcore.port or 80)


def test_an_httpx_timeout_is_taken_as_it_is() -> None:
    timeout = httpx.Timeout(3, connect=1)
    assert AsyncAuthing("pool", timeout=timeout)._policy.connection.timeout == timeout


def test_a_key_is_pem_text(short_key: RSAPrivateKey, pem: Pem) -> None:
    key = pem(short_key)
    settings = load_settings(user_pool_id="pool", public_key=key)
    assert settings.public_key == key


def test_a_key_is_pem_text_on_one_line(
    monkeypatch: pytest.MonkeyPatch, short_key: RSAPrivateKey, pem: Pem
) -> None:
    key = pem(short_key)
    monkeypatch.setenv("AUTHING_PUBLIC_KEY", key.replace("\n", "\\n"))
    assert load_settings(user_pool_id="pool").public_key == key
    AsyncAuthing("pool")


def test_a_key_is_the_path_of_a_file(
    tmp_path: Path, short_key: RSAPrivateKey, pem: Pem
) -> None:
    path = tmp_path / "key.pem"
    path.write_text(pem(short_key))
    settings = load_settings(user_pool_id="pool", public_key=str(path))
    assert settings.public_key == pem(short_key)


def _curve_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    form = PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(Encoding.PEM, form).decode()


UNKNOWN_ALGORITHM = """\
-----BEGIN PUBLIC KEY-----
MBEwCQYFKgMEBQYFAAMEAAECAw==
-----END PUBLIC KEY-----
"""


@pytest.mark.parametrize(
    "key",
    [
        "/no/such/file.pem",
        "/",
        "a\0b",
        "-----BEGIN PUBLIC KEY-----\nnot base64\n-----END PUBLIC KEY-----\n",
        UNKNOWN_ALGORITHM,
        _curve_key(),
    ],
    ids=["no file", "a directory", "no path", "not base64", "unknown", "not RSA"],
)
def test_a_bad_key_is_a_configuration_error(key: str) -> None:
    with pytest.raises(AuthingConfigurationError, match="public_key"):
        AsyncAuthing("pool", public_key=key)


def test_a_private_key_in_the_wrong_place_is_not_quoted(
    short_key: RSAPrivateKey,
) -> None:
    key = short_key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ).decode()
    with pytest.raises(AuthingConfigurationError) as caught:
        AsyncAuthing("pool", public_key=key)
    text = "".join(traceback.format_exception(caught.value))
    assert key.splitlines()[1] not in text


def test_the_secret_is_in_no_repr_and_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = load_settings(user_pool_id="pool", secret=SECRET)
    client = AsyncAuthing("pool", SECRET)
    for thing in (settings, client, client.sms, client.oidc, client.as_user("t0ken")):
        assert SECRET not in f"{thing!r} {thing}"
        assert "t0ken" not in f"{thing!r} {thing}"
    monkeypatch.setenv("AUTHING_SECRET", SECRET)
    with pytest.raises(AuthingConfigurationError) as caught:
        AsyncAuthing(max_retries=-1)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in f"{caught.value!r} {caught.value.__context__}"


def test_a_secret_of_the_wrong_type_is_not_quoted() -> None:
    with pytest.raises(AuthingConfigurationError) as caught:
        AsyncAuthing("pool", secret=[SECRET])  # type: ignore[arg-type]
    assert "AUTHING_SECRET" in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
