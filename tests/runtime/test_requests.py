"""What travels: which URL, which body, which headers, which variables."""

import asyncio
from typing import Any

import pytest

from authing_client import operations, results
from authing_client.options import RequestOptions
from authing_gen import AsyncAuthing, AuthingTimeoutError

from .conftest import Connect
from .scripted import DROPPED, ScriptedServer, data, held

pytestmark = pytest.mark.anyio

MESSAGE = {"message": "好", "code": 200, "status": True}


async def test_users_gateway_and_oauth_gateway(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", data(userExist=True))
    server.answer("ReadOAuthList", data(ReadOauthList=[]))
    server.answer("notBindOAuthList", data(notBindOAuthList=[]))
    await client.user_exist(email="ada@example.com")
    await client.read_oauth_list()
    await client.not_bind_oauth_list(user="ada")
    assert {seen.name: seen.target for seen in server.seen} == {
        "userExist": "/users/graphql",
        "ReadOAuthList": "/oauth/graphql",
        "getClientWhenSdkInit": "/users/graphql",
        "notBindOAuthList": "/oauth/graphql",
    }


async def test_the_body_is_the_document_its_name_and_the_variables(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", data(userExist=True))
    assert await client.user_exist(email="ada@example.com") is True
    (seen,) = server.seen
    assert seen.method == "POST"
    assert seen.headers["content-type"] == "application/json"
    assert seen.body == {
        "query": operations.USER_EXIST.document,
        "operationName": "userExist",
        "variables": {"userPoolId": "the-pool", "email": "ada@example.com"},
    }


async def test_what_is_left_out_does_not_travel_and_none_is_null(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("UpdateUser", data(updateUser=None))
    with pytest.raises(Exception, match="updateUser"):
        await client.update_user(id="ada", nickname=None, password=None)
    assert server.calls("UpdateUser")[0].variables == {
        "_id": "ada",
        "nickname": None,
        "password": None,
        "registerInClient": "the-pool",
    }


async def test_another_pool_can_be_named(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", data(userExist=True))
    await client.user_exist(email="ada@example.com", user_pool_id="another-pool")
    assert server.seen[0].variables["userPoolId"] == "another-pool"


async def test_a_new_user_belongs_to_the_pool(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("register", data(register=None))
    with pytest.raises(Exception, match="register"):
        await client.register(email="ada@example.com", password="correct horse")
    (seen,) = server.seen
    assert seen.variables["registerInClient"] == "the-pool"
    assert "correct horse" not in str(seen.body)


async def test_headers_of_the_call(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("user", data(user=None))
    headers = {"X-Request-Id": "42", "X-Forwarded-For": "203.0.113.7"}
    await client.user(id="ada", headers=headers)
    (seen,) = server.calls("user")
    assert seen.headers["x-request-id"] == "42"
    assert seen.headers["x-forwarded-for"] == "203.0.113.7"
    assert seen.token == "owner-token-1"
    assert headers == {"X-Request-Id": "42", "X-Forwarded-For": "203.0.113.7"}


@pytest.mark.parametrize("name", ["emial", "timout", "tokens"])
async def test_a_misspelt_argument_is_refused(
    server: ScriptedServer, client: AsyncAuthing, name: str
) -> None:
    wrong: Any = {name: "ada@example.com"}
    with pytest.raises(TypeError, match=f"login got an unexpected argument '{name}'"):
        await client.login(password="correct horse", **wrong)
    with pytest.raises(TypeError, match=name):
        await client.with_raw_response.login(password="correct horse", **wrong)
    assert server.seen == []


async def test_a_header_of_the_call_cannot_double_the_token(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("user", data(user=None))
    await client.user(id="ada", headers={"authorization": "Bearer mine"})
    assert server.calls("user")[0].token == "owner-token-1"


async def test_timeout_of_the_call(server: ScriptedServer, connect: Connect) -> None:
    reply, _ = held(data(userExist=True))
    server.answer("userExist", reply)
    client = connect(max_retries=0)
    with pytest.raises(AuthingTimeoutError):
        await client.user_exist(email="ada@example.com", timeout=0.05)


async def test_no_timeout_for_one_call(
    server: ScriptedServer, connect: Connect
) -> None:
    reply, release = held(data(userExist=True))
    server.answer("userExist", reply)
    client = connect(timeout=0.05, max_retries=0)
    asyncio.get_running_loop().call_later(0.1, release.set)
    assert await client.user_exist(email="ada@example.com", timeout=None)


async def test_a_mutation_can_be_declared_idempotent(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("sendVerifyEmail", DROPPED, data(sendVerifyEmail=MESSAGE))
    sent = await client.send_verify_email(email="a@example.com", idempotent=True)
    assert sent.status
    assert len(server.calls("sendVerifyEmail")) == 2


async def test_a_query_can_be_declared_not_idempotent(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", DROPPED, data(userExist=True))
    with pytest.raises(Exception, match="userExist"):
        await client.user_exist(email="a@example.com", idempotent=False)
    assert len(server.seen) == 1


async def test_execute_is_open_to_operations_of_ones_own(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", data(userExist=True))
    options: RequestOptions = {"timeout": 1, "idempotent": False}
    answer = await client.execute(
        operations.USER_EXIST,
        {"email": "ada@example.com"},
        results.UserExistData,
        **options,
    )
    assert answer.user_exist
