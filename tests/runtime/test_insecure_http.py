"""Plain HTTP: within this machine, and elsewhere only where somebody allows it."""

from typing import Any

import pytest

from authing_client.results import UserExistData
from authing_gen import AsyncAuthing, AuthingConfigurationError
from authing_gen.urls import is_loopback
from authing_sandbox import addresses

from .conftest import Connect
from .scripted import ScriptedServer
from .test_own_schemas import IN_SHOP

HERE = [
    "localhost",
    "LOCALHOST.",
    "users.localhost",
    "127.0.0.1",
    "127.255.0.7",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
]
ELSEWHERE = [
    "users.example.com",
    "localhost.example.com",
    "notlocalhost",
    "10.0.0.1",
    "192.168.1.5",
    "128.0.0.1",
    "0.0.0.0",
    "::",
    "fe80::1",
    "::ffff:10.0.0.1",
    "127.0.0.1.example.com",
    # Names to some resolvers and addresses to others.
    "127.1",
    "0x7f.0.0.1",
    "127.0.0.1.",
]
NAMED = "http://users.example.com/graphql"


def _url(host: str) -> str:
    return f"http://[{host}]/g" if ":" in host else f"http://{host}/g"


@pytest.mark.parametrize("host", HERE)
@pytest.mark.parametrize("setting", ["users_url", "oauth_url"])
def test_this_machine_may_be_called(host: str, setting: str) -> None:
    AsyncAuthing("pool", **{setting: _url(host)})  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ELSEWHERE)
@pytest.mark.parametrize("setting", ["users_url", "oauth_url"])
def test_another_machine_may_not(host: str, setting: str) -> None:
    with pytest.raises(AuthingConfigurationError) as caught:
        AsyncAuthing("pool", **{setting: _url(host)})  # type: ignore[arg-type]
    said = f"{setting} (AUTHING_{setting.upper()}): plain http to {host} shows "
    assert said in str(caught.value)
    assert "allow_insecure_http=True (AUTHING_ALLOW_INSECURE_HTTP=1)" in str(
        caught.value
    )


@pytest.mark.parametrize("host", [*HERE, *ELSEWHERE])
def test_the_sandbox_has_the_same_rule(host: str) -> None:
    assert addresses.is_loopback(host) == is_loopback(host) == (host in HERE)


@pytest.mark.parametrize("setting", ["users_url", "oauth_url"])
def test_it_may_be_allowed(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    settings: dict[str, Any] = {setting: NAMED}
    AsyncAuthing("pool", **settings, allow_insecure_http=True)
    monkeypatch.setenv("AUTHING_ALLOW_INSECURE_HTTP", "1")
    AsyncAuthing("pool", **settings)
    with pytest.raises(AuthingConfigurationError, match="plain http"):
        AsyncAuthing("pool", **settings, allow_insecure_http=False)


def test_a_flag_that_is_none_allows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHING_ALLOW_INSECURE_HTTP", "perhaps")
    with pytest.raises(AuthingConfigurationError) as caught:
        AsyncAuthing("pool", users_url=NAMED)
    assert "allow_insecure_http (AUTHING_ALLOW_INSECURE_HTTP): Input" in str(
        caught.value
    )
    assert "users_url (AUTHING_USERS_URL): plain http" in str(caught.value)


def test_a_user_name_is_not_repeated() -> None:
    with pytest.raises(AuthingConfigurationError) as caught:
        AsyncAuthing("pool", users_url="http://ada:s3cret@users.example.com/graphql")
    assert "s3cret" not in str(caught.value)
    assert "ada" not in str(caught.value)


def test_a_gateway_of_ones_own_is_no_exception() -> None:
    urls = {"SHOP": "http://shop.example.com/graphql"}
    said = r"gateway_urls\['SHOP'\] \(AUTHING_SHOP_URL\): plain http to shop\.example"
    with pytest.raises(AuthingConfigurationError, match=said):
        AsyncAuthing("pool", gateway_urls=urls)
    AsyncAuthing("pool", gateway_urls=urls, allow_insecure_http=True)


@pytest.mark.anyio
async def test_nor_is_one_of_the_environment(
    server: ScriptedServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTHING_SHOP_URL", "http://shop.example.com/graphql")
    with pytest.raises(AuthingConfigurationError, match="AUTHING_SHOP_URL"):
        await connect().execute(IN_SHOP, {"email": "a@example.com"}, UserExistData)
    assert server.seen == []
