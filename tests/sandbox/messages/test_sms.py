"""SMS: to the outbox and to a webhook, and the rules of their codes."""

import asyncio
import contextlib
import json
import re
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from authing_sandbox import Seed, running
from authing_sandbox.cli import command

from ..calling import PASSWORD, Caller, Refused, fresh_phone

pytestmark = pytest.mark.anyio

SENT = {"code": 200, "message": "发送成功"}
TOO_FREQUENT = {"code": 2100, "message": "请求过于频繁，请稍候再试"}
NOT_SENT = {"code": 1000, "message": "短信发送失败，请稍后再试"}


class Webhook(ThreadingHTTPServer):
    """An HTTP server on loopback that takes SMS."""

    status = 204

    def __init__(self) -> None:
        self.received: list[tuple[str, str | None, Any]] = []
        super().__init__(("127.0.0.1", 0), WebhookHandler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sms?key=s3cret"


class WebhookHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Webhook)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        kind = self.headers["content-type"]
        self.server.received.append((self.path, kind, body))
        self.send_response(self.server.status)
        self.send_header("location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with Webhook() as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@contextlib.asynccontextmanager
async def sandbox_with(
    sms_webhook: str | None = None, **rules: Any
) -> AsyncIterator[Caller]:
    """A sandbox of its own, and what calls it."""
    async with (
        running(seed=Seed(pool_rules=rules), sms_webhook=sms_webhook) as sandbox,
        httpx.AsyncClient(base_url=sandbox.url, timeout=30) as http,
    ):
        yield Caller(http, sandbox)


async def send(caller: Caller, phone: str, kind: str = "send_smscode") -> Any:
    pool = caller.sandbox.pool_id
    return (await caller.http.get(f"/users/{kind}/{phone}/{pool}")).json()


REGISTER = "notification/send_register_smscode"


async def test_an_sms_reaches_the_webhook(webhook: Webhook) -> None:
    phone = fresh_phone()
    async with sandbox_with(webhook.url, name="行星快递") as caller:
        assert await send(caller, phone, REGISTER) == SENT
        (kept,) = await caller.sandbox.outbox(phone)
        (received,) = webhook.received
        assert received == (
            "/sms?key=s3cret",
            "application/json",
            {
                "to": phone,
                "text": kept["text"],
                "code": kept["code"],
                "pool": caller.sandbox.pool_id,
            },
        )
        assert (
            kept["text"] == f"【行星快递】您的验证码：{kept['code']}，10 分钟内有效。"
        )
        assert kept["html"] is None
        # What is refused is not sent, nor is a mail an SMS.
        assert (await send(caller, "12"))["code"] == 2028
        await caller.register(phone=phone, phoneCode=received[2]["code"])
        assert (await send(caller, phone, REGISTER))["code"] == 2026
    assert len(webhook.received) == 1


@pytest.mark.parametrize("status", [500, 404, 307, None])
async def test_a_webhook_that_does_not_take_it(
    webhook: Webhook, status: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    phone, url = fresh_phone(), webhook.url
    if status is None:
        url = "http://127.0.0.1:9/sms?key=s3cret"
    else:
        webhook.status = status
    async with sandbox_with(url) as caller:
        assert await send(caller, phone) == NOT_SENT
        code = await caller.sandbox.last_code(phone)
        assert await caller.register(phone=phone, phoneCode=code)
    assert len(webhook.received) == (status is not None)
    assert "sms not sent" in caplog.text
    assert "s3cret" not in caplog.text
    assert not re.search(rf"\b{code}\b", caplog.text)  # A port may hold it.


async def test_a_fixed_code_works_once_for_each_sms() -> None:
    phone = fresh_phone()
    async with sandbox_with(fixed_code="0042") as caller:
        with pytest.raises(Refused, match="2001"):
            await caller.register(phone=phone, phoneCode="0042")
        await send(caller, phone)
        assert await caller.sandbox.last_code(phone) == "0042"
        assert await caller.register(phone=phone, phoneCode="0042")
        with pytest.raises(Refused, match="2001"):
            await caller.login(phone=phone, phoneCode=42)
        await send(caller, phone)
        # An Int has no leading zeros.
        assert await caller.login(phone=phone, phoneCode=42)


async def test_random_codes_differ_and_the_newest_counts() -> None:
    phone = fresh_phone()
    async with sandbox_with() as caller:
        for _ in range(20):
            assert await send(caller, phone) == SENT
        codes = [sms["code"] or "" for sms in await caller.sandbox.outbox(phone)]
        assert len(set(codes)) > 10
        assert all(len(code) == 4 and code.isdigit() for code in codes)
        older = next(code for code in codes if code != codes[-1])
        with pytest.raises(Refused, match="2001"):
            await caller.register(phone=phone, phoneCode=older)
        assert await caller.register(phone=phone, phoneCode=codes[-1])


async def test_a_code_expires_by_the_clock_of_the_sandbox() -> None:
    phone = fresh_phone()
    async with sandbox_with(code_lifetime=90) as caller:
        await caller.register(phone=phone, password=PASSWORD)
        await send(caller, phone)
        (sms,) = await caller.sandbox.outbox(phone)
        assert "90 秒内有效" in sms["text"]
        caller.sandbox.clock.advance(timedelta(seconds=90))
        with pytest.raises(Refused, match="2300"):
            await caller.login(phone=phone, phoneCode=int(sms["code"] or ""))
        caller.sandbox.clock.advance(timedelta(seconds=-60))
        assert await caller.login(phone=phone, phoneCode=int(sms["code"] or ""))


async def test_the_rate_is_limited_for_each_phone(webhook: Webhook) -> None:
    phone, other = fresh_phone(), fresh_phone()
    async with sandbox_with(webhook.url, sms_interval=60) as caller:
        assert await send(caller, phone) == SENT
        for kind in ("send_smscode", REGISTER):
            assert await send(caller, phone, kind) == TOO_FREQUENT
        assert await send(caller, other) == SENT
        assert len(webhook.received) == 2
        code = await caller.sandbox.last_code(phone)
        caller.sandbox.clock.advance(timedelta(seconds=55))
        assert await send(caller, phone) == TOO_FREQUENT
        assert await caller.register(phone=phone, phoneCode=code)
        caller.sandbox.clock.advance(timedelta(seconds=5))
        assert await send(caller, phone) == SENT


async def test_many_at_once_get_one_sms(webhook: Webhook) -> None:
    phone = fresh_phone()
    async with sandbox_with(webhook.url, sms_interval=60) as caller:
        answers = await asyncio.gather(*(send(caller, phone) for _ in range(10)))
        assert answers.count(SENT) == 1
        assert answers.count(TOO_FREQUENT) == 9
    assert len(webhook.received) == 1


@pytest.mark.parametrize("url", ["ftp://s3cret.test", "http://x:s3cret", "s3cret"])
def test_the_command_refuses_other_urls_without_repeating_them(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["serve", "--sms-webhook", url])
    assert "argument --sms-webhook:" in (complaint := capsys.readouterr().err)
    assert "s3cret" not in complaint
