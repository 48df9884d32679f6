"""Whatever a caller gives, what comes of it is one of our errors, or a call."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from authing_client.inputs import UserRegisterInput
from authing_gen import (
    AsyncAuthing,
    AuthingAPIError,
    AuthingConfigurationError,
    AuthingError,
    AuthingResponseError,
    AuthingTransportError,
    BadInputError,
    MissingTokenError,
    UnsendableArgumentError,
)
from authing_gen.lifetimes import token_lifetime

from .conftest import Connect
from .scripted import INIT, Reply, ScriptedServer, answered, data, owner, refused

pytestmark = pytest.mark.anyio

SHORT = """\
-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK4TPg5MoymXR0MuvX+EueIuSabpgEac
IDedj0BtBOCgsMZetyIqyugG/uqEYf3sX64DZO3yr8x6z0vtXlwCrpUCAwEAAQ==
-----END PUBLIC KEY-----
"""
"""A key of 512 bits, which nobody makes any more."""


def _token(payload: str) -> str:
    return f"head.{base64.urlsafe_b64encode(payload.encode()).decode()}.signature"


def _deep(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize("user", [None, 5, "", object(), {"token": "t"}])
async def test_as_user_of_nobody(client: AsyncAuthing, user: Any) -> None:
    with pytest.raises(MissingTokenError):
        client.as_user(user)


CODES = {
    "long text": f'"{"9" * 5000}"',
    "long": "1" + "0" * 5000,
    "not ASCII": '"٣٣٣"',
    "true": "true",
    "large": "-1000000000000",
    "a fraction": "2004.5",
}
"""Codes as they stand in JSON."""


@pytest.mark.parametrize("code", CODES)
async def test_a_code_that_is_none(
    server: ScriptedServer, connect: Connect, code: str
) -> None:
    reply = refused("CODE")
    content = reply.content.replace(b'"CODE"', CODES[code].encode())
    server.answer("userExist", Reply(content, 200, reply.headers))
    with pytest.raises(AuthingError) as caught:
        await connect(max_retries=0).user_exist(email="ada@example.com")
    assert getattr(caught.value, "code", None) is None


@pytest.mark.parametrize(
    "payload",
    [
        '{"exp": 1' + "0" * 400 + ', "iat": 1}',
        '{"exp": 1' + "0" * 5000 + ', "iat": 1}',
        '{"exp": 5, "iat": -1' + "0" * 400 + "}",
        '{"exp": NaN, "iat": Infinity}',
        '{"exp": ' + _deep(100_000) + "}",
        _deep(100_000),
    ],
)
def test_a_token_that_says_strange_things_has_some_lifetime(payload: str) -> None:
    assert token_lifetime(_token(payload)) >= 0


def _circular() -> dict[str, object]:
    circle: dict[str, object] = {}
    circle["again"] = circle
    return circle


def _nested(levels: int) -> object:
    inner: object = "x"
    for _ in range(levels):
        inner = [inner]
    return inner


@pytest.mark.parametrize("value", [_circular(), _nested(100_000), object(), lambda: 0])
async def test_an_argument_that_is_no_json(
    server: ScriptedServer, client: AsyncAuthing, value: Any
) -> None:
    with pytest.raises(UnsendableArgumentError) as caught:
        await client.user_exist(email=value)
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert server.seen == []


@pytest.mark.parametrize("password", [5, b"correct horse", {"a": 1}, True])
async def test_a_password_that_is_no_text(
    server: ScriptedServer, client: AsyncAuthing, password: Any
) -> None:
    server.answer("login", refused(2006))
    if isinstance(password, bytes):  # JSON has none: they are read as text.
        with pytest.raises(AuthingAPIError):
            await client.login(email="ada@example.com", password=password)  # type: ignore[arg-type]
        return
    with pytest.raises(UnsendableArgumentError):
        await client.login(email="ada@example.com", password=password)
    assert server.seen == []


@pytest.mark.parametrize(
    "headers",
    [
        *({"Content-Length": "5"}, {"transfer-encoding": "chunked"}, {"X": 5}),
        *({5: "x"}, {"X-Y\n": "z"}, {"X": "a\r\nB: c"}, {"X": "é🐎"}, {"": "x"}),
        *({"a b": "c"}, True, "X: y", ["X"]),
    ],
)
async def test_a_header_that_cannot_be(
    server: ScriptedServer, client: AsyncAuthing, headers: Any
) -> None:
    with pytest.raises(AuthingTransportError, match=r"\(userExist\): a header"):
        await client.user_exist(email="ada@example.com", headers=headers)
    assert server.seen == []


@pytest.mark.parametrize(
    "timeout",
    [0, -1, float("inf"), float("nan"), "5", b"5", [1], object(), 10**400, 1e308],
)
async def test_a_timeout_of_a_call_that_cannot_be(
    server: ScriptedServer, client: AsyncAuthing, timeout: Any
) -> None:
    with pytest.raises(AuthingConfigurationError, match="timeout"):
        await client.user_exist(email="ada@example.com", timeout=timeout)
    assert server.seen == []


@pytest.mark.parametrize("token", ["", 5, b"token", ["token"], object()])
async def test_a_token_of_a_call_that_cannot_be(
    server: ScriptedServer, client: AsyncAuthing, token: Any
) -> None:
    with pytest.raises(MissingTokenError, match="empty, or no text"):
        await client.users(token=token)
    assert server.seen == []


async def test_a_model_of_other_types_is_sent_without_a_warning(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    """Pydantic's own would quote the value; here a warning is an error."""
    odd = UserRegisterInput.model_construct(nickname=["c0rrect h0rse"])
    server.answer("userExist", refused(2003, "what is c0rrect h0rse?"))
    with pytest.raises(BadInputError, match=r"what is …\?"):
        await client.user_exist(email=odd)  # type: ignore[arg-type]
    assert server.seen[0].variables["email"] == {"nickname": ["c0rrect h0rse"]}


@pytest.mark.parametrize(
    "form",
    [{"refresh_token": ["t"]}, {"client_secret": None}, {"method": "PUT"}],
)
async def test_a_form_that_cannot_be(
    server: ScriptedServer, client: AsyncAuthing, form: dict[str, Any]
) -> None:
    given = {"client_id": "i", "client_secret": "s", "refresh_token": "t", **form}
    with pytest.raises(UnsendableArgumentError, match=r"is not text|POST or GET"):
        await client.oidc.refresh(**given)
    assert server.seen == []


async def test_an_error_does_not_hold_the_answer_that_it_is_about(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", data(userExist="s3cret"))
    with pytest.raises(AuthingResponseError) as caught:
        await client.user_exist(email="ada@example.com")
    assert caught.value.__cause__ is caught.value.__context__ is None


@pytest.mark.parametrize("phone", ["", ".", "..", "a", "1" * 100_000, "١٢٣", None, 5])
async def test_what_is_no_phone_gets_no_code(
    server: ScriptedServer, client: AsyncAuthing, phone: Any
) -> None:
    for send in (client.sms.send_code, client.sms.send_register_code):
        with pytest.raises(UnsendableArgumentError, match="no phone number"):
            await send(phone)
    assert server.seen == []


@pytest.mark.parametrize("given", [None, "", 5, b"token"])
async def test_an_owner_token_that_is_none(
    connect: Connect, client_kind: str, given: Any
) -> None:
    async def fetch() -> Any:
        return given

    owner_token = fetch if client_kind == "async" else lambda: given
    client = connect(secret=None, owner_token=owner_token)
    with pytest.raises(AuthingConfigurationError, match="owner_token gave no token"):
        await client.user(id="ada")


async def test_an_owner_token_that_needs_itself(
    server: ScriptedServer, connect: Connect, client_kind: str
) -> None:
    made: list[AsyncAuthing] = []

    async def fetch() -> str:
        return str(await made[0].user(id="ada"))

    def fetch_blocking() -> str:
        blocking: Any = made[0]
        return str(blocking._blocking.user(id="ada"))

    owner_token: Any = fetch if client_kind == "async" else fetch_blocking
    made.append(connect(secret=None, owner_token=owner_token, timeout=5))
    with pytest.raises(AuthingConfigurationError, match="let it call another client"):
        await made[0].user(id="ada")
    assert server.seen == []


async def test_an_owner_token_that_times_out_by_itself(
    connect: Connect, client_kind: str
) -> None:
    """What goes wrong in a function of the caller's is for the caller to see."""

    def fail() -> str:
        raise TimeoutError("of the vault")

    async def fail_while_others_wait() -> str:
        return fail()

    owner_token: Any = fail_while_others_wait if client_kind == "async" else fail
    with pytest.raises(TimeoutError, match="of the vault"):
        await connect(secret=None, owner_token=owner_token).user(id="ada")


async def test_an_owner_token_of_another_client(
    server: ScriptedServer, connect: Connect, client_kind: str
) -> None:
    server.answer("user", data(user=None))
    server.answer(INIT, owner("owner-token-1"))
    other = connect()

    async def fetch() -> str:
        await other.user(id="ada")
        return "mine"

    def fetch_blocking() -> str:
        blocking: Any = other
        blocking._blocking.user(id="ada")
        return "mine"

    owner_token: Any = fetch if client_kind == "async" else fetch_blocking
    client = connect(secret=None, owner_token=owner_token)
    await client.user(id="bob")
    assert [seen.token for seen in server.calls("user")] == ["owner-token-1", "mine"]


# Settings


AROUND = [" {}", "{}\n", "'{}'", '"{}"', "“{}”", "\t{}", "{}\r"]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("name", ["user_pool_id", "secret", "users_url", "oauth_url"])
def test_what_was_pasted_around_a_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, around: str
) -> None:
    value = "http://127.0.0.1/graphql" if name.endswith("url") else "s3cret-0f-pool"
    monkeypatch.setenv("AUTHING_USER_POOL_ID", "pool")
    monkeypatch.setenv(f"AUTHING_{name.upper()}", around.format(value))
    with pytest.raises(AuthingConfigurationError) as caught:
        AsyncAuthing()
    assert f"AUTHING_{name.upper()}" in str(caught.value)
    assert "blanks, line breaks or quotes around it" in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("lines", [True, False], ids=["lines", "one line"])
async def test_a_key_may_be_base64_alone(
    server: ScriptedServer,
    connect: Connect,
    short_key: RSAPrivateKey,
    pem: Callable[[RSAPrivateKey], str],
    lines: bool,
) -> None:
    bare = "\n".join(pem(short_key).splitlines()[1:-1])
    server.answer("login", refused(2006))
    client = connect(public_key=bare if lines else bare.replace("\n", ""))
    with pytest.raises(AuthingAPIError):
        await client.login(email="ada@example.com", password="correct horse")


def test_a_key_that_protects_nothing() -> None:
    with pytest.raises(AuthingConfigurationError, match="512 bits"):
        AsyncAuthing("pool", public_key=SHORT)


async def test_half_of_a_deep_answer(server: ScriptedServer, connect: Connect) -> None:
    deep = answered({"data": {"userExist": "DEEP"}})
    text = deep.content.replace(b'"DEEP"', _deep(50_000).encode())
    server.answer("userExist", Reply(text, 200, deep.headers))
    with pytest.raises(AuthingError):
        await connect(max_retries=0).user_exist(email="ada@example.com")
