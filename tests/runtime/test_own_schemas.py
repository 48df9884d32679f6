"""What clients of other schemas need: more gateways, OwnerTokens from elsewhere."""

from dataclasses import replace
from functools import partial

import pytest

from authing_client import OPERATIONS
from authing_client.results import UserExistData
from authing_gen import AsyncAuthing, AuthingConfigurationError
from authing_gen.gateways import Gateways
from authing_gen.settings import load_settings

from .conftest import Connect
from .scripted import ScriptedServer, data, refused

SETTINGS = load_settings(user_pool_id="pool")
IN_SHOP = replace(OPERATIONS["userExist"], gateway="SHOP")


@pytest.mark.anyio
async def test_an_operation_goes_to_its_gateway(
    server: ScriptedServer, connect: Connect
) -> None:
    server.answer("userExist", data(userExist=True))
    client = connect(gateway_urls={"SHOP": f"{server.url}/shop/graphql"})
    assert await _exists(client)
    assert [seen.target for seen in server.seen] == ["/shop/graphql"]


@pytest.mark.anyio
async def test_nothing_is_sent_to_a_gateway_without_a_url(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    with pytest.raises(AuthingConfigurationError, match="AUTHING_SHOP_URL"):
        await _exists(client)
    assert server.seen == []


@pytest.mark.anyio
async def test_owner_tokens_come_from_elsewhere(
    server: ScriptedServer, connect: Connect, client_kind: str
) -> None:
    given = iter(("first", "second"))

    async def fetch() -> str:
        return next(given)

    nobody = data(user=None)
    server.answer("user", nobody, refused(2206), nobody)
    owner_token = fetch if client_kind == "async" else partial(next, given)
    client = connect(secret=None, owner_token=owner_token)
    for _ in range(2):
        await client.user(id="ada")
    seen = [(request.name, request.token) for request in server.seen]
    # A token that is refused is not taken again.
    assert seen == [("user", "first"), ("user", "first"), ("user", "second")]


async def _exists(client: AsyncAuthing) -> bool:
    answer = await client.execute(IN_SHOP, {"email": "a@example.com"}, UserExistData)
    return answer.user_exist


def test_an_argument_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHING_SHOP_URL", "https://e/g")
    assert Gateways(SETTINGS).url("SHOP") == "https://e/g"
    assert Gateways(SETTINGS, {"SHOP": "https://a/g"}).url("SHOP") == "https://a/g"
    assert Gateways(SETTINGS, {"BANK": "https://a/g"}).url("SHOP") == "https://e/g"


@pytest.mark.parametrize("name", ["shop", "Shop", "SHOP"])
def test_the_variable_is_written_in_capitals(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("AUTHING_SHOP_URL", "https://e/g")
    assert Gateways(SETTINGS).url(name) == "https://e/g"
    assert Gateways(SETTINGS, {name: "https://a/g"}).url("SHOP") == "https://a/g"


def test_the_documented_gateways_are_the_settings() -> None:
    gateways = Gateways(SETTINGS)
    assert gateways.url("USERS") == SETTINGS.users_url
    assert gateways.url("OAUTH") == SETTINGS.oauth_url


@pytest.mark.parametrize(
    ("urls", "message"),
    [
        ({"SHOP": "shop.example.com"}, r"gateway_urls\['SHOP'\] .*not an http"),
        ({"SHOP": ""}, "SHOP has no URL"),
        ({"USERS": "https://a/g"}, "give users_url instead"),
        ({"oauth": "https://a/g"}, "give oauth_url instead"),
    ],
)
def test_what_cannot_be_a_gateway_is_refused(
    urls: dict[str, str], message: str
) -> None:
    with pytest.raises(AuthingConfigurationError, match=message):
        Gateways(SETTINGS, urls)


def test_other_urls_in_the_environment_do_no_harm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AUTHING_DATABASE_URL", "sqlite://")
    gateways = Gateways(SETTINGS)
    with pytest.raises(AuthingConfigurationError, match="not an http or https URL"):
        gateways.url("DATABASE")
