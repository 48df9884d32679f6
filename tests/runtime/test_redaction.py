"""A refusal that quotes what was sent loses it, in whatever form it is quoted."""

import json
import pickle
import sys
from time import process_time
from typing import Any

import pytest
from graphql import (
    DirectiveNode,
    FieldDefinitionNode,
    InputValueDefinitionNode,
    Visitor,
    parse,
    visit,
)

from authing_client import Client
from authing_client.inputs import UserRegisterInput
from authing_gen import (
    AsyncAuthing,
    AuthingAPIError,
    AuthingResponseError,
    InvalidOperationError,
)
from authing_gen.redaction import HIDDEN, redacted, without

from .scripted import ScriptedServer, answered, data, refused

pytestmark = pytest.mark.anyio

CALLED = "user_exist (userExist)"


async def _said(server: ScriptedServer, client: AsyncAuthing, email: Any) -> str:
    with pytest.raises(AuthingAPIError) as caught:
        await client.user_exist(email=email)
    assert isinstance(caught.value.message, str)
    return caught.value.message


def test_data_that_is_too_deep_to_look_through() -> None:
    deep: list[Any] = ["s3cret"]
    for _ in range(sys.getrecursionlimit()):
        deep = [deep]
    assert redacted(deep, {"password": "s3cret"}) == HIDDEN


SECRETS = ['say "friend"', "back\\slash", "密码-秘密", "a\ttab", "it's", "new\nline"]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "form",
    [
        str,
        lambda secret: json.dumps(secret)[1:-1],
        lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
        lambda secret: repr(secret)[1:-1],
    ],
    ids=["as it is", "as ASCII JSON", "as JSON", "as Python"],
)
async def test_whatever_form_it_is_quoted_in(
    server: ScriptedServer, client: AsyncAuthing, secret: str, form: Any
) -> None:
    server.answer("userExist", refused(2003, f"what is <{form(secret)}>?"))
    assert await _said(server, client, secret) == "what is <…>?"


@pytest.mark.parametrize(
    "given",
    [
        "s3cret",
        {"password": "s3cret"},
        ["other", {"deep": ["s3cret"]}],
        ("other", "s3cret"),
        UserRegisterInput(nickname="1234", password="s3cret"),
        [UserRegisterInput(nickname="1234", password="s3cret")],
    ],
)
async def test_wherever_in_an_argument_it_stands(
    server: ScriptedServer, client: AsyncAuthing, given: object
) -> None:
    server.answer("userExist", refused(2003, "s3cret is wrong, s3cret!"))
    assert await _said(server, client, given) == "… is wrong, …!"


@pytest.mark.parametrize(
    ("given", "said", "left"),
    [
        (123456, "code 123456 is wrong", "code … is wrong"),
        (-1234, "code -1234 is wrong", "code … is wrong"),
        (10**999, f"code {10**999} is wrong", "code … is wrong"),
        (123, "code 123 is wrong", "code 123 is wrong"),  # Too common to be hidden.
        ("abc", "abc is wrong", "abc is wrong"),
        ("abcd", "abcd is wrong", "… is wrong"),
        (True, "True is wrong", "True is wrong"),
        (None, "None is wrong", "None is wrong"),
    ],
)
async def test_numbers_too_and_nothing_that_is_too_short(
    server: ScriptedServer, client: AsyncAuthing, given: Any, said: str, left: str
) -> None:
    server.answer("userExist", refused(2003, said))
    assert await _said(server, client, given) == left


async def test_a_value_that_holds_another_one_is_hidden_whole(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    """In whatever order they stand: the shorter one would leave the rest behind."""
    parts = ["battery", "correct battery staple", "staple"]
    server.answer("userExist", refused(2003, "not correct battery staple"))
    for given in (parts, parts[::-1]):
        assert await _said(server, client, given) == "not …"


# What else a refusal says


async def test_a_refusal_says_what_the_body_says(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    body = {"code": 2004, "message": "不存在", "data": {"n": 1}}
    server.answer("userExist", answered(body, 400, x_request_id="r-1"))
    with pytest.raises(AuthingAPIError) as caught:
        await client.user_exist(email="ada@example.com")
    error = caught.value
    assert (error.code, error.message, error.data) == (2004, "不存在", {"n": 1})
    assert (error.status_code, error.request_id) == (400, "r-1")
    assert str(error) == "user_exist (userExist): 2004: 不存在"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": "not today"}, "not today"),
        ({"message": {"message": "not today", "code": 2004}}, "not today"),
        ({"message": "not today", "error": "other"}, "not today"),
        ({"message": {"code": 2004}}, "HTTP 400"),
        ({"code": 2004}, "HTTP 400"),
        ({}, "HTTP 400"),
    ],
)
async def test_where_a_refusal_says_it(
    server: ScriptedServer, client: AsyncAuthing, body: object, said: str
) -> None:
    server.answer("userExist", answered(body, 400))
    assert await _said(server, client, "ada@example.com") == said


async def test_a_code_alone_is_a_refusal(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", answered({"code": 2004}))
    assert await _said(server, client, "ada@example.com") == "HTTP 200"


@pytest.mark.parametrize(("code", "found"), [(10**9 - 1, 10**9 - 1), (10**9, None)])
async def test_the_largest_code(
    server: ScriptedServer, client: AsyncAuthing, code: int, found: int | None
) -> None:
    server.answer("userExist", refused(code))
    with pytest.raises(AuthingAPIError) as caught:
        await client.user_exist(email="ada@example.com")
    assert caught.value.code == found


async def test_a_business_error_without_words(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", refused(2004, ""))
    assert await _said(server, client, "ada@example.com") == ""


async def test_a_plain_error_has_the_data_beside_it(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    body = {"errors": [{"message": "no such field"}], "data": {"userExist": None}}
    server.answer("userExist", answered(body, 400))
    with pytest.raises(InvalidOperationError) as caught:
        await client.user_exist(email="ada@example.com")
    assert caught.value.data == {"userExist": None}


@pytest.mark.parametrize(
    ("body", "said", "path"),
    [
        (
            {"other": 1},
            f"{CALLED}: neither data nor errors in the answer",
            None,
        ),
        (
            {"data": [1]},
            "user_exist (userExist): the answer does not have the schema's shape at its"
            " root: Input should be a valid dictionary or instance of UserExistData",
            "",
        ),
        (
            [1],
            f"{CALLED}: HTTP 200 with a body that is not a JSON object (text/x)",
            None,
        ),
    ],
)
async def test_an_answer_that_is_none_has_its_status_and_headers(
    server: ScriptedServer,
    client: AsyncAuthing,
    body: object,
    said: str,
    path: str | None,
) -> None:
    reply = answered(body, 200, x_request_id="r-1", content_type="text/x")
    headers = {name.lower(): value for name, value in reply.headers.items()}
    server.answer("userExist", type(reply)(reply.content, 200, headers))
    with pytest.raises(AuthingResponseError) as caught:
        await client.user_exist(email="ada@example.com")
    assert str(caught.value) == said
    assert (caught.value.path, caught.value.request_id) == (path, "r-1")
    assert caught.value.status_code == (None if path == "" else 200)


async def test_no_body_and_no_type(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    reply = data()
    server.answer("userExist", type(reply)(b""), type(reply)(b"[]"))
    for said in (
        "no body",
        "a body that is not a JSON object (without a content type)",
    ):
        with pytest.raises(AuthingResponseError) as caught:
            await client.user_exist(email="ada@example.com")
        assert str(caught.value) == f"{CALLED}: HTTP 200 with {said}"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("p@ss w0rd!", "password=p%40ss+w0rd%21"),
        ("p@ss w0rd!", "password=p%40ss%20w0rd%21"),
        ("a<b>&cde", "<p>a&lt;b&gt;&amp;cde</p>"),
        ({"Authorization": "Bearer eyJtoken"}, "no such token: eyJtoken"),
        ({"Cookie": "sid=s3ss1on; theme=dark"}, "no such session: s3ss1on"),
    ],
)
def test_a_value_is_hidden_in_the_form_in_which_it_travels(
    sent: object, said: str
) -> None:
    hidden = without(said, (sent,))
    assert hidden != said
    for text in ("p%40ss", "a&lt;b", "eyJtoken", "s3ss1on"):
        assert text not in hidden


def test_what_is_secret_by_its_name_is_hidden() -> None:
    data = {"shareKey": "seed", "tokens": ["abc"], "api_key": "k", "n": {"pwd": 1}}
    hidden = redacted({**data, "id": 5, "names": ["Ada"]}, ())
    assert hidden == {
        **dict.fromkeys(("shareKey", "tokens", "api_key"), HIDDEN),
        "n": {"pwd": HIDDEN},
        "id": 5,
        "names": ["Ada"],
    }


def test_what_the_schema_calls_secret_is_so_by_its_name() -> None:
    found: set[str] = set()

    class Secrets(Visitor):
        def enter_directive(self, node: DirectiveNode, *around: Any) -> None:
            *_, ancestors = around
            owner = ancestors[-1]
            if node.name.value == "secret":
                kinds = FieldDefinitionNode, InputValueDefinitionNode
                assert isinstance(owner, kinds)
                found.add(owner.name.value)

    visit(parse(Client.schema_file.read_text(encoding="utf-8")), Secrets())
    assert len(found) > 10
    assert redacted(dict.fromkeys(found, "x"), ()) == dict.fromkeys(found, HIDDEN)


def test_names_that_are_hidden_lose_nothing_else() -> None:
    data = {"id-aaaa": "not found", "id-bbbb": "locked"}
    hidden = redacted(data, {"ids": [*data]})
    assert [*hidden.values()] == ["not found", "locked"]


def test_what_takes_too_long_to_look_through_is_hidden_as_a_whole() -> None:
    sent = [f"user-{number:05}" for number in range(10_000)]
    assert without(f"{'x' * 1_000_000} user-00001", sent) == HIDDEN
    assert without("no user-00001", sent) == f"no {HIDDEN}"
    *_, last = redacted(["y" * 24] * 10_000, sent)
    assert last == HIDDEN


def test_an_error_keeps_no_cookie() -> None:
    error = AuthingAPIError(
        "no", code=1, operation="login", headers=[(b"Set-Cookie", b"sid=s3cret")]
    )
    assert b"s3cret" not in pickle.dumps(error)


def test_a_long_value_is_looked_for_as_quickly() -> None:
    began = process_time()
    assert without("nothing of it", ("a" * 1_000_000,)) == "nothing of it"
    assert process_time() - began < 5  # It was quadratic: an hour.


def test_how_a_long_value_begins_is_hidden_too() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9." + "s3cret" * 200
    assert without(f"bad token {token[:300]}…, {token[:90]}", token) == (
        f"bad token {HIDDEN}…, {HIDDEN}"
    )
    assert without("eyJhbGciOiJIUzI1 " * 100_000, token) == HIDDEN
