"""What the environment says about the network: proxies, certificates, who asks."""

import asyncio
import contextlib
import datetime
import logging
import socket
import ssl
import sys
import traceback
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from authing_gen import (
    AsyncAuthing,
    AuthingConfigurationError,
    AuthingError,
    AuthingTransportError,
    __version__,
)
from authing_gen.environment import proxy_for
from authing_gen.gateways import Gateways
from authing_gen.settings import load_settings

from .conftest import Connect
from .forward_proxy import ForwardProxy
from .scripted import INIT, ScriptedServer, answered, data, owner

pytestmark = pytest.mark.anyio

YES = data(userExist=True)
PASSWORD = "s3cret-of-the-proxy"
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, "SSL_CERT_FILE", "SSL_CERT_DIR", "AUTHING_USER_AGENT"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def proxy(server: ScriptedServer) -> AsyncIterator[ForwardProxy]:
    """A proxy for which `authing.test` is the scripted server."""
    proxy = ForwardProxy()
    proxy.ports["authing.test"] = int(server.url.rpartition(":")[2])
    server.answer("userExist", YES)
    async with proxy.serving():
        yield proxy


@pytest.fixture
def nowhere() -> str:
    """A place that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


Ask = Callable[..., Awaitable[bool]]


@pytest.fixture
async def ask() -> AsyncIterator[Ask]:
    """Sends one query, to `authing.test` where nothing else is said."""
    async with contextlib.AsyncExitStack() as clients:

        async def ask(
            users_url: str = "http://authing.test/users/graphql",
            settings: dict[str, str] | None = None,
            **options: dict[str, str],
        ) -> bool:
            client = AsyncAuthing(
                "the-pool",
                users_url=users_url,
                allow_insecure_http=True,
                max_retries=0,
                **(settings or {}),  # type: ignore[arg-type]
            )
            clients.push_async_callback(client.aclose)
            return await client.user_exist(email="ada@example.com", **options)  # type: ignore[arg-type]

        yield ask


async def _failure(call: Awaitable[object]) -> str:
    """The message of what a call fails with, which is one of ours."""
    with pytest.raises((AuthingConfigurationError, AuthingTransportError)) as caught:
        await call
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))
    assert PASSWORD not in f"{caught.value!r} {caught.value.__context__!r}"
    return str(caught.value)


# Proxies


@pytest.mark.parametrize(
    "variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
)
async def test_other_hosts_are_asked_for_through_the_proxy(
    proxy: ForwardProxy, ask: Ask, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, f"http://{proxy.place}")
    assert await ask()
    (asked,) = proxy.seen
    assert (asked.method, asked.target) == (
        "POST",
        "http://authing.test/users/graphql",
    )
    assert asked.headers["host"] == "authing.test"
    assert "proxy-authorization" not in asked.headers


async def test_a_proxy_may_be_named_without_a_scheme(
    proxy: ForwardProxy, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.place)
    assert await ask()
    assert len(proxy.seen) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.9.1"])
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "all_proxy"])
async def test_this_machine_is_asked_directly(
    server: ScriptedServer,
    proxy: ForwardProxy,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    host: str,
) -> None:
    monkeypatch.setenv(variable, f"http://{proxy.place}")
    if host == "127.8.9.1":  # All of 127/8 is this machine, but not everywhere bound.
        with contextlib.suppress(AuthingTransportError):
            await ask(f"http://{host}:9/graphql")
    else:
        assert await ask(f"{server.url.replace('127.0.0.1', host)}/users/graphql")
    assert proxy.seen == []


@pytest.fixture
async def far_side() -> AsyncIterator[ScriptedServer]:
    """A server at an IPv6 address of this machine."""
    server = ScriptedServer()
    server.answer("userExist", YES)
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(server.serving("::1"))
        except OSError:
            pytest.skip("this machine has no IPv6")
        yield server


async def test_an_ipv6_address_works_and_is_asked_directly(
    far_side: ScriptedServer,
    proxy: ForwardProxy,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://{proxy.place}")
    assert await ask(f"{far_side.url}/users/graphql")
    assert far_side.seen[0].headers["host"] == far_side.url[len("http://") :]
    assert proxy.seen == []


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize(
    ("exceptions", "is_asked"),
    [
        ("authing.test", False),
        ("other.test, authing.test", False),
        (".test", False),
        ("*", False),
        ("AUTHING.TEST", False),
        ("authing.test:80", False),
        ("*.test", False),
        ("authing.test.", False),
        ("other.test authing.test", False),
        ("other.test, *", False),
        ("", True),
        (",, ,", True),
        ("*.authing", True),
        ("thing.test", True),
        ("authing.test:81", True),
        ("[::2]:80,***,http://authing.test/,10.0.0.0/8, \t", True),
    ],
)
def test_no_proxy_names_what_is_asked_directly(
    monkeypatch: pytest.MonkeyPatch, variable: str, exceptions: str, is_asked: bool
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv(variable, exceptions)
    found = proxy_for("http://authing.test:80/graphql")
    assert (found is not None) == is_asked


@pytest.mark.parametrize(
    ("exceptions", "host", "is_asked"),
    [
        ("192.168.0.0/16,10.0.0.0/8", "10.1.2.3", False),
        ("10.0.0.0/8", "11.1.2.3", True),
        ("10.0.0.0/99", "10.1.2.3", True),
        ("fd00::/8", "[fd00::1]:8443", False),
        ("FD00:0::1", "[fd00::1]:8443", False),
        ("[fd00::1]", "[fd00::1]", False),
        ("fd00::2,10.0.0.0/8", "[fd00::1]", True),
    ],
)
def test_no_proxy_names_addresses_and_networks(
    monkeypatch: pytest.MonkeyPatch, exceptions: str, host: str, is_asked: bool
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:3128")
    monkeypatch.setenv("NO_PROXY", exceptions)
    assert (proxy_for(f"https://{host}/graphql") is not None) == is_asked


def test_a_scheme_has_its_own_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.test:1")
    monkeypatch.setenv("ALL_PROXY", "http://proxy.test:2")
    secure, plain = proxy_for("https://authing.test/"), proxy_for("http://authing.test")
    assert secure
    assert plain
    assert (secure.variable, plain.variable) == ("HTTPS_PROXY", "ALL_PROXY")
    assert (secure.url, plain.url) == ("http://proxy.test:1", "http://proxy.test:2")


async def test_a_proxy_gets_its_password_and_nobody_else_does(
    proxy: ForwardProxy,
    server: ScriptedServer,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HTTP_PROXY", f"http://%E4%B8%AD:{PASSWORD}%40@{proxy.place}")
    assert await ask()
    (asked,) = proxy.seen
    expected = b64encode(f"中:{PASSWORD}@".encode()).decode()
    assert asked.headers["proxy-authorization"] == f"Basic {expected}"
    assert server.seen[0].token is None
    assert PASSWORD not in caplog.text
    assert expected not in caplog.text
    assert PASSWORD not in repr(proxy_for("http://authing.test/"))


REFUSAL = b"HTTP/1.1 407 Who are you\r\ncontent-length: 0\r\n\r\n"


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_that_refuses_is_named(
    proxy: ForwardProxy,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    scheme: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    variable = f"{scheme.upper()}_PROXY"
    monkeypatch.setenv(variable, f"http://someone:{PASSWORD}@{proxy.place}")
    proxy.refusal = REFUSAL
    said = await _failure(ask(f"{scheme}://authing.test/users/graphql"))
    assert f"the proxy http://{proxy.place} ({variable})" in said
    assert "407" in said
    assert PASSWORD not in caplog.text


async def test_a_refusal_of_the_service_itself_is_none_of_a_proxy(
    server: ScriptedServer, ask: Ask
) -> None:
    server.answer("userExist", answered({}, 407))
    with pytest.raises(AuthingError, match="HTTP 407") as caught:
        await ask(f"{server.url}/users/graphql")
    assert "proxy" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_that_is_down_is_named(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, nowhere: str, scheme: str
) -> None:
    variable = f"{scheme.upper()}_PROXY"
    monkeypatch.setenv(variable, f"http://someone:{PASSWORD}@{nowhere}")
    said = await _failure(ask(f"{scheme}://authing.test/users/graphql"))
    assert f"cannot be connected to through the proxy http://{nowhere}" in said
    assert f"({variable})" in said


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        (f"socks5://a:{PASSWORD}@127.0.0.1:1080", "of the kind 'socks5'"),
        (f"socks5h://a:{PASSWORD}@127.0.0.1:1080", "of the kind 'socks5h'"),
        (f"ftp://a:{PASSWORD}@127.0.0.1", "of the kind 'ftp'"),
        (f"http://a:{PASSWORD}@", "names no host"),
        (f"http://a:{PASSWORD}@[::1", "not a URL"),
        (f"http://a:{PASSWORD}@127.0.0.1:port", "not a URL"),
        (f"http://a:{PASSWORD}@127.0.0.1:70000", "a port that cannot be"),
        (f"http://a:{PASSWORD}@a..b:3128", "not a URL"),
        (f"http://a:{PASSWORD}@{'a' * 64}.test:3128", "not a URL"),
        (f"http://a:{PASSWORD}@a b:3128", "a host that cannot be"),
        (f"http://a:{PASSWORD}\x00@127.0.0.1:3128", "not a URL"),
    ],
)
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "all_proxy"])
async def test_a_proxy_that_cannot_be_is_a_configuration_error(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, variable: str, url: str, problem: str
) -> None:
    if "\0" in url:
        url = url.replace("\0", "\x7f")  # No environment holds the first.
    monkeypatch.setenv(variable, url)
    said = await _failure(ask())
    assert said.startswith(variable.upper())
    assert problem in said


# HTTPS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _tls(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    return context


@pytest.fixture
def trusted(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment says whom to trust."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


@contextlib.asynccontextmanager
async def _secure(context: ssl.SSLContext) -> AsyncIterator[ScriptedServer]:
    server = ScriptedServer()
    server.answer("userExist", YES)
    server.answer(INIT, owner("owner-token-1"))
    async with server.serving(tls=context):
        yield server


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
async def test_https_through_a_proxy_is_a_tunnel(
    proxy: ForwardProxy,
    authority: trustme.CA,
    trusted: None,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    variable: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv(variable, f"http://ü:{PASSWORD}@{proxy.place}")
    async with _secure(_tls(authority.issue_cert("authing.test"))) as server:
        proxy.ports["authing.test:443"] = int(server.url.rpartition(":")[2])
        assert await ask("https://authing.test/users/graphql")
    (asked,) = proxy.seen
    assert (asked.method, asked.target) == ("CONNECT", "authing.test:443")
    expected = b64encode(f"ü:{PASSWORD}".encode()).decode()
    assert asked.headers["proxy-authorization"] == f"Basic {expected}"
    (seen,) = server.seen
    assert seen.headers["host"] == "authing.test"
    assert "proxy-authorization" not in seen.headers
    assert PASSWORD not in caplog.text
    assert expected not in caplog.text


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_proxy_may_speak_https_itself(
    authority: trustme.CA,
    trusted: None,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
) -> None:
    proxy, server = ForwardProxy(), ScriptedServer()
    server.answer("userExist", YES)
    own, proxys = (authority.issue_cert(name) for name in ("authing.test", "127.0.0.1"))
    async with (
        server.serving(tls=_tls(own) if scheme == "https" else None),
        proxy.serving(_tls(proxys)),
    ):
        port = int(server.url.rpartition(":")[2])
        proxy.ports |= {"authing.test": port, "authing.test:443": port}
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"https://{proxy.place}")
        assert await ask(f"{scheme}://authing.test/users/graphql")
    methods = {"http": "POST", "https": "CONNECT"}
    assert [asked.method for asked in proxy.seen] == [methods[scheme]]


def _self_signed() -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, SHA256())
    )
    private = key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    pem = trustme.Blob(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with pem.tempfile() as path:
        context.load_cert_chain(path)
    return context


def _bad(kind: str, authority: trustme.CA) -> ssl.SSLContext:
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)
    match kind:
        case "self-signed":
            return _self_signed()
        case "of another authority":
            return _tls(trustme.CA().issue_cert("127.0.0.1"))
        case "of another host":
            return _tls(authority.issue_cert("authing.test"))
        case _:
            return _tls(authority.issue_cert("127.0.0.1", not_after=past))


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("self-signed", "self-signed certificate"),
        ("of another authority", "unable to get local issuer certificate"),
        ("of another host", "not valid for '127.0.0.1'"),
        ("expired", "certificate has expired"),
    ],
)
async def test_a_bad_certificate_is_said_to_be_one(
    authority: trustme.CA, trusted: None, ask: Ask, kind: str, problem: str
) -> None:
    async with _secure(_bad(kind, authority)) as server:
        said = await _failure(ask(f"{server.url}/users/graphql"))
    assert "it cannot be connected to" in said
    assert "certificate" in said
    assert problem in said
    assert server.seen == []


async def test_a_certificate_is_good_that_the_environment_trusts(
    authority: trustme.CA, trusted: None, ask: Ask
) -> None:
    async with _secure(_tls(authority.issue_cert("127.0.0.1"))) as server:
        assert await ask(f"{server.url}/users/graphql")


async def test_without_the_variable_it_is_not(authority: trustme.CA, ask: Ask) -> None:
    async with _secure(_tls(authority.issue_cert("127.0.0.1"))) as server:
        assert "certificate" in await _failure(ask(f"{server.url}/users/graphql"))


async def test_https_where_http_is_spoken(ask: Ask) -> None:
    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Speak HTTP\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listener:
        port = listener.sockets[0].getsockname()[1]
        said = await _failure(ask(f"https://127.0.0.1:{port}/graphql"))
    assert "SSL" in said


@pytest.mark.parametrize("kind", ["missing", "not PEM", "a folder"])
async def test_certificates_that_cannot_be_read_are_a_configuration_error(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path = tmp_path / "authority.pem"
    if kind == "not PEM":
        path.write_text("certificate")
    elif kind == "a folder":
        path.mkdir()
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(AuthingConfigurationError, match="SSL_CERT_FILE"):
        await ask("https://127.0.0.1:9/graphql")


async def test_a_folder_of_certificates_that_is_not_there(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    with pytest.raises(AuthingConfigurationError, match="SSL_CERT_DIR"):
        await ask("https://127.0.0.1:9/graphql")


# URLs


@pytest.mark.parametrize(
    "host",
    [
        "a..b",
        ".b",
        f"{'a' * 64}.test",
        "exa mple.test",
        "exa\tmple.test",
        "a\\b",
        "a%00b",
        "*",
        "xn--",
        "xn--a",
        "①.invalid",
        "☃.invalid",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.0.0.1:0",
        "127.0.0.1:x",
        "[::1",
        "[zz]",
        "256.1.1.1",
        "\ud800.invalid",
        "",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("setting", ["users_url", "oauth_url"])
def test_a_host_that_cannot_be_is_a_configuration_error(
    host: str, setting: str
) -> None:
    with pytest.raises(AuthingConfigurationError, match=f"AUTHING_{setting.upper()}"):
        AsyncAuthing("pool", **{setting: f"http://{host}/graphql"})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "host",
    [
        "münchen.invalid",
        "xn--mnchen-3ya.invalid",
        "用户。invalid",
        "a_b.invalid",
        "-a.invalid",
        f"{'a.' * 127}invalid",
        "[fe80::1%25lo]:9",
        "127.1:9",
        "0x7f.1:9",
        "1.2.3.4.5:9",
        "127.0.0.1:",
    ],
    ids=ascii,
)
async def test_a_host_that_is_not_there_is_a_transport_error(
    ask: Ask, host: str
) -> None:
    with pytest.raises(AuthingTransportError):
        await ask(f"http://{host}/graphql")


NAMED = f"https://someone:{PASSWORD}@authing.test/graphql"


@pytest.mark.parametrize("setting", ["users_url", "oauth_url"])
@pytest.mark.parametrize("from_environment", [False, True])
def test_a_user_name_in_a_url_is_refused(
    monkeypatch: pytest.MonkeyPatch, setting: str, from_environment: bool
) -> None:
    given = {} if from_environment else {setting: NAMED}
    if from_environment:
        monkeypatch.setenv(f"AUTHING_{setting.upper()}", NAMED)
    with pytest.raises(AuthingConfigurationError, match="a user name") as caught:
        AsyncAuthing("pool", **given)  # type: ignore[arg-type]
    assert f"AUTHING_{setting.upper()}" in str(caught.value)
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


def test_nor_in_those_of_other_gateways(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AuthingConfigurationError, match="a user name") as given:
        AsyncAuthing("pool", gateway_urls={"SHOP": NAMED})
    monkeypatch.setenv("AUTHING_SHOP_URL", NAMED)
    gateways = Gateways(load_settings(user_pool_id="pool"))
    with pytest.raises(AuthingConfigurationError, match="a user name") as found:
        gateways.url("SHOP")
    for error in (given.value, found.value):
        assert "AUTHING_SHOP_URL" in str(error)
        assert PASSWORD not in "".join(traceback.format_exception(error))


# Who asks


async def _user_agents(server: ScriptedServer, client: AsyncAuthing) -> set[str]:
    server.answer("userExist", YES)
    server.answer("/users/send_smscode/1/the-pool", answered({"code": 200}))
    server.answer("/users/oauth/oidc/token", answered({"access_token": "a"}))
    await client.user_exist(email="ada@example.com")
    with contextlib.suppress(AuthingError):
        await client.sms.send_code("1")
    with contextlib.suppress(AuthingError):
        await client.oidc.refresh(client_id="i", client_secret="s", refresh_token="r")
    assert len(server.seen) == 3
    return {seen.headers["user-agent"] for seen in server.seen}


async def test_requests_say_who_asks(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    python = f"python/{sys.version_info[0]}.{sys.version_info[1]}"
    expected = f"authing-gen/{__version__} {python}"
    assert await _user_agents(server, client) == {expected}


async def test_as_a_setting_says(server: ScriptedServer, connect: Connect) -> None:
    client = connect(user_agent="shop/1.0 (Linux)")
    assert await _user_agents(server, client) == {"shop/1.0 (Linux)"}


async def test_as_the_environment_says(
    server: ScriptedServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHING_USER_AGENT", "shop/2.0")
    assert await _user_agents(server, connect()) == {"shop/2.0"}


async def test_as_a_single_call_says(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", YES)
    await client.user_exist(email="a@example.com", headers={"user-agent": "shop/3.0"})
    assert server.seen[0].headers["user-agent"] == "shop/3.0"


@pytest.mark.parametrize("name", ["令牌", "a\nb", "", "shop ", " shop"])
def test_a_name_that_cannot_travel(name: str) -> None:
    with pytest.raises(AuthingConfigurationError, match="user_agent"):
        AsyncAuthing("pool", user_agent=name)
