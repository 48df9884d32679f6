"""A whole story, after which no log line and no error text holds a secret."""

import logging
import traceback
from uuid import uuid4

import pytest

from authing_gen import (
    AsyncAuthing,
    AuthingAPIError,
    AuthingError,
    WrongVerifyCodeError,
)
from authing_sandbox import Sandbox

from .scripted import DROPPED, ScriptedServer, answered, data, jwt, owner

pytestmark = pytest.mark.anyio

PASSWORD, NEW_PASSWORD, WRONG_CODE = "c0rrect h0rse", "b4ttery st4ple", 730194682
OURS = ("httpx", "httpcore", "authing_gen")


def _logged(caplog: pytest.LogCaptureFixture) -> str:
    """What was logged on the client's side; the sandbox logs in this process too."""
    return "\n".join(
        record.getMessage()
        for record in caplog.records
        if record.name.split(".")[0] in OURS
    )


async def test_nothing_secret_is_logged(
    sandbox: Sandbox,
    authing: AsyncAuthing,
    email: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    registered = await authing.register(email=email, password=PASSWORD)
    ada = await authing.login(email=email, password=PASSWORD)
    await authing.as_user(ada).check_login_status()
    updated = await authing.update_user(
        id=ada.id, password=NEW_PASSWORD, old_password=PASSWORD
    )
    tokens = await authing.oidc.login(
        client_id=sandbox.oidc_app_id,
        client_secret=sandbox.oidc_app_secret,
        email=email,
        password=NEW_PASSWORD,
        method="GET",
    )
    signed_in = await authing.sign_in(email=email, password=NEW_PASSWORD)
    phone = f"139{uuid4().int % 10**8:08}"
    await authing.register(phone=phone, password=PASSWORD)
    with pytest.raises(AuthingAPIError) as refusal:
        await authing.login_by_phone_code(phone=phone, phone_code=WRONG_CODE)
    await authing.sms.send_code(phone)
    with pytest.raises(WrongVerifyCodeError) as wrong:
        await authing.login_by_phone_code(phone=phone, phone_code=WRONG_CODE)

    logged = _logged(caplog)
    assert "login: HTTP 200" in logged
    assert "oidc.login: HTTP 200" in logged
    texts = [logged, repr((registered, ada, updated, tokens, signed_in))]
    texts += traceback.format_exception(refusal.value)
    texts += traceback.format_exception(wrong.value)
    secret = {
        PASSWORD,
        NEW_PASSWORD,
        str(WRONG_CODE),
        sandbox.secret,
        sandbox.oidc_app_secret,
        registered.token,
        ada.token,
        tokens.access_token,
        tokens.id_token,
        tokens.refresh_token,
        signed_in.access_token,
        signed_in.id_token,
        signed_in.refresh_token,
    }
    for text in texts:
        for value in filter(None, secret):
            assert value not in text


async def test_nothing_secret_is_logged_when_calls_fail(
    server: ScriptedServer, client: AsyncAuthing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = jwt("0wner", 3600)
    server.answer("getClientWhenSdkInit", DROPPED, owner(token))
    server.answer("user", answered({}, 503, retry_after="0"), data(user={"_id": token}))
    server.answer("login", DROPPED)
    failures: list[AuthingError] = []
    with pytest.raises(AuthingError) as caught:
        await client.user(id="ada")
    failures.append(caught.value)
    with pytest.raises(AuthingError) as caught:
        await client.login(email="ada@example.com", password=PASSWORD)
    failures.append(caught.value)
    text = _logged(caplog)
    assert "getClientWhenSdkInit: the connection was lost, trying again in" in text
    assert "user: HTTP 503, trying again in 0.00 s" in text
    for error in failures:
        text += "".join(traceback.format_exception(error))
    for value in (token, PASSWORD, "the-pool-secret"):
        assert value not in text
