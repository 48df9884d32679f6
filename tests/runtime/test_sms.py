"""Verification codes by SMS."""

from uuid import uuid4

import pytest

from authing_gen import (
    AsyncAuthing,
    AuthingAPIError,
    AuthingError,
    AuthingResponseError,
    AuthingTransportError,
    ConflictError,
    RateLimitError,
    ServiceError,
    SmsReceipt,
)
from authing_sandbox import Sandbox

from .scripted import DROPPED, Reply, ScriptedServer, answered, html

pytestmark = pytest.mark.anyio


@pytest.fixture
def phone() -> str:
    """A number that no other test uses."""
    return f"138{uuid4().int % 10**8:08}"


async def test_sign_in_with_a_code(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str
) -> None:
    await authing.register(phone=phone, password="correct horse")
    receipt = await authing.sms.send_code(phone)
    assert receipt == SmsReceipt(code=200, message="发送成功")
    code = int(await sandbox.last_code(phone))
    ada = await authing.login_by_phone_code(phone=phone, phone_code=code)
    assert ada.phone == phone
    assert (await authing.as_user(ada).check_login_status()).status


async def test_a_registered_phone_gets_no_code_to_register(
    sandbox: Sandbox, authing: AsyncAuthing, phone: str
) -> None:
    assert (await authing.sms.send_register_code(phone)).code == 200
    await authing.register(phone=phone, password="correct horse")
    with pytest.raises(ConflictError) as caught:
        await authing.sms.send_register_code(phone)
    assert caught.value.operation == "sms.send_register_code"
    assert len(await sandbox.outbox(phone)) == 1


async def test_the_phone_and_the_pool_are_in_the_path(
    server: ScriptedServer, client: AsyncAuthing
) -> None:
    paths = (
        "/users/send_smscode/%2B86%20138%2F1/the-pool",
        "/users/notification/send_register_smscode/%2B86%20138%2F1/the-pool",
    )
    for path in paths:
        server.answer(path, answered({"code": 200, "message": "发送成功", "more": 1}))
    await client.sms.send_code("+86 138/1")
    await client.sms.send_register_code("+86 138/1")
    assert [seen.target for seen in server.seen] == list(paths)
    assert {seen.method for seen in server.seen} == {"GET"}
    assert {seen.token for seen in server.seen} == {None}


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (answered({"code": 2100, "message": "频繁"}), RateLimitError),
        (answered({"code": "2100", "message": "频繁"}), RateLimitError),
        (answered({"code": 500, "message": "发送失败"}), AuthingAPIError),
        (answered({"message": "发送失败"}), AuthingAPIError),
        (answered({"message": "频繁"}, 429), RateLimitError),
        (answered({"code": 200, "message": "closed"}, 503), ServiceError),
        (answered({"code": 200}), AuthingResponseError),
        (answered({}), AuthingResponseError),
        (answered([]), AuthingResponseError),
        (html(502), ServiceError),
        (html(200), AuthingResponseError),
        (DROPPED, AuthingTransportError),
    ],
)
async def test_refusals(
    server: ScriptedServer,
    client: AsyncAuthing,
    reply: Reply,
    expected: type[AuthingError],
) -> None:
    server.answer("/users/send_smscode/138/the-pool", reply)
    with pytest.raises(AuthingError) as caught:
        await client.sms.send_code("138")
    assert type(caught.value) is expected
    assert str(caught.value).startswith("sms.send_code: ")
    assert len(server.seen) == 1  # A second try would send a second message.
