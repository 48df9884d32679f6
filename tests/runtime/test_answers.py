"""What the service may answer, and what a caller then catches."""

import csv
import json
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from authing_gen import (
    ERROR_CLASSES,
    AppNotFoundError,
    AsyncAuthing,
    AuthingAPIError,
    AuthingError,
    AuthingResponseError,
    BadEncryptionError,
    BadInputError,
    ConflictError,
    ExpiredError,
    GroupNotFoundError,
    InvalidOperationError,
    MailError,
    NoPasswordError,
    NotBoundError,
    NotFoundError,
    NotLoggedInError,
    OAuthError,
    PermissionDeniedError,
    PermissionNotFoundError,
    QuotaExceededError,
    RateLimitError,
    RegistrationClosedError,
    RoleNotFoundError,
    ServiceBusyError,
    ServiceConfigurationError,
    ServiceError,
    UserLockedError,
    UserNotFoundError,
    UserPoolNotFoundError,
    VerificationRequiredError,
    VerifyCodeRequiredError,
    WrongPasswordError,
    WrongVerifyCodeError,
)

from .conftest import Connect
from .scripted import Reply, ScriptedServer, answered, data, html, refused

pytestmark = pytest.mark.anyio

KINDS: dict[str, type[AuthingAPIError]] = {
    "bad encryption": BadEncryptionError,
    "bad input": BadInputError,
    "busy": ServiceBusyError,
    "conflict": ConflictError,
    "expired": ExpiredError,
    "locked": UserLockedError,
    "mail": MailError,
    "no password": NoPasswordError,
    "no such app": AppNotFoundError,
    "no such group": GroupNotFoundError,
    "no such permission": PermissionNotFoundError,
    "no such role": RoleNotFoundError,
    "no such user": UserNotFoundError,
    "no such user pool": UserPoolNotFoundError,
    "not bound": NotBoundError,
    "not logged in": NotLoggedInError,
    "permission": PermissionDeniedError,
    "quota": QuotaExceededError,
    "rate limit": RateLimitError,
    "registration closed": RegistrationClosedError,
    "server": ServiceError,
    "server configuration": ServiceConfigurationError,
    "verification code required": VerifyCodeRequiredError,
    "verification required": VerificationRequiredError,
    "wrong code": WrongVerifyCodeError,
    "wrong password": WrongPasswordError,
}


def _code_table() -> list[tuple[int, str]]:
    text = (Path(__file__).parent / "error-codes.tsv").read_text()
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    return [(int(row["code"]), row["kind"]) for row in rows]


@pytest.fixture
def client(connect: Connect) -> AsyncAuthing:
    """A client that does not try again."""
    return connect(max_retries=0)


async def failure(
    server: ScriptedServer, client: AsyncAuthing, reply: Reply
) -> AuthingError:
    """What asking whether a user exists raises."""
    server.answer("userExist", reply)
    with pytest.raises(AuthingError) as caught:
        await client.user_exist(email="ada@example.com")
    return caught.value


# Business errors


@pytest.mark.parametrize(("code", "kind"), _code_table())
async def test_every_code_of_the_vendor_has_a_class(
    server: ScriptedServer, client: AsyncAuthing, code: int, kind: str
) -> None:
    error = await failure(server, client, refused(code, "因为", {"left": 3}))
    assert type(error) is KINDS[kind]
    assert isinstance(error, AuthingAPIError)
    assert (error.code, error.message) == (code, "因为")
    assert (error.data, error.operation) == ({"left": 3}, "userExist")
    assert str(error) == f"user_exist (userExist): {code}: 因为"


def test_the_table_and_the_classes_agree() -> None:
    assert set(ERROR_CLASSES) == {code for code, _ in _code_table()}


async def test_an_unknown_code_is_the_base_class(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    error = await failure(server, client, refused(9999))
    assert type(error) is AuthingAPIError
    assert error.code == 9999


async def test_a_code_may_be_text(server: ScriptedServer, client: AsyncAuthing) -> None:
    error = await failure(server, client, refused("2004", "用户不存在"))
    assert isinstance(error, UserNotFoundError)
    assert error.code == 2004


@pytest.mark.parametrize("code", [None, "E_WRONG", 2004.5, [2004]])
async def test_a_code_that_is_no_number_is_no_code(
    server: ScriptedServer, client: AsyncAuthing, code: object
) -> None:
    error = await failure(server, client, refused(code, "因为"))
    assert type(error) is AuthingAPIError
    assert error.code is None
    assert str(error) == "user_exist (userExist): 因为"


@pytest.mark.parametrize("status", [200, 400, 401, 403, 500, 503])
async def test_the_code_decides_whatever_the_status(
    server: ScriptedServer, client: AsyncAuthing, status: int
) -> None:
    body = {"errors": [{"message": {"code": 2004, "message": "用户不存在"}}]}
    error = await failure(server, client, answered(body, status))
    assert isinstance(error, UserNotFoundError)
    assert error.status_code == status


async def test_partial_data_beside_an_error_is_an_error(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    body = {
        "data": {"userExist": True},
        "errors": [{"message": {"code": 1001, "message": "无权限"}}],
    }
    assert isinstance(
        await failure(server, client, answered(body)), PermissionDeniedError
    )


async def test_an_empty_list_of_errors_is_none(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", answered({"data": {"userExist": True}, "errors": []}))
    assert await client.user_exist(email="ada@example.com")


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({"code": 2004, "message": "用户不存在"}, 400, UserNotFoundError),
        ({"code": "2206", "message": "过期"}, 401, NotLoggedInError),
        ({"message": {"code": 2026, "message": "已存在"}}, 400, ConflictError),
        ({"code": 2100, "message": "频繁"}, 200, RateLimitError),
        ({"message": "slow down"}, 429, RateLimitError),
        ({"message": "who are you"}, 401, NotLoggedInError),
        ({"message": "not you"}, 403, PermissionDeniedError),
        ({"message": "no such place"}, 404, NotFoundError),
        ({"message": "oops"}, 500, ServiceError),
        ({"message": "closed"}, 503, ServiceError),
        ({}, 503, ServiceError),
        ({}, 418, AuthingAPIError),
        ({"data": {"userExist": True}}, 500, ServiceError),
    ],
)
async def test_json_with_the_error_at_the_top(
    server: ScriptedServer,
    client: AsyncAuthing,
    body: object,
    status: int,
    expected: type[AuthingAPIError],
) -> None:
    error = await failure(server, client, answered(body, status))
    assert type(error) is expected
    assert error.status_code == status
    assert error.operation == "userExist"


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({"status": 500, "error": "Internal Server Error"}, 500, ServiceError),
        ({"error": "Too Many Requests"}, 429, RateLimitError),
        (
            {"statusCode": 404, "message": "Cannot POST", "error": "Not Found"},
            404,
            NotFoundError,
        ),
    ],
)
async def test_a_gateway_that_names_its_error_is_no_token_endpoint(
    server: ScriptedServer,
    client: AsyncAuthing,
    body: object,
    status: int,
    expected: type[AuthingAPIError],
) -> None:
    error = await failure(server, client, answered(body, status))
    assert not isinstance(error, OAuthError)
    assert type(error) is expected


# Plain GraphQL errors


@pytest.mark.parametrize("status", [200, 400])
async def test_a_plain_graphql_error(
    server: ScriptedServer, client: AsyncAuthing, status: int
) -> None:
    body = {"errors": [{"message": 'Cannot query field "x" on type "User".'}]}
    error = await failure(server, client, answered(body, status))
    assert isinstance(error, InvalidOperationError)
    assert error.code is None
    assert (
        str(error) == 'user_exist (userExist): Cannot query field "x" on type "User".'
    )


@pytest.mark.parametrize(
    "errors", [["oops"], [None], "oops", {"message": "oops"}, [{}], [{"message": 1}]]
)
async def test_errors_of_any_form(
    server: ScriptedServer, client: AsyncAuthing, errors: object
) -> None:
    error = await failure(server, client, answered({"errors": errors}))
    assert isinstance(error, InvalidOperationError)


async def test_a_plain_graphql_error_with_500_is_the_services_fault(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    body = {"errors": [{"message": "Internal server error"}]}
    assert type(await failure(server, client, answered(body, 500))) is ServiceError


PASSWORDS = ["correct horse", 'quo"ted', "back\\slash", "it's", "密码🐎密码", "a\tb\nc"]


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize("quoted", [str, repr, json.dumps])
async def test_a_message_that_quotes_a_password_loses_it(
    server: ScriptedServer,
    client: AsyncAuthing,
    password: str,
    quoted: Callable[[str], str],
) -> None:
    text = f"got invalid value {quoted(password)}; expected Int"
    server.answer("SignIn", answered({"errors": [{"message": text}]}, 400))
    with pytest.raises(InvalidOperationError) as caught:
        await client.sign_in(email="ada@example.com", password=password)
    for form in (password, repr(password)[1:-1], json.dumps(password)[1:-1]):
        assert form not in caught.value.message
    assert "expected Int" in str(caught.value)


async def test_a_message_that_quotes_a_code_loses_it(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    body = {"errors": [{"message": "Int cannot represent 7301"}]}
    server.answer("loginByPhoneCode", answered(body, 400))
    with pytest.raises(InvalidOperationError) as caught:
        await client.login_by_phone_code(phone="13012345678", phone_code=7301)
    assert "7301" not in str(caught.value)


async def test_a_message_that_quotes_the_token_loses_it(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    body = {"errors": [{"message": "Illegal token the-token-of-ada"}]}
    server.answer("checkLoginStatus", answered(body, 400))
    with pytest.raises(InvalidOperationError) as caught:
        await client.as_user("the-token-of-ada").check_login_status()
    assert "the-token-of-ada" not in str(caught.value)


@pytest.mark.parametrize("form", ["object", "top"])
async def test_a_business_error_that_quotes_the_password_loses_it(
    server: ScriptedServer, client: AsyncAuthing, form: str
) -> None:
    said = {"code": 2006, "message": "wrong password: correct horse"}
    reply = {"errors": [{"message": said}]} if form == "object" else said
    server.answer("SignIn", answered(reply))
    with pytest.raises(WrongPasswordError) as caught:
        await client.sign_in(email="ada@example.com", password="correct horse")
    assert "correct horse" not in str(caught.value)


# What is no GraphQL answer


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (html(200), ["HTTP 200", "text/html"]),
        (Reply(b"", 200), ["HTTP 200", "no body"]),
        (Reply(b"oops", 200), ["HTTP 200", "without a content type"]),
        (Reply(b"{", 200, {"content-type": "application/json"}), ["HTTP 200"]),
        (Reply(b"\xff\xfe\xfa", 200), ["HTTP 200"]),
        (answered([1, 2]), ["not a JSON object"]),
        (answered("text"), ["not a JSON object"]),
        (answered(None), ["not a JSON object"]),
        (Reply(b"", 302, {"location": "https://example.com/login"}), ["HTTP 302"]),
    ],
    ids=lambda value: None if isinstance(value, Reply) else " ".join(value),
)
async def test_a_body_that_is_no_json_object(
    server: ScriptedServer, client: AsyncAuthing, reply: Reply, words: list[str]
) -> None:
    error = await failure(server, client, reply)
    assert isinstance(error, AuthingResponseError)
    assert error.operation == "userExist"
    assert error.status_code == reply.status
    assert str(error).startswith("user_exist (userExist): ")
    for word in words:
        assert word in str(error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, AuthingAPIError),
        (401, NotLoggedInError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (429, RateLimitError),
        (500, ServiceError),
        (502, ServiceError),
        (503, ServiceError),
        (504, ServiceError),
    ],
)
@pytest.mark.parametrize(
    ("content", "headers", "words"),
    [
        (b"<html>oops</html>", {"content-type": "text/html"}, "text/html"),
        (b"", {}, "no body"),
        (b"oops", {}, "without a content type"),
        (b"[1]", {"content-type": "application/json"}, "not a JSON object"),
        (b"no gzip", {"content-encoding": "gzip"}, "does not decompress"),
        (b"br0tli", {"content-encoding": "br"}, "not asked for"),
        (b" " * 5000, {}, "more than 4096 bytes"),
    ],
    ids=["html", "nothing", "text", "a list", "no gzip", "brotli", "too much"],
)
async def test_the_status_says_what_a_body_does_not(
    server: ScriptedServer,
    connect: Connect,
    status: int,
    kind: type[AuthingAPIError],
    content: bytes,
    headers: dict[str, str],
    words: str,
) -> None:
    client = connect(max_retries=0, max_response_bytes=4096)
    reply = Reply(content, status, {"x-request-id": "r-1", **headers})
    error = await failure(server, client, reply)
    assert type(error) is kind
    assert error.status_code == status
    assert str(error).startswith(f"user_exist (userExist): HTTP {status} with ")
    assert words in str(error)
    assert error.request_id == "r-1"


async def test_an_error_has_the_headers_of_the_answer_but_no_cookie(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    said = {"errors": [{"message": {"code": 2004, "message": "用户不存在"}}]}
    heard = {"X-Authing-Request-Id": "r-2", "Set-Cookie": "session=s3cret"}
    heard |= {"X-Auth-Token": "s3cret", "Authorization": "Bearer s3cret"}
    for body in (said, {}):
        reply = answered(body)
        reply = Reply(reply.content, 200, {**reply.headers, **heard})
        error = await failure(server, client, reply)
        assert isinstance(error, AuthingAPIError | AuthingResponseError)
        assert error.request_id == "r-2"
        assert error.headers["content-type"] == "application/json"
        assert "s3cret" not in f"{error!r} {error.headers}"


@pytest.mark.parametrize("sent", [answered({}), html(502)])
async def test_headers_that_quote_what_was_sent_lose_it(
    server: ScriptedServer, client: AsyncAuthing, sent: Reply
) -> None:
    heard = {"X-Echo": "for ada@example.com, as sent", "Retry-After": "0"}
    reply = Reply(sent.content, sent.status, {**sent.headers, **heard})
    error = await failure(server, client, reply)
    assert isinstance(error, AuthingAPIError | AuthingResponseError)
    assert error.headers["x-echo"] == "for …, as sent"
    assert error.headers["retry-after"] == "0"


async def test_a_body_that_does_not_unpack(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    reply = Reply(b"no gzip", 200, {"content-encoding": "gzip"})
    error = await failure(server, client, reply)
    assert isinstance(error, AuthingResponseError)


@pytest.mark.parametrize("body", [{}, {"extensions": {}}, {"errors": []}])
async def test_neither_data_nor_errors(
    server: ScriptedServer, client: AsyncAuthing, body: object
) -> None:
    error = await failure(server, client, answered(body))
    assert isinstance(error, AuthingResponseError)
    assert "neither data nor errors" in str(error)


async def test_null_where_there_should_be_data(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    error = await failure(server, client, answered({"data": None}))
    assert isinstance(error, AuthingResponseError)
    assert error.path == ""


# Data that the schema does not promise


def _user(**fields: object) -> dict[str, object]:
    names = (
        "_id email emailVerified username nickname company photo browser password"
        " registerInClient token tokenExpiredAt loginsCount lastLogin lastIP signedUp"
        " blocked isDeleted group clientType userLocation userLoginHistory"
        " systemApplicationType"
    )
    nothing: dict[str, object] = dict.fromkeys(names.split())
    return (
        nothing | {"_id": "ada", "token": "t0ken-of-ada", "password": "h4sh"} | fields
    )


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        (_user(_id=None), "users.list.0._id"),
        (_user(_id=["t0ken-of-ada"]), "users.list.0._id"),
        (_user(loginsCount="h4sh"), "users.list.0.loginsCount"),
        (_user(token={"is": "t0ken-of-ada"}), "users.list.0.token"),
        (
            _user(userLoginHistory={"totalCount": 1}),
            "users.list.0.userLoginHistory.list",
        ),
        ("t0ken-of-ada", "users.list.0"),
    ],
    ids=["null", "a list", "text for a number", "an object", "missing", "no object"],
)
async def test_the_operation_and_the_field_are_named_and_no_value_is(
    server: ScriptedServer, client: AsyncAuthing, entry: object, path: str
) -> None:
    server.answer("users", data(users={"totalCount": 1, "list": [entry]}))
    with pytest.raises(AuthingResponseError) as caught:
        await client.users()
    error = caught.value
    assert (error.operation, error.path) == ("users", path)
    assert f"users: the answer does not have the schema's shape at {path}" in str(error)
    _assert_holds_no_secret(error, "t0ken-of-ada", "h4sh")


def _assert_holds_no_secret(error: BaseException | None, *secrets: str) -> None:
    """Look at the traceback, then at every error of the chain by itself."""
    text = "".join(traceback.format_exception(error)) if error else ""
    while error is not None:
        text += f"{error} {error!r} {error.args}"
        error = error.__cause__ or error.__context__
    for secret in secrets:
        assert secret not in text


async def test_more_than_the_schema_promises_is_ignored(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    page = {"totalCount": 1, "list": [_user(newField=1)], "more": 2}
    server.answer("users", data(users=page))
    assert (await client.users()).list_[0].id == "ada"


async def test_a_model_does_not_show_the_secrets_it_holds(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("users", data(users={"totalCount": 1, "list": [_user()]}))
    page = await client.users()
    assert page.list_[0].token == "t0ken-of-ada"
    assert page.list_[0].password == "h4sh"
    for thing in (page, page.list_[0]):
        assert "t0ken-of-ada" not in f"{thing!r} {thing}"
        assert "h4sh" not in f"{thing!r} {thing}"


# What an answer quotes


@pytest.mark.parametrize("password", ["hunter2secret", 'pä"ss-word', "back\\slash"])
async def test_a_password_that_travelled_encrypted_is_not_quoted(
    server: ScriptedServer, client: AsyncAuthing, password: str
) -> None:
    for quoted in (
        password,
        json.dumps(password),
        json.dumps(password, ensure_ascii=False),
    ):
        server.answer("login", refused(2006, f"{quoted} is wrong"))
        with pytest.raises(WrongPasswordError) as caught:
            await client.login(email="ada@example.com", password=password)
        assert password not in repr(caught.value)
        assert json.dumps(password)[1:-1] not in str(caught.value)


async def test_a_header_of_the_call_is_not_quoted(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    server.answer("userExist", refused(1000, "no such key: s3cret"))
    with pytest.raises(ServiceBusyError) as caught:
        await client.user_exist(email="a@example.com", headers={"X-Key": "s3cret"})
    assert "s3cret" not in repr(caught.value)


# What the status says of plain errors


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, InvalidOperationError),
        (400, InvalidOperationError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (429, RateLimitError),
        (500, ServiceError),
    ],
)
async def test_status_of_a_plain_error(
    server: ScriptedServer, connect: Connect, status: int, kind: type[AuthingAPIError]
) -> None:
    server.answer("userExist", answered({"errors": [{"message": "nope"}]}, status))
    with pytest.raises(AuthingAPIError) as caught:
        await connect(max_retries=0).user_exist(email="a@example.com")
    assert type(caught.value) is kind


async def test_code_beside_null_is_a_refusal(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    body = {"code": 2004, "message": "用户不存在", "data": None}
    server.answer("userExist", answered(body, 200))
    with pytest.raises(UserNotFoundError):
        await client.user_exist(email="a@example.com")
