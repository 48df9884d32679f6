"""Signing in, registering, new passwords: what each kit does, awaited or not."""

from uuid import uuid4

import pytest

from authing_gen import AsyncAuthing, ConflictError
from authing_gen.web import (
    CrossSiteError,
    CurrentUser,
    InvalidTokenError,
    MissingRoleError,
    NotSignedInError,
    Visitor,
    WrongCredentialsError,
)
from authing_gen.web.forms import (
    ForgottenPassword,
    NewPassword,
    PhoneCodeRequest,
    PhoneSignIn,
    Registration,
    SignIn,
)
from authing_sandbox import Sandbox

from .conftest import PASSWORD, MakeKit, incoming

pytestmark = pytest.mark.anyio

NOBODY = Visitor()


def form(**fields: str) -> SignIn:
    return SignIn.model_validate({"password": PASSWORD, **fields})


async def test_password(
    make_kit: MakeKit, authing: AsyncAuthing, ada: CurrentUser, email: str
) -> None:
    kit = make_kit()
    visitor = Visitor("203.0.113.7", "Netscape/4")
    user = await kit.account("sign_in", form(email=email), visitor)
    assert (user.id, user.email) == (ada.id, email)
    record = await authing.user(id=ada.id)
    assert record
    assert (record.last_ip, record.browser) == ("203.0.113.7", "Netscape/4")
    messages = set[str]()
    for wrong in (
        form(email=email, password="battery staple"),
        form(email=f"x{email}"),
        form(username="nobody there"),
    ):
        with pytest.raises(WrongCredentialsError) as caught:
            await kit.account("sign_in", wrong, NOBODY)
        messages.add(str(caught.value))
        assert caught.value.__context__ is None
    assert len(messages) == 1


async def test_registration(make_kit: MakeKit) -> None:
    kit = make_kit()
    name = f"ada-{uuid4().hex[:8]}"
    given = Registration.model_validate({"username": name, "password": PASSWORD})
    user = await kit.account("register", given, NOBODY)
    assert await kit.of_token(user.token) == user
    again = await kit.account("sign_in", form(username=name), NOBODY)
    assert again.id == user.id
    with pytest.raises(ConflictError):
        await kit.account("register", given, NOBODY)


async def test_phone(
    make_kit: MakeKit, authing: AsyncAuthing, sandbox: Sandbox
) -> None:
    kit = make_kit()
    phone = f"139{uuid4().int % 10**8:08}"
    await kit.account("send_phone_code", PhoneCodeRequest(phone=phone))  # nobody's
    known = await authing.register(phone=phone, password=PASSWORD)
    await kit.account("send_phone_code", PhoneCodeRequest(phone=phone))
    code = await sandbox.wait_for_code(phone)
    wrong = str((int(code) + 1) % 10_000).zfill(4)
    given = {"phone": phone, "code": wrong}
    with pytest.raises(WrongCredentialsError, match="Number or code"):
        await kit.account("sign_in_by_phone", PhoneSignIn.model_validate(given), NOBODY)
    right = PhoneSignIn.model_validate({"phone": phone, "code": code})
    user = await kit.account("sign_in_by_phone", right, NOBODY)
    assert user.id == known.id


async def test_new_password(
    make_kit: MakeKit, sandbox: Sandbox, ada: CurrentUser, email: str
) -> None:
    kit = make_kit(max_token_age=0)
    for address in (email, f"x{email}"):
        await kit.account("send_password_code", ForgottenPassword(email=address))
    code = await sandbox.wait_for_code(email)
    given = {"email": email, "password": "battery staple", "code": code}
    wrong = NewPassword.model_validate(given | {"code": "nonsense"})
    with pytest.raises(WrongCredentialsError, match="Address or code"):
        await kit.account("set_password", wrong)
    await kit.account("set_password", NewPassword.model_validate(given))
    with pytest.raises(InvalidTokenError):
        await kit.of_token(ada.token)
    assert await kit.account(
        "sign_in", form(email=email, password="battery staple"), NOBODY
    )


async def test_a_kit_that_nobody_has_used_is_closed(make_kit: MakeKit) -> None:
    await make_kit().aclose()


async def test_roles(
    make_kit: MakeKit, authing: AsyncAuthing, ada: CurrentUser
) -> None:
    kit = make_kit()
    with pytest.raises(MissingRoleError):
        await kit.check_role(ada, "admin")
    role = await authing.create_rbac_role(name="admin")
    await authing.assign_rbac_role_to_user(role_id=role.id, user_id=ada.id)
    await kit.check_role(ada, "admin")


async def test_optional_and_signed_out(make_kit: MakeKit, ada: CurrentUser) -> None:
    kit = make_kit()
    assert await kit.optional_user(incoming()) is None
    cookie = {"__Host-authing": ada.token}
    assert await kit.optional_user(incoming(cookies=cookie)) == ada
    evil = incoming({"origin": "https://evil.example"}, method="POST", cookies=cookie)
    with pytest.raises(CrossSiteError):
        await kit.optional_user(evil)
    with pytest.raises(CrossSiteError):
        kit.kit.sign_out(evil)
    kit.kit.sign_out(incoming(method="POST"))
    with pytest.raises(NotSignedInError):
        await kit.current_user(incoming())
