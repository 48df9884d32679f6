"""The response of a call besides what it says, under the client's policy."""

import asyncio

import pytest

from authing_gen import AsyncAuthing, AuthingAPIError

from .conftest import Connect
from .scripted import INIT, Reply, ScriptedServer, Seen, answered, refused

pytestmark = pytest.mark.anyio

EXISTS = "userExist"


def _yes(**headers: str) -> Reply:
    return answered({"data": {EXISTS: True}}, 200, **headers)


def _token(**headers: str) -> Reply:
    fresh = {"token": "fresh", "iat": 1, "exp": 2}
    return answered({"data": {"refreshToken": fresh}}, 200, **headers)


async def test_what_was_answered_and_what_it_says(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer(EXISTS, _yes(x_request_id="r-1", x_other="o"))
    response = await client.with_raw_response.user_exist(email="a@example.com")
    assert response.parsed is True
    assert response.status_code == 200
    assert response.request_id == "r-1"
    assert response.headers["x-other"] == "o"
    assert response.elapsed.total_seconds() >= 0
    assert response.http_response.json() == {"data": {EXISTS: True}}


async def test_the_response_is_the_operations_not_that_of_its_token(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("RefreshToken", _token(x_request_id="operation"))
    response = await client.with_raw_response.refresh_token(user="ada")
    assert [seen.name for seen in server.seen] == [INIT, "RefreshToken"]
    assert response.request_id == "operation"


async def test_after_a_retry_it_is_the_last_one(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer(EXISTS, answered({}, 503, retry_after="0"), _yes(x_request_id="2"))
    response = await client.with_raw_response.user_exist(email="a@example.com")
    assert (response.status_code, response.request_id) == (200, "2")


async def test_after_a_refused_token_it_is_the_last_one(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("RefreshToken", refused(2206), _token(x_request_id="2"))
    response = await client.with_raw_response.refresh_token(user="ada")
    assert (response.parsed.token, response.request_id) == ("fresh", "2")


async def test_calls_at_once_do_not_mix(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    async def answer(seen: Seen) -> Reply:
        email = seen.variables["email"]
        await asyncio.sleep(0.02 if email.startswith("0") else 0)
        return _yes(x_request_id=email)

    server.handle(EXISTS, answer)
    emails = [f"{number % 3}.{number}@example.com" for number in range(20)]
    raw = client.with_raw_response
    responses = await asyncio.gather(*(raw.user_exist(email=one) for one in emails))
    assert [response.request_id for response in responses] == emails


async def test_a_refusal_is_raised_as_ever(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer(EXISTS, refused(2004))
    with pytest.raises(AuthingAPIError) as caught:
        await client.with_raw_response.user_exist(email="a@example.com")
    assert (caught.value.code, caught.value.operation) == (2004, EXISTS)


async def test_as_a_user_and_with_options(
    server: ScriptedServer, connect: Connect
) -> None:
    status = {"status": True, "code": 200, "message": "已登录", "token": None}
    server.answer("checkLoginStatus", answered({"data": {"checkLoginStatus": status}}))
    me = connect().as_user("the-user-token").with_options(timeout=5)
    response = await me.with_raw_response.check_login_status(headers={"X-Id": "1"})
    assert response.parsed.status is True
    (seen,) = server.seen
    assert (seen.token, seen.headers["x-id"]) == ("the-user-token", "1")


async def test_its_repr_shows_nothing_that_was_answered(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer(EXISTS, _yes(x_request_id="r-1", set_cookie="session=secret"))
    response = await client.with_raw_response.user_exist(email="a@example.com")
    assert "secret" not in repr(response)
    assert "r-1" in repr(response)
