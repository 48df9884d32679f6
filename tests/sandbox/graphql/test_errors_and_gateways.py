"""The forms of errors, gateways, and which token an operation takes."""

from typing import Any

import pytest

from ..calling import CHECK, PASSWORD, Caller, Refused

pytestmark = pytest.mark.anyio

USERS = "query users($pool: String) { users(registerInClient: $pool) { totalCount } }"
PROVIDERS = (
    "query p($pool: String!) { ReadOauthList(clientId: $pool) { alias enabled url } }"
)


async def test_business_error_is_an_object_in_a_200(anyone: Caller) -> None:
    query = (
        "mutation l($pool: String!, $password: String) { login("
        'registerInClient: $pool, email: "a@b.c", password: $password) { _id } }'
    )
    answer = await anyone.send(
        query, pool=anyone.sandbox.pool_id, password=anyone.encrypt("x")
    )
    assert answer.status_code == 200
    body = answer.json()
    assert body["data"] is None
    (error,) = body["errors"]
    assert error["message"] == {"code": 2004, "message": "用户不存在", "data": None}
    assert error["path"] == ["login"]
    assert error["locations"] == [{"line": 1, "column": 49}]


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query {", {}),
        ("query { nonsense }", {}),
        ("query t($pool: String!) { queryInvitation(client: $pool) { phone } }", {}),
        ("query u($id: String) { user(id: $id) { _id } }", {"id": ["7"]}),
        ("query a { userExist(userPoolId: 1) } query b { __typename }", {}),
    ],
)
async def test_what_is_not_understood_is_a_string_in_a_400(
    anyone: Caller, query: str, variables: dict[str, Any]
) -> None:
    answer = await anyone.send(query, **variables)
    assert answer.status_code == 400
    assert answer.json()["data"] is None
    assert all(isinstance(e["message"], str) for e in answer.json()["errors"])


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"query": 1}', '{"a": "b"}'])
async def test_a_body_that_is_no_graphql_request(anyone: Caller, body: str) -> None:
    answer = await anyone.http.post(
        "/users/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert isinstance(answer.json()["errors"][0]["message"], str)


async def test_a_fault_of_the_server_is_logged_and_not_shown(
    anyone: Caller, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("authing_sandbox.resolvers.users._known_by", fail)
    query = "query e($p: String!, $e: String) { userExist(userPoolId: $p, email: $e) }"
    answer = await anyone.send(query, p=anyone.sandbox.pool_id, e="a@b.cn")
    (error,) = answer.json()["errors"]
    assert error["message"]["code"] == 1000
    assert "secret detail" not in answer.text
    assert "ZeroDivisionError" in caplog.text


async def test_a_field_of_the_other_gateway_is_refused(
    anyone: Caller, owner: Caller
) -> None:
    pool = anyone.sandbox.pool_id
    assert await anyone.call(PROVIDERS, "oauth", pool=pool)
    with pytest.raises(Refused, match="1001"):
        await anyone.call(PROVIDERS, "users", pool=pool)
    with pytest.raises(Refused, match="1001"):
        await owner.call(USERS, "oauth", pool=pool)


@pytest.mark.parametrize("gateway", ["users", "oauth"])
async def test_login_by_ldap_is_answered_on_both(anyone: Caller, gateway: str) -> None:
    query = (
        "mutation l($u: String!, $p: String!, $c: String)"
        " { LoginByLDAP(username: $u, password: $p, clientId: $c) { username } }"
    )
    sandbox = anyone.sandbox
    given = {"u": "fry", "p": sandbox.directory_password, "c": sandbox.pool_id}
    assert await anyone.call(query, gateway, **given) == {"username": "fry"}


@pytest.mark.parametrize("gateway", ["users", "oauth"])
async def test_authorised_apps_are_answered_on_both(
    anyone: Caller, owner: Caller, ada: Any, gateway: str
) -> None:
    apps = "query a($u: String) { GetUserAuthorizedApps(userId: $u) { totalCount } }"
    assert await owner.call(apps, gateway, u=ada["_id"]) == {"totalCount": 0}
    revoke = (
        "mutation r($u: String, $a: String)"
        " { RevokeUserAuthorizedApp(userId: $u, appId: $a) { isRevoked } }"
    )
    with pytest.raises(Refused, match="2011"):
        await owner.call(revoke, gateway, u=ada["_id"], a="no app")


async def test_which_token_is_taken(anyone: Caller, owner: Caller, ada: Any) -> None:
    pool = anyone.sandbox.pool_id
    assert (await owner.call(USERS, pool=pool))["totalCount"] > 0
    for token, code in [(None, 2020), ("garbage", 2207), (ada["token"], 1001)]:
        with pytest.raises(Refused) as refusal:
            await anyone.with_token(token).call(USERS, pool=pool)
        assert refusal.value.code == code


async def test_a_token_is_taken_without_the_word_bearer(owner: Caller) -> None:
    answer = await owner.http.post(
        "/users/graphql",
        json={"query": USERS},
        headers={"authorization": owner.token or ""},
    )
    assert answer.json()["data"]["users"]["totalCount"] >= 0


async def test_check_login_status_never_errs(
    anyone: Caller, owner: Caller, ada: Any
) -> None:
    user = anyone.with_token(ada["token"])
    assert await user.call(CHECK) == {"code": 200, "status": True}
    assert await anyone.call(CHECK, token=ada["token"]) == {"code": 200, "status": True}
    assert await anyone.call(CHECK) == {"code": 2020, "status": False}
    assert await anyone.call(CHECK, token="x") == {"code": 2207, "status": False}
    assert await owner.call(CHECK) == {"code": 1001, "status": False}


async def test_an_unknown_pool(anyone: Caller) -> None:
    query = 'query { userExist(userPoolId: "nowhere", email: "a@b.cn") }'
    with pytest.raises(Refused, match="2224"):
        await anyone.call(query)


async def test_several_fields_share_one_request(owner: Caller, ada: Any) -> None:
    query = """
    query both($id: String!, $pool: String!) {
      a: user(id: $id) { _id userLoginHistory { totalCount } userLocation { where } }
      b: users(count: 200) { totalCount list { _id userLoginHistory { list { ip } } } }
      c: userExist(userPoolId: $pool, email: "nobody@example.com")
    }
    """
    answer = await owner.send(query, id=ada["_id"], pool=owner.sandbox.pool_id)
    data = answer.json()["data"]
    assert data["a"]["_id"] == ada["_id"]
    assert ada["_id"] in [user["_id"] for user in data["b"]["list"]]
    assert data["c"] is False


async def test_what_a_field_says_of_a_user_is_read_after_the_fields_before(
    anyone: Caller,
) -> None:
    email = (await anyone.new_user())["email"]
    query = """mutation l($pool: String!, $email: String, $password: String) {
      first: login(registerInClient: $pool, email: $email, password: $password) {
        ...Seen
      }
      second: login(registerInClient: $pool, email: $email, password: $password) {
        ...Seen
      }
    }
    fragment Seen on ExtendUser {
      userLoginHistory { list { user { _id } } totalCount }
      again: userLoginHistory { totalCount }
      userLocation { where }
    }"""
    answer = await anyone.send(
        query,
        pool=anyone.sandbox.pool_id,
        email=email,
        password=anyone.encrypt(PASSWORD),
    )
    for count, seen in enumerate(answer.json()["data"].values(), 1):
        assert len(seen["userLoginHistory"]["list"]) == count
        assert seen["userLoginHistory"]["totalCount"] == count
        assert seen["again"] == {"totalCount": count}
        assert seen["userLocation"] == [{"where": "本机地址"}]
