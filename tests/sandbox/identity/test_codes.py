"""Codes by SMS and mail, and the whitelist of phones."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from authing_sandbox import Seed, running

from ..calling import CHECK, PASSWORD, Caller, Refused, fresh_email, fresh_phone

pytestmark = pytest.mark.anyio

SEND = """
mutation s($email: String!, $pool: String!) {
  %s(email: $email, client: $pool) { status code message }
}
"""
VERIFY = """
mutation v($email: String!, $pool: String!, $code: String!) {
  verifyResetPasswordVerifyCode(email: $email, client: $pool, verifyCode: $code) {
    status code
  }
}
"""
CHANGE = """
mutation c($email: String!, $pool: String!, $code: String!, $password: String!) {
  changePassword(
    email: $email, client: $pool, verifyCode: $code, password: $password
  ) { _id token }
}
"""


@pytest.fixture
async def strict() -> AsyncIterator[Caller]:
    """A sandbox of its own, whose clock may be moved, with a limit on SMS."""
    seed = Seed(pool_rules={"sms_interval": 60})
    async with running(seed=seed) as box, httpx.AsyncClient(base_url=box.url) as http:
        yield Caller(http, box)


async def send_sms(caller: Caller, phone: str, kind: str = "send_smscode") -> Any:
    pool = caller.sandbox.pool_id
    return (await caller.http.get(f"/users/{kind}/{phone}/{pool}")).json()


async def test_a_code_signs_in_once(anyone: Caller) -> None:
    phone = fresh_phone()
    register = "notification/send_register_smscode"
    assert await send_sms(anyone, phone, register) == {
        "code": 200,
        "message": "发送成功",
    }
    code = await anyone.sandbox.last_code(phone)
    user = await anyone.register(phone=phone, phoneCode=code)
    assert user["phoneVerified"] is True
    with pytest.raises(Refused, match="2001"):
        await anyone.login(phone=phone, phoneCode=int(code))
    assert (await send_sms(anyone, phone, register))["code"] == 2026

    await send_sms(anyone, phone)
    code = await anyone.sandbox.last_code(phone)
    # A leading zero is lost in an Int.
    assert (await anyone.login(phone=phone, phoneCode=int(code)))["_id"] == user["_id"]


async def test_codes_expire_and_are_limited(strict: Caller) -> None:
    phone = fresh_phone()
    await strict.register(phone=phone, password=PASSWORD)
    assert (await send_sms(strict, phone))["code"] == 200
    assert (await send_sms(strict, phone))["message"] == "请求过于频繁，请稍候再试"
    code = int(await strict.sandbox.last_code(phone))
    strict.sandbox.clock.advance(timedelta(minutes=10))
    with pytest.raises(Refused, match="2300"):
        await strict.login(phone=phone, phoneCode=code)
    assert (await send_sms(strict, phone))["code"] == 200


async def test_tokens_expire(strict: Caller) -> None:
    user = await strict.new_user()
    strict.sandbox.clock.advance(timedelta(days=15))
    assert (await strict.call(CHECK, token=user["token"]))["code"] == 2206
    decode = "query d($t: String) { decodeJwtToken(token: $t) { status { code } } }"
    decoded = await strict.call(decode, t=user["token"])
    assert decoded == {"status": {"code": 2206}}


async def test_a_refused_call_leaves_the_code_usable(anyone: Caller, ada: Any) -> None:
    phone = fresh_phone()
    await send_sms(anyone, phone)
    code = await anyone.sandbox.last_code(phone)
    with pytest.raises(Refused, match="2026"):
        await anyone.register(email=ada["email"], phone=phone, phoneCode=code)
    assert await anyone.register(phone=phone, phoneCode=code)


async def test_what_the_sms_endpoints_refuse(anyone: Caller) -> None:
    assert (await send_sms(anyone, "12"))["code"] == 2028
    answer = await anyone.http.get("/users/send_smscode/13800000000/nowhere")
    assert answer.json()["code"] == 2224


async def test_resetting_a_password(anyone: Caller, ada: Any) -> None:
    email, pool = ada["email"], anyone.sandbox.pool_id
    sent = await anyone.call(SEND % "sendResetPasswordEmail", email=email, pool=pool)
    assert sent == {"status": True, "code": 200, "message": "成功"}
    code = await anyone.sandbox.last_code(email)
    wrong = str((int(code) + 1) % 10_000)
    given = {"email": email, "pool": pool}
    assert (await anyone.call(VERIFY, **given, code=wrong))["code"] == 2001
    assert (await anyone.call(VERIFY, **given, code=code))["status"] is True
    new = {"code": code, "password": anyone.encrypt("brand new")}
    await anyone.call(CHANGE, **given, **new)
    with pytest.raises(Refused, match="2001"):
        await anyone.call(CHANGE, **given, **new)
    assert (await anyone.call(CHECK, token=ada["token"]))["status"] is False
    assert await anyone.login(email=email, password="brand new")
    unknown = {"email": fresh_email(), "pool": pool}
    answer = await anyone.call(SEND % "sendResetPasswordEmail", **unknown)
    assert (answer["status"], answer["code"]) == (False, 2004)


async def test_verifying_an_address(anyone: Caller, owner: Caller, ada: Any) -> None:
    email = ada["email"]
    await anyone.call(
        SEND % "sendVerifyEmail", email=email, pool=anyone.sandbox.pool_id
    )
    (mail,) = await anyone.sandbox.outbox(email)
    link = mail["text"].partition("http")
    assert (await anyone.http.get("".join(link[1:]))).status_code == 200
    assert (await anyone.http.get("".join(link[1:]))).status_code == 400
    query = "query u($id: String) { user(id: $id) { emailVerified } }"
    assert await owner.call(query, id=ada["_id"]) == {"emailVerified": True}


async def test_whitelist_in_both_spellings(anyone: Caller, owner: Caller) -> None:
    pool = anyone.sandbox.pool_id
    state = (
        "mutation s($c: String!, $a: Boolean, $b: Boolean) { setInvitationState("
        "client: $c, enableQrCode: $a, enablePhone: $b)"
        " { enableQrCode enablePhone createdAt } }"
    )
    change = (
        "mutation s($c: String!, $a: String, $b: String) { %s("
        "client: $c, qrCodePhone: $a, phone: $b) { client qrCodePhone phone } }"
    )
    read = "query q($c: String!) { queryInvitation(client: $c) { phone qrCodePhone } }"
    one, two = fresh_phone(), fresh_phone()
    on = await owner.call(state, c=pool, a=True)
    assert (on["enableQrCode"], on["enablePhone"]) == (True, True)
    try:
        with pytest.raises(Refused, match="2031"):
            await anyone.register(phone=one, password=PASSWORD)
        await owner.call(change % "addToInvitation", c=pool, a=one)
        await owner.call(change % "addToInvitation", c=pool, b=two)
        listed = await owner.call(read, c=pool)
        assert listed == [{"phone": p, "qrCodePhone": p} for p in (one, two)]
        assert await anyone.register(phone=one, password=PASSWORD)
        assert await anyone.register(email=fresh_email(), password=PASSWORD)
        await owner.call(change % "removeFromInvitation", c=pool, a=two)
        with pytest.raises(Refused, match="2031"):
            await anyone.register(phone=two, password=PASSWORD)
        with pytest.raises(Refused, match="2210"):
            await owner.call(change % "removeFromInvitation", c=pool, a=two)
    finally:
        await owner.call(state, c=pool, b=False)
    assert await anyone.register(phone=two, password=PASSWORD)
