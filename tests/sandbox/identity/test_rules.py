"""The rules of a pool: what each refuses, and that it can be changed."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pyotp
import pytest

from authing_sandbox import Seed, running

from ..calling import CHECK, PASSWORD, Caller, Refused, fresh_email, fresh_phone
from .test_codes import CHANGE, SEND, VERIFY, send_sms

pytestmark = pytest.mark.anyio

WRONG = "wrong horse"
LOGIN = """
mutation l($pool: String!, $email: String, $password: String, $code: String) {
  login(
    registerInClient: $pool, email: $email, password: $password, verifyCode: $code
  ) { _id }
}
"""
MFA = """
mutation m($enable: Boolean!, $new: Boolean) {
  changeMFA(enable: $enable, refreshKey: $new) { shareKey }
}
"""
LDAP = """
mutation l($p: String!, $pool: String) {
  LoginByLDAP(username: "professor", password: $p, clientId: $pool) { _id token }
}
"""


@contextlib.asynccontextmanager
async def ruled(**rules: Any) -> AsyncIterator[Caller]:
    """A sandbox of its own, with other rules than usual, whose clock may be moved."""
    seed = Seed(pool_rules=rules)
    async with running(seed=seed) as box, httpx.AsyncClient(base_url=box.url) as http:
        yield Caller(http, box)


async def sign_in(anyone: Caller, email: str, password: str, code: str | None) -> Any:
    return await anyone.call(
        LOGIN,
        pool=anyone.sandbox.pool_id,
        email=email,
        password=anyone.encrypt(password),
        code=code,
    )


async def fail(anyone: Caller, email: str, times: int = 3) -> None:
    for _ in range(times):
        with pytest.raises(Refused, match="2006"):
            await anyone.login(email=email, password=WRONG)


# Registrations from one address


async def test_three_registrations_in_five_minutes() -> None:
    async with ruled(register_check_enable=True) as anyone:
        first = await anyone.new_user()
        with pytest.raises(Refused, match="2026"):  # Refused, it does not count.
            await anyone.register(email=first["email"], password=PASSWORD)
        for _ in range(2):
            await anyone.new_user()
        with pytest.raises(Refused, match="2100 注册过于频繁"):
            await anyone.new_user()
        with pytest.raises(Refused, match="2100"):
            await anyone.register(unionid="new", forceLogin=True)
        known = await anyone.register(
            email=first["email"], password=PASSWORD, forceLogin=True
        )
        assert known["_id"] == first["_id"]
        anyone.sandbox.clock.advance(timedelta(minutes=5))
        assert await anyone.new_user()


async def test_another_limit_on_registrations() -> None:
    rules = {"register_check_limit": 1, "register_check_interval": 10}
    async with ruled(register_check_enable=True, **rules) as anyone:
        await anyone.new_user()
        with pytest.raises(Refused, match="2100"):
            await anyone.new_user()
        anyone.sandbox.clock.advance(timedelta(seconds=10))
        await anyone.new_user()


async def test_the_pool_says_its_rules(anyone: Caller) -> None:
    rule = "{ enable limit timeInterval }"
    init = await anyone.call(
        "query i($c: String, $s: String) { getClientWhenSdkInit(clientId: $c,"
        f" secret: $s) {{ clientInfo {{ frequentRegisterCheck {rule}"
        f" loginFailCheck {rule} }} }} }}",
        c=anyone.sandbox.pool_id,
        s=anyone.sandbox.secret,
    )
    assert init["clientInfo"] == {
        "frequentRegisterCheck": {"enable": False, "limit": 3, "timeInterval": 300},
        "loginFailCheck": {"enable": True, "limit": 3, "timeInterval": 300},
    }


# The picture after repeated failures


async def test_a_picture_after_repeated_failures(anyone: Caller, ada: Any) -> None:
    email, box = ada["email"], anyone.sandbox
    await fail(anyone, email)
    with pytest.raises(Refused, match="2000"):  # Even with the right password.
        await sign_in(anyone, email, PASSWORD, None)
    (picture,) = await box.outbox(email)
    assert picture["kind"] == "captcha"
    code = str(picture["code"])
    with pytest.raises(Refused, match="2001"):
        await sign_in(anyone, email, PASSWORD, str((int(code) + 1) % 10_000).zfill(4))
    newer = await box.last_code(email)
    with pytest.raises(Refused, match="2006"):
        await sign_in(anyone, email, WRONG, newer)
    with pytest.raises(Refused, match="2001"):  # One picture, one try.
        await sign_in(anyone, email, PASSWORD, newer)
    assert await sign_in(anyone, email, PASSWORD, await box.last_code(email))
    assert await sign_in(anyone, email, PASSWORD, None)


async def test_failures_are_forgotten_after_a_while_and_a_success() -> None:
    async with ruled() as anyone:
        email = (await anyone.new_user())["email"]
        await fail(anyone, email, 2)
        await anyone.login(email=email, password=PASSWORD)
        await fail(anyone, email)
        with pytest.raises(Refused, match="2000"):
            await anyone.login(email=email, password=PASSWORD)
        anyone.sandbox.clock.advance(timedelta(minutes=5))
        assert await anyone.login(email=email, password=PASSWORD)


async def test_no_other_way_in_avoids_the_picture(anyone: Caller, ada: Any) -> None:
    email, box = ada["email"], anyone.sandbox
    await fail(anyone, email)
    with pytest.raises(Refused, match="2000"):
        await anyone.register(email=email, password=PASSWORD, forceLogin=True)
    form = {
        "client_id": box.oidc_app_id,
        "client_secret": box.oidc_app_secret,
        "grant_type": "password",
        "email": email,
        "password": PASSWORD,
    }
    answer = await anyone.http.post("/users/oauth/oidc/token", data=form)
    assert answer.json()["error"] == "invalid_grant"
    form["verifyCode"] = await box.last_code(email)
    answer = await anyone.http.post("/users/oauth/oidc/token", data=form)
    assert answer.json()["access_token"]


async def test_a_directory_does_not_avoid_the_picture() -> None:
    async with ruled() as anyone:
        pool, right = anyone.sandbox.pool_id, anyone.sandbox.directory_password
        assert await anyone.call(LDAP, p=right, pool=pool)
        for _ in range(3):
            with pytest.raises(Refused, match="2006"):
                await anyone.call(LDAP, p=WRONG, pool=pool)
        with pytest.raises(Refused, match="2000"):
            await anyone.call(LDAP, p=right, pool=pool)
        anyone.sandbox.clock.advance(timedelta(minutes=5))
        assert await anyone.call(LDAP, p=right, pool=pool)


async def test_another_limit_on_failures_and_none() -> None:
    async with ruled(login_fail_check_limit=1) as anyone:
        email = (await anyone.new_user())["email"]
        await fail(anyone, email, 1)
        with pytest.raises(Refused, match="2000"):
            await anyone.login(email=email, password=PASSWORD)
    async with ruled(login_fail_check_enable=False) as anyone:
        email = (await anyone.new_user())["email"]
        await fail(anyone, email, 9)
        assert await anyone.login(email=email, password=PASSWORD)


# Codes


def others(code: str, count: int) -> list[str]:
    return [f"{(int(code) + n) % 10_000:04}" for n in range(1, count + 1)]


async def test_an_sms_code_cannot_be_guessed() -> None:
    async with ruled(login_fail_check_enable=False) as anyone:
        phone = fresh_phone()
        await anyone.register(phone=phone, password=PASSWORD)
        await send_sms(anyone, phone)
        code = await anyone.sandbox.last_code(phone)
        for wrong in others(code, 5):
            with pytest.raises(Refused, match="2001"):
                await anyone.login(phone=phone, phoneCode=int(wrong))
        with pytest.raises(Refused, match="2300"):
            await anyone.login(phone=phone, phoneCode=int(code))
        await send_sms(anyone, phone)
        code = await anyone.sandbox.last_code(phone)
        assert await anyone.login(phone=phone, phoneCode=int(code))


@pytest.mark.parametrize("attempts", [1, 5])
async def test_a_mailed_code_cannot_be_guessed(attempts: int) -> None:
    async with ruled(code_attempts=attempts) as anyone:
        email = (await anyone.new_user())["email"]
        about = {"email": email, "pool": anyone.sandbox.pool_id}
        await anyone.call(SEND % "sendResetPasswordEmail", **about)
        code = await anyone.sandbox.last_code(email)
        for wrong in others(code, attempts):
            # It answers with data: nothing is refused, and the guess counts.
            assert (await anyone.call(VERIFY, **about, code=wrong))["code"] == 2001
        assert (await anyone.call(VERIFY, **about, code=code))["code"] == 2300
        new = anyone.encrypt("brand new")
        with pytest.raises(Refused, match="2300"):
            await anyone.call(CHANGE, **about, code=code, password=new)


async def test_lifetimes() -> None:
    async with ruled(code_lifetime=30, jwt_expired=60) as anyone:
        phone, clock = fresh_phone(), anyone.sandbox.clock
        user = await anyone.register(phone=phone, password=PASSWORD)
        await send_sms(anyone, phone)
        code = int(await anyone.sandbox.last_code(phone))
        clock.advance(timedelta(seconds=30))
        with pytest.raises(Refused, match="2300"):
            await anyone.login(phone=phone, phoneCode=code)
        assert (await anyone.call(CHECK, token=user["token"]))["status"] is True
        clock.advance(timedelta(seconds=30))
        assert (await anyone.call(CHECK, token=user["token"]))["code"] == 2206


# One-time passwords


async def test_a_one_time_password_is_taken_once() -> None:
    async with ruled() as anyone:
        ada = await anyone.new_user()
        mfa = await anyone.with_token(ada["token"]).call(MFA, enable=True)
        totp, clock = pyotp.TOTP(mfa["shareKey"]), anyone.sandbox.clock
        given = {"email": ada["email"], "password": PASSWORD}
        before, code = (totp.at(clock.now() - timedelta(seconds=s)) for s in (30, 0))
        assert await anyone.login(**given, MFACode=code)
        for used in (code, before):
            with pytest.raises(Refused, match="2001"):
                await anyone.login(**given, MFACode=used)
        clock.advance(timedelta(seconds=60))
        signed_in = await anyone.login(**given, MFACode=totp.at(clock.now()))
        me = anyone.with_token(signed_in["token"])
        renewed = await me.call(MFA, enable=True, new=True)
        fresh = pyotp.TOTP(renewed["shareKey"]).at(clock.now())
        assert await anyone.login(**given, MFACode=fresh)


async def test_one_time_passwords_cannot_be_guessed(anyone: Caller, ada: Any) -> None:
    mfa = await anyone.with_token(ada["token"]).call(MFA, enable=True)
    given = {"email": ada["email"], "password": PASSWORD}
    for _ in range(3):
        with pytest.raises(Refused, match="2001"):
            await anyone.login(**given, MFACode="none")
    with pytest.raises(Refused, match="2000 账号异常"):
        await anyone.login(**given, MFACode=pyotp.TOTP(mfa["shareKey"]).now())


async def test_no_way_in_avoids_the_one_time_password(anyone: Caller) -> None:
    box = anyone.sandbox
    ada = await anyone.new_user()
    mfa = await anyone.with_token(ada["token"]).call(MFA, enable=True)
    form = {
        "client_id": box.oidc_app_id,
        "client_secret": box.oidc_app_secret,
        "email": ada["email"],
        "password": PASSWORD,
    }
    answer = await anyone.http.post("/users/oauth/oidc/token", data=form)
    assert answer.json()["error"] == "invalid_grant"
    form["MFACode"] = pyotp.TOTP(mfa["shareKey"]).at(box.clock.now())
    answer = await anyone.http.post("/users/oauth/oidc/token", data=form)
    assert answer.json()["access_token"]
    social = await anyone.register(unionid="mfa-1", forceLogin=True)
    await anyone.with_token(social["token"]).call(MFA, enable=True)
    with pytest.raises(Refused, match="2000 需要 MFACode"):
        await anyone.register(unionid="mfa-1", forceLogin=True)
    given = {"p": box.directory_password, "pool": box.pool_id}
    professor = await anyone.call(LDAP, **given)
    me = anyone.with_token(professor["token"])
    await me.call(MFA, enable=True)
    with pytest.raises(Refused, match="2000 需要 MFACode"):
        await anyone.call(LDAP, **given)
    await me.call(MFA, enable=False)
    assert await anyone.call(LDAP, **given)


# E-mail addresses and phone numbers


async def test_an_address_must_be_verified_first() -> None:
    async with ruled(email_verification_required=True) as anyone:
        email, pool = fresh_email(), anyone.sandbox.pool_id
        ada = await anyone.register(email=email, username="ada", password=PASSWORD)
        assert ada["token"] is None
        with pytest.raises(Refused, match="1001 邮箱尚未验证"):
            await anyone.login(email=email, password=PASSWORD)
        assert await anyone.login(username="ada", password=PASSWORD)
        await anyone.call(SEND % "sendVerifyEmail", email=email, pool=pool)
        (mail,) = await anyone.sandbox.outbox(email)
        await anyone.http.get("".join(mail["text"].partition("http")[1:]).strip())
        assert await anyone.login(email=email, password=PASSWORD)


async def test_addresses_that_are_verified_from_the_start() -> None:
    rules = {"email_verified_default": True, "email_verification_required": True}
    async with ruled(**rules) as anyone:
        user = await anyone.new_user()
        assert user["emailVerified"] is True
        assert (await anyone.call(CHECK, token=user["token"]))["status"] is True


@pytest.mark.parametrize(
    "email", ["a@b", "a b@c.de", "a@b..de", "@b.de", "a@-b.de", "a@b.de, c@d.ef"]
)
async def test_what_is_no_address(
    anyone: Caller, owner: Caller, ada: Any, email: str
) -> None:
    with pytest.raises(Refused, match="2003"):
        await anyone.register(email=email, password=PASSWORD)
    with pytest.raises(Refused, match="2204"):
        await owner.update(_id=ada["_id"], email=email)


@pytest.mark.parametrize("email", ["ada@company.test", "阿达@例子.中国", "a+b@c.io"])
async def test_what_is_an_address(anyone: Caller, email: str) -> None:
    assert (await anyone.register(email=email, password=PASSWORD))["email"] == email


@pytest.mark.parametrize("phone", ["12345", "12345678901", "+1 555", "call me"])
async def test_what_is_no_phone(
    anyone: Caller, owner: Caller, ada: Any, phone: str
) -> None:
    with pytest.raises(Refused, match="2028"):
        await anyone.register(phone=phone, password=PASSWORD)
    with pytest.raises(Refused, match="2028"):
        await owner.update(_id=ada["_id"], phone=phone)


async def test_one_number_in_many_spellings(
    anyone: Caller, owner: Caller, ada: Any
) -> None:
    phone = fresh_phone()
    spellings = [phone, f"+86{phone}", f"+86 {phone[:3]}-{phone[3:7]}-{phone[7:]}"]
    user = await anyone.register(phone=spellings[2], password=PASSWORD)
    assert user["phone"] == phone
    for spelling in spellings:
        assert await anyone.login(phone=spelling, password=PASSWORD)
        with pytest.raises(Refused, match="2026"):
            await anyone.register(phone=spelling, password=PASSWORD)
        with pytest.raises(Refused, match="2035"):
            await owner.update(_id=ada["_id"], phone=spelling)
        assert await anyone.call(
            "query e($pool: String!, $phone: String) {"
            " userExist(userPoolId: $pool, phone: $phone) }",
            pool=anyone.sandbox.pool_id,
            phone=spelling,
        )
    await send_sms(anyone, spellings[1])
    code = int(await anyone.sandbox.last_code(spellings[1]))
    signed_in = await anyone.login(phone=phone, phoneCode=code)
    assert signed_in["phoneVerified"] is True
    same = await owner.update(_id=user["_id"], phone=spellings[2])
    assert same["phone"] == phone
    abroad = await anyone.register(phone="+1 650-253-0000", password=PASSWORD)
    assert abroad["phone"] == "+16502530000"


# Registering


@pytest.mark.parametrize(
    ("names", "method"),
    [
        (("unionid", "email", "phone", "username"), "oauth"),
        (("email", "phone", "username"), "default:email"),
        (("phone", "username"), "default:phone"),
        (("username",), "default:username-password"),
    ],
)
async def test_how_somebody_registers_is_guessed_in_order(
    anyone: Caller, names: tuple[str, ...], method: str
) -> None:
    email = fresh_email()
    given = {"unionid": email, "email": email, "username": email}
    given["phone"] = fresh_phone()
    chosen = {name: given[name] for name in names}
    user = await anyone.register(**chosen, password=PASSWORD)
    assert user["registerMethod"] == method
    for first in names:
        with pytest.raises(Refused, match="2026"):
            await anyone.register(**{first: given[first]}, password=PASSWORD)


@pytest.mark.parametrize(
    ("name", "code"), [("email", 2200), ("phone", 2035), ("username", 2034)]
)
async def test_a_second_identifier_may_be_taken_too(
    anyone: Caller, name: str, code: int
) -> None:
    taken = {"email": fresh_email(), "phone": fresh_phone()}
    taken["username"] = taken["email"]
    await anyone.register(**taken, password=PASSWORD)
    with pytest.raises(Refused) as refusal:
        await anyone.register(
            unionid=fresh_email(), **{name: taken[name]}, password=PASSWORD
        )
    assert refusal.value.code == code
