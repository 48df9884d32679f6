"""Documents of the caller's own, under the client's policy."""

import sys

import pytest
from pydantic import Field

from authing_client import BaseModel
from authing_gen import (
    AsyncAuthing,
    AuthingAPIError,
    AuthingConfigurationError,
    DocumentError,
    MissingTokenError,
)
from authing_sandbox import Sandbox

from ..conftest import client_of
from .scripted import ScriptedServer, data

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse"


class Account(BaseModel):
    id: str = Field(alias="_id")
    email: str | None
    token: str | None = Field(default=None, repr=False)


class Signed(BaseModel):
    login: Account


class Found(BaseModel):
    user: Account | None


class Provider(BaseModel):
    alias: str | None


class Providers(BaseModel):
    list_: list[Provider] = Field(alias="ReadOauthList")


LOGIN = """
mutation signMeIn($email: String, $password: String, $registerInClient: String!) {
  login(email: $email, password: $password, registerInClient: $registerInClient) {
    ...Mine
  }
}
fragment Mine on ExtendUser { _id email token }
"""
USER = """
query one($id: String!, $pool: String!) {
  user(id: $id, registerInClient: $pool) { _id email }
}
"""


async def test_encrypts_fills_the_pool_in_and_writes_fragments_out(
    authing: AsyncAuthing, email: str
) -> None:
    await authing.register(email=email, password=PASSWORD)
    variables = {"email": email, "password": PASSWORD}
    signed = await authing.execute_document(LOGIN, variables, Signed)
    assert signed.login.email == email
    assert signed.login.token


async def test_a_refusal_is_a_typed_error(authing: AsyncAuthing, email: str) -> None:
    await authing.register(email=email, password=PASSWORD)
    variables = {"email": email, "password": "wrong horse"}
    with pytest.raises(AuthingAPIError) as caught:
        await authing.execute_document(LOGIN, variables, Signed)
    assert (caught.value.code, caught.value.operation) == (2006, "signMeIn")
    assert "wrong horse" not in str(caught.value)


async def test_the_owners_token_and_a_users(authing: AsyncAuthing, email: str) -> None:
    ada = await authing.register(email=email, password=PASSWORD)
    for client in (authing, authing.as_user(ada)):
        found = await client.execute_document(USER, {"id": ada.id}, Found)
        assert found.user is not None
        assert found.user.email == email


async def test_no_token_is_said_before_anything_is_sent(sandbox: Sandbox) -> None:
    async with client_of(sandbox, secret=None) as authing:
        with pytest.raises(MissingTokenError):
            await authing.execute_document(USER, {"id": "ada"}, Found)


async def test_the_gateway_of_its_field(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("oauthOnly", data(ReadOauthList=[{"alias": "github"}]))
    document = """
    query oauthOnly($pool: String!) { ReadOauthList(clientId: $pool) { alias } }
    """
    found = await client.execute_document(document, {}, Providers)
    assert [one.alias for one in found.list_] == ["github"]
    (seen,) = server.calls("oauthOnly")
    assert seen.target == "/oauth/graphql"
    assert seen.variables == {"pool": "the-pool"}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("query one {\n  user(id: }", "document:2:12: Syntax Error"),
        ("query one { nobody }", "document:1:13: Cannot query field 'nobody'"),
        ("query a { userExist } query b { userExist }", "exactly one operation"),
        ("{ userExist }", "give it a name"),
        ("subscription one { a }", "subscription"),
        ("query one { __schema { __typename } }", "introspection"),
    ],
)
async def test_what_cannot_be_sent_is_not(
    server: ScriptedServer, client: AsyncAuthing, document: str, message: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        await client.execute_document(document, {"password": "the-secret"}, Found)
    assert message in str(caught.value)
    assert "the-secret" not in str(caught.value)
    assert server.seen == []


async def test_a_literal_secret_is_not_repeated(client: AsyncAuthing) -> None:
    document = 'mutation m { login(password: "hunter22", nobody: 1) { _id } }'
    with pytest.raises(DocumentError) as caught:
        await client.execute_document(document, {}, Found)
    assert "hunter22" not in str(caught.value)


async def test_without_the_extra(
    client: AsyncAuthing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "authing_gen.documents", None)
    with pytest.raises(AuthingConfigurationError, match=r"authing-gen\[documents\]"):
        await client.execute_document("query q { a }", {}, Found)
