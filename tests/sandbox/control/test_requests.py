"""The log of requests: what clients asked, and nothing secret of it."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from authing_sandbox import Sandbox
from authing_sandbox.calls.recent import LONGEST_BODY

from ..calling import PASSWORD, Caller, fresh_email, fresh_phone

pytestmark = pytest.mark.anyio

SECRET = "Sesame-Open-4711"


@pytest.fixture
async def http(box: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=box.url, timeout=30) as client:
        yield client


@pytest.fixture
def caller(http: httpx.AsyncClient, box: Sandbox) -> Caller:
    return Caller(http, box)


async def opened(http: httpx.AsyncClient) -> dict[str, Any]:
    """The newest request."""
    newest = (await http.get("/sandbox/requests?count=1")).json()[0]
    request: dict[str, Any] = (
        await http.get(f"/sandbox/requests/{newest['id']}")
    ).json()
    return request


async def test_tells_of_each_request_of_a_client(
    http: httpx.AsyncClient, caller: Caller
) -> None:
    email = fresh_email()
    user = await caller.register(email=email, password=PASSWORD)
    await caller.with_token(user["token"]).send("{ user { _id } }")
    await http.get(f"/users/send_smscode/{fresh_phone()}/{caller.sandbox.pool_id}")
    await caller.send("{ nonsense }")
    await http.get("/sandbox/health")
    await http.get("/graphiql")
    log = (await http.get("/sandbox/requests")).json()
    assert [(one["operation"], one["token"], one["error"]) for one in log] == [
        ("register", "-", None),
        ("user", "user", None),
        ("", "-", None),
        ("", "-", 400),
    ]
    assert log[2]["path"] == "/users/send_smscode/{phone}/{clientId}"
    assert [one["id"] for one in log] == [1, 2, 3, 4]
    assert all(one["milliseconds"] > 0 for one in log)
    first = (await http.get("/sandbox/requests/1")).json()
    assert first["sent"]["variables"]["userInfo"]["email"] == email
    assert first["answered"]["data"]["register"]["email"] == email
    later = (await http.get("/sandbox/requests?after=2")).json()
    assert [one["id"] for one in later] == [3, 4]
    assert (await http.get("/sandbox/requests/99")).status_code == 404
    assert (await http.delete("/sandbox/requests")).status_code == 204
    assert (await http.get("/sandbox/requests")).json() == []


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ('mutation { login(password: "SECRET") { _id } }', {}),
        ('mutation { login(password: """SECRET""") { _id } }', {}),
        ("mutation ($p: String) { login(password: $p) { _id } }", {"p": SECRET}),
        ("mutation ($p: String) { login(password:,$p) { _id } }", {"p": SECRET}),
        (
            "mutation ($p: String) { login(password: #\n $p) { _id } }",
            {"p": SECRET},
        ),
        (
            "mutation ($u: UserRegisterInput!) { register(userInfo: $u) { _id } }",
            {"u": {"registerInClient": "x", "password": SECRET}},
        ),
        (
            "mutation ($u: X) { register(userInfo: {password: $u}) { _id } }",
            {"u": {"deep": [SECRET]}},
        ),
        # Errors of GraphQL quote what they refuse.
        ("mutation ($c: Int) { login(phoneCode: $c) { _id } }", {"c": SECRET}),
        ('mutation { login(phoneCode: "SECRET") { _id } }', {}),
        ('# " SECRET\nmutation { login(password: "SECRET") { _id } }', {}),
        ('# """\nmutation { login(password: """SECRET""") { _id } }', {}),
        ('mutation { login(password: "SECRET', {}),
        ('mutation { login(password: "SECRET\\', {}),
        # What is no text, since its quotes are missing.
        ("mutation { login(password: SECRET) { _id } }", {}),
        ("mutation { login(password: $SECRET) { _id } }", {}),
        ("mutation { login(password: {a: SECRET}) { _id } }", {}),
        ("mutation { login(password: [SECRET]) { _id } }", {}),
        ("mutation { login(password: Open SECRET) { _id } }", {}),
        ("mutation { login(password: SECRET:x) { _id } }", {}),
        ("mutation { login(password: ...SECRET) { _id } }", {}),
        ("mutation { login(password: _id { SECRET }) { _id } }", {}),
        ("mutation { login(SECRET) { _id } }", {}),
        ("mutation { login { SECRET } }", {}),
        ("mutation login SECRET { login { _id } }", {}),
        ("login SECRET", {}),
        ("mutation ($p: String = SECRET) { login(password: $p) { _id } }", {}),
    ],
)
async def test_hides_what_is_secret_of_what_was_sent(
    http: httpx.AsyncClient, caller: Caller, query: str, variables: dict[str, Any]
) -> None:
    await caller.send(query.replace("SECRET", SECRET), **variables)
    request = await opened(http)
    assert request["sent"]["query"]
    assert "login" in str(request["sent"]) or "register" in str(request["sent"])
    shown = json.dumps(request)
    assert SECRET not in shown
    assert "4711" not in shown
    assert "Sesame" not in shown


async def test_hides_numbers_that_are_codes(
    http: httpx.AsyncClient, caller: Caller
) -> None:
    await caller.send("mutation { login(phoneCode: 471147) { _id } }")
    assert "471147" not in json.dumps(await opened(http))


async def test_shows_of_a_document_what_is_harmless(
    http: httpx.AsyncClient, caller: Caller
) -> None:
    document = """
query List($pool: String!, $page: Int) {
  mine: users(registerInClient: $pool, page: $page, count: 10) {
    list { ...Some __typename blocked @include(if: true) }
  }
}
fragment Some on ExtendUser { id: _id }
"""
    await caller.send(document, pool="x")
    assert (await opened(http))["sent"]["query"] == document


async def test_hides_what_is_sent_in_several_documents(
    http: httpx.AsyncClient, box: Sandbox
) -> None:
    bodies = [{"query": f'mutation {{ login(password: "{SECRET}") {{ _id }} }}'}] * 2
    for body in (bodies, {"query": bodies[0]}, {"more": bodies}):
        await http.post("/users/graphql", json=body)
        request = await opened(http)
        assert "login" in str(request["sent"])
        assert SECRET not in json.dumps(request)


@pytest.mark.parametrize("alias", ["", "a: ", "a: # why\n", "a:,"])
async def test_hides_tokens_by_whatever_name_they_come(
    http: httpx.AsyncClient, caller: Caller, alias: str
) -> None:
    box = caller.sandbox
    query = (
        "query ($s: String, $c: String) { b: getClientWhenSdkInit(secret: $s,"
        f" clientId: $c) {{ {alias}accessToken clientInfo {{ s: secret name }} }} }}"
    )
    answer = (await caller.send(query, s=box.secret, c=box.pool_id)).json()
    (token,) = (
        value for value in answer["data"]["b"].values() if str(value).startswith("ey")
    )
    request = await opened(http)
    shown = json.dumps(request)
    assert request["answered"]["data"]["b"]["clientInfo"]["name"] == "Planet Express"
    assert token not in shown
    assert token.rpartition(".")[2] not in shown
    assert box.secret not in shown


async def test_hides_what_forms_and_links_carry(
    http: httpx.AsyncClient, box: Sandbox
) -> None:
    form = {
        "grant_type": "password",
        "client_id": box.oidc_app_id,
        "client_secret": SECRET,
        "username": "ada",
        "password": SECRET,
    }
    await http.post("/users/oauth/oidc/token", data=form)
    request = await opened(http)
    assert request["sent"]["username"] == "ada"
    assert SECRET not in json.dumps(request)
    await http.get(f"/users/verify_email?email=ada@example.com&code={SECRET}")
    request = await opened(http)
    assert request["sent"]["email"] == "ada@example.com"
    assert SECRET not in json.dumps(request)


@pytest.mark.parametrize(
    "body", [b"[" * 90_000, b'{"query": ', b"\xff", b'"x"', b"[1]", b"null"]
)
async def test_opens_whatever_was_sent(
    http: httpx.AsyncClient, box: Sandbox, body: bytes
) -> None:
    json_type = {"content-type": "application/json"}
    await http.post("/users/graphql", content=body, headers=json_type)
    request = await opened(http)
    assert request["sent_bytes"] == len(body)
    assert request["status"] == 400


@pytest.mark.parametrize("part", ["a", "1", " ", "a ", "a.", "$", '"', "a:", "(", "#"])
async def test_opens_what_is_long_at_once(
    http: httpx.AsyncClient, caller: Caller, part: str
) -> None:
    long = part * (LONGEST_BODY // len(part) // 4)
    await caller.send(f"{{ {long}", long=long)
    began = time.monotonic()
    await opened(http)
    assert time.monotonic() - began < 10


async def test_keeps_no_more_than_so_many_bytes(
    http: httpx.AsyncClient, caller: Caller, box: Sandbox
) -> None:
    for number in range(40):
        await caller.send("{ user { _id } }", padding="x" * 200_000, number=number)
    log = (await http.get("/sandbox/requests?count=500")).json()
    assert 15 < len(log) < 25
    await caller.send("{ user { _id } }", padding="x" * LONGEST_BODY)
    request = await opened(http)
    assert request["sent"] is None
    assert request["sent_bytes"] > LONGEST_BODY
