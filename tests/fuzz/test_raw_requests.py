"""Requests that no GraphQL client would send."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from graphql import get_introspection_query
from hypothesis import given
from hypothesis import strategies as st

from .test_fuzz import OPERATIONS, fuzzing
from .world import PASSWORD, World, check

pytestmark = pytest.mark.fuzz

EXIST = "query($p: String!, $e: String) { userExist(userPoolId: $p, email: $e) }"
USERS = "{ users { totalCount } }"


def nested(depth: int) -> str:
    return "query { a" + "{ a" * depth + "}" * depth + " }"


def bomb(fields: int) -> str:
    aliases = " ".join(f"a{i}: {USERS[2:-2]}" for i in range(fields))
    return f"query {{ {aliases} }}"


def fragment_bomb(depth: int) -> str:
    parts = [
        f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(depth)
    ]
    last = f"fragment f{depth} on Query {USERS}"
    return " ".join(["query { ...f0 }", *parts, last])


UNANSWERABLE = {
    "deep": nested(100),
    "deeper than the parser": nested(3000),
    "deep list": "query { userPatch(ids: %s) }" % ("[" * 3000 + "]" * 3000),
    "aliases": bomb(2500),
    "the same field": "query { %s }" % (f"{USERS[2:-2]} " * 3000),
    "fragments": fragment_bomb(25),
    "circular fragments": "query { ...a } fragment a on Query { ...b }"
    " fragment b on Query { ...a }",
    "circle in a field": "query { ...a } fragment a on Query"
    " { users { list { userLoginHistory { list { user { ...b } } } } } }"
    " fragment b on User { _id ...b }",
    "long": "query { " + " " * 2_000_000 + USERS[2:],
    "tokens": "query { " + "a " * 20_000 + "}",
    "variables": "query(" + "$v: Int " * 6000 + ") { __typename }",
    "directives": "query { __typename %s }" % ("@skip(if: false) " * 2000),
    "nothing": "",
    "nul": "query { \0 }",
    "half a pair": "query { \ud800 }",
    "half a pair, escaped": 'query { userExist(userPoolId: "\\ud800") }',
    "nul, escaped": 'query { userExist(userPoolId: "\\u0000", email: "a") }',
    "number": "query { users(page: %s) { totalCount } }" % ("9" * 5000),
    "subscription": "subscription { users { totalCount } }",
    "type definitions": "type Query { a: Int }",
}


@pytest.mark.parametrize("query", UNANSWERABLE.values(), ids=UNANSWERABLE.keys())
def test_documents_that_ask_too_much(world: World, query: str) -> None:
    before = world.rows()
    answer = world.send("users", "owner", json.dumps({"query": query}).encode())
    assert check(answer)
    assert answer.status_code == 400
    assert all(isinstance(e["message"], str) for e in answer.json()["errors"])
    assert len(answer.content) < 100_000
    assert answer.elapsed.total_seconds() < 5
    assert world.unchanged_since(before)


@pytest.mark.parametrize(
    "query", [get_introspection_query(), bomb(100), fragment_bomb(6)]
)
def test_documents_that_ask_much(world: World, query: str) -> None:
    answer = world.send("users", "owner", json.dumps({"query": query}).encode())
    assert answer.status_code == 200
    assert "errors" not in answer.json()


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "x\udfff"])
@pytest.mark.parametrize("name", ["p", "e"])
def test_text_that_is_none(world: World, text: str, name: str) -> None:
    variables = {"p": world.sandbox.pool_id, "e": "a@b.cn", name: text}
    body = json.dumps({"query": EXIST, "variables": variables}).encode()
    answer = world.send("users", "none", body)
    assert check(answer)
    assert answer.status_code == 400


BODIES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [
            *(b"", b"{", b"null", b"[]", b"NaN", b'"query"', b"\xff\xfe", b"\0"),
            *(b"[" * 100_000, b'{"a":' * 100_000, b"9" * 10_000, b"\xef\xbb\xbf{}"),
            *(b'{"query": "{__typename}", "operationName": "\\ud800"}', b"-" * 2**21),
            *(b'{"query": "{__typename}", "variables": [1]}', b'{"query": ["a"]}'),
            *(b'{"query": "{__typename}", "operationName": 7}', b'{"query": null}'),
            *(b'{"query": "\xed\xa0\x80"}', b'{"query": "query a{a} query a{a}"}'),
            *(b'{"query": "{__typename}", "operationName": "x"}', b'{"query": "\xff"}'),
        ]
    ),
    st.dictionaries(
        st.sampled_from(["query", "variables", "operationName", "extensions"]),
        st.one_of(
            st.text(max_size=50), st.none(), st.integers(), st.just({}), st.just([])
        ),
    ).map(lambda body: json.dumps(body).encode()),
    st.text(alphabet='{}()[]:!$@."\\# \n,|&queryaf1-', max_size=100).map(
        lambda query: json.dumps({"query": query}).encode()
    ),
)


def test_bodies(world: World) -> None:
    @fuzzing(OPERATIONS // 4)
    @given(
        BODIES, st.sampled_from(["users", "oauth"]), st.sampled_from([*world.tokens])
    )
    def run(body: bytes, gateway: str, token: str) -> None:
        before = world.rows()
        assert check(world.send(gateway, token, body)), body
        assert world.unchanged_since(before)

    run()


@pytest.mark.parametrize(
    "authorization",
    [b"", b"Bearer", b"Bearer \xff\xfe", b"Basic eDp5", b"x" * 8_000]
    + [b"Bearer " + token for token in (b"a.b.c", b"e30.e30.", b"bnVsbA.bnVsbA.eA")],
)
def test_headers(world: World, authorization: bytes) -> None:
    answer = world.http.post(
        "/users/graphql",
        json={"query": USERS},
        headers=[(b"authorization", authorization)],
    )
    assert check(answer)
    assert answer.json()["errors"][0]["message"]["code"] in (2020, 2207)


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    st.sampled_from(["\0", "²", "x" * 5_000, "13800138000", "../..", "%", "%00"]),
)
REFUSED = (200, 400, 401, 404, 405)


def test_sms_endpoints(world: World) -> None:
    paths = st.sampled_from(["send_smscode", "notification/send_register_smscode"])
    pools = st.one_of(st.just(world.sandbox.pool_id), TEXTS)

    @fuzzing(OPERATIONS // 16)
    @given(paths, TEXTS, pools)
    def run(path: str, phone: str, pool: str) -> None:
        before = world.rows()
        given = f"{quote(phone, safe='')}/{quote(pool, safe='')}"
        answer = world.http.get(f"/users/{path}/{given}")
        assert answer.status_code in REFUSED, (answer.text, path, given)
        assert '"code":1000' not in answer.text
        if answer.status_code != 200 or answer.json()["code"] != 200:
            assert world.unchanged_since(before)

    run()


def test_token_endpoint(world: World) -> None:
    app = world.sandbox.oidc_app_id
    known: dict[str, list[str]] = {
        "client_id": [app, world.sandbox.oauth_app_id],
        "client_secret": [world.sandbox.oidc_app_secret],
        "grant_type": ["password", "refresh_token", "authorization_code", "x"],
        "email": world.values["email"],
        "phone": world.values["phone"],
        "username": world.values["username"],
        "password": [PASSWORD, "wrong horse"],
        "verifyCode": ["1234", "x"],
        "scope": ["openid", "openid offline_access", "x" * 1000],
        "refresh_token": world.values["refreshToken"],
        "code": ["x"],
        "redirect_uri": ["http://127.0.0.1:3000/callback"],
        "code_verifier": ["x" * 43],
    }
    forms = st.fixed_dictionaries(
        {},
        optional={
            name: st.one_of(st.sampled_from(values), st.sampled_from(values), TEXTS)
            for name, values in known.items()
        },
    )

    @fuzzing(OPERATIONS // 8)
    @given(forms, st.sampled_from(["GET", "POST"]), st.booleans())
    def run(form: dict[str, str], method: str, in_url: bool) -> None:
        before = world.rows()
        sent: dict[str, Any] = {"params" if in_url else "data": form}
        answer = world.http.request(method, "/users/oauth/oidc/token", **sent)
        assert answer.status_code in REFUSED, (answer.text, form)
        if answer.status_code != 200:
            assert answer.json()["error"]
            assert world.unchanged_since(before)

    run()


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%ff%fe", b"=&=&", b"a" * 2**21])
def test_token_endpoint_bodies(world: World, body: bytes) -> None:
    answer = world.http.post(
        "/users/oauth/oidc/token",
        content=body,
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code in (400, 401, 413)
