"""Mail: what is in it, and its way through a real SMTP server."""

import asyncio
import contextlib
import re
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.headerregistry import AddressHeader, DateHeader
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from authing_sandbox import Seed, running
from authing_sandbox.cli import command
from authing_sandbox.messages import delivery
from authing_sandbox.messages.delivery import compose
from authing_sandbox.storage.tables import Message

from ..calling import PASSWORD, Caller, Refused, fresh_email

pytestmark = pytest.mark.anyio

RESET = """
mutation r($email: String!, $pool: String!) {
  sendResetPasswordEmail(email: $email, client: $pool) { status code message }
}
"""
VERIFY = RESET.replace("sendResetPasswordEmail", "sendVerifyEmail")
CHANGE = """
mutation c($email: String!, $pool: String!, $code: String!, $password: String!) {
  changePassword(
    email: $email, client: $pool, verifyCode: $code, password: $password
  ) { _id }
}
"""
SENT = {"status": True, "code": 200, "message": "成功"}


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port that refuses connections."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


class Inbox:
    """Takes every mail, except to one address."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, _: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        parser = BytesParser(EmailMessage, policy=default)
        self.mails.append(parser.parsebytes(envelope.content))
        self.envelopes.append(envelope)
        return "250 OK"

    async def handle_RCPT(
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@contextlib.asynccontextmanager
async def smtp_server(
    *, smtps: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[tuple[Inbox, str]]:
    """A mail server on loopback, and its host and port."""
    inbox = Inbox()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(inbox, hostname="mail.test", **options),
        "127.0.0.1",
        0,
        ssl=smtps,
    )
    async with server:
        yield inbox, f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


@contextlib.asynccontextmanager
async def sandbox_with(smtp: str | None = None, **rules: Any) -> AsyncIterator[Caller]:
    """A sandbox of its own, with a user in it, and what calls it."""
    async with (
        running(seed=Seed(pool_rules=rules), smtp=smtp) as sandbox,
        httpx.AsyncClient(base_url=sandbox.url, timeout=30) as http,
    ):
        caller = Caller(http, sandbox)
        await caller.register(email="fry@example.com", password=PASSWORD)
        yield caller


async def send(
    caller: Caller, query: str = RESET, email: str = "fry@example.com"
) -> Any:
    return await caller.call(query, email=email, pool=caller.sandbox.pool_id)


async def change(caller: Caller, code: str) -> None:
    await caller.call(
        CHANGE,
        email="fry@example.com",
        pool=caller.sandbox.pool_id,
        code=code,
        password=caller.encrypt("brand new"),
    )


def part(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body((subtype,))
    assert body is not None
    content: str = body.get_content()
    return content.replace("\r\n", "\n")


async def test_a_mail_arrives_as_text_and_html() -> None:
    async with (
        smtp_server() as (inbox, address),
        sandbox_with(f"smtp://{address}?from=hello%40planet.test") as caller,
    ):
        assert await send(caller) == SENT
        (kept,) = await caller.sandbox.outbox("fry@example.com")
    (mail,), (envelope,) = inbox.mails, inbox.envelopes
    assert envelope.mail_from == "hello@planet.test"
    assert envelope.rcpt_tos == ["fry@example.com"]
    sender, date = mail["From"], mail["Date"]
    assert isinstance(sender, AddressHeader)
    assert isinstance(date, DateHeader)
    assert sender.addresses[0].addr_spec == "hello@planet.test"
    pool = sender.addresses[0].display_name
    assert mail["To"] == "fry@example.com"
    assert mail["Subject"] == kept["subject"] == f"重置密码 · {pool}"
    created = datetime.fromisoformat(kept["createdAt"])
    assert date.datetime == created.replace(microsecond=0)
    assert mail["Message-ID"].endswith("@planet.test>")
    assert mail.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in mail.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    text, html = part(mail, "plain"), part(mail, "html")
    assert (text.rstrip("\n"), html) == (kept["text"], kept["html"])
    for content in (text, html):
        for piece in (pool, kept["code"] or "?", "10 分钟内有效"):
            assert piece in content


class Links(HTMLParser):
    """Collects the links of a page, as a mail program reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append(dict(attrs)["href"])


async def test_the_link_of_a_mail_verifies_the_address() -> None:
    # A fixed code is for people who type it: nobody shall guess a link.
    async with sandbox_with(fixed_code="0042", code_lifetime=7200) as caller:
        sent = {"status": True, "code": 200, "message": "发送验证邮件成功"}
        assert await send(caller, VERIFY) == sent
        (mail,) = await caller.sandbox.outbox()
        assert mail["html"] is not None
        assert "2 小时内有效" in mail["html"]
        (link,) = Links(mail["html"]).found
        assert link is not None
        assert mail["text"].endswith(f"\n{link}")
        assert "0042" not in link
        caller.sandbox.clock.advance(timedelta(hours=2))
        assert (await caller.http.get(link)).status_code == 400
        await send(caller, VERIFY)
        (link,) = Links((await caller.sandbox.outbox())[-1]["html"] or "").found
        assert (await caller.http.get(link or "")).status_code == 200
        assert (await caller.http.get(link or "")).status_code == 400


def authenticate(_: SMTP, __: Session, ___: Envelope, ____: str, data: Any) -> Any:
    given = LoginPassword(b"planet@express.test", b"p@ss/word")
    return AuthResult(success=data == given, handled=False)


@pytest.fixture
def certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for the server that clients trust, and one that they do not."""
    known, unknown = trustme.CA(), trustme.CA()
    known.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    contexts = []
    for authority in (known, unknown):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        contexts.append(context)
    return contexts[0], contexts[1]


async def test_signing_in_over_starttls(
    certificates: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    options: dict[str, Any] = {
        "require_starttls": True,
        "auth_required": True,
        "authenticator": authenticate,
    }
    trusted, untrusted = certificates
    login = "planet%40express.test:p%40ss%2Fword"
    async with smtp_server(tls_context=trusted, **options) as (inbox, address):
        for url in (
            f"smtp://{login}@{address}?starttls=true",
            f"smtp://{login}@{address}",
        ):
            async with sandbox_with(url) as caller:
                assert await send(caller) == SENT
        for url in (
            f"smtp://{login}@{address}?starttls=false",
            f"smtp://{login}x@{address}?starttls=true",
        ):
            async with sandbox_with(url) as caller:
                with pytest.raises(Refused, match="2025"):
                    await send(caller)
    # Whoever signs in with an address sends from it.
    assert [e.mail_from for e in inbox.envelopes] == ["planet@express.test"] * 2
    async with (
        smtp_server(tls_context=untrusted, **options) as (inbox, address),
        sandbox_with(f"smtp://{login}@{address}") as caller,
    ):
        with pytest.raises(Refused, match="2025"):
            await send(caller)
    assert inbox.mails == []


async def test_smtps(certificates: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    async with (
        smtp_server(smtps=certificates[0]) as (inbox, address),
        sandbox_with(f"smtps://{address}") as caller,
    ):
        assert await send(caller) == SENT
    assert len(inbox.mails) == 1


async def test_no_mail_server(
    unused_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with sandbox_with(f"smtp://me:s3cret@127.0.0.1:{unused_port}") as caller:
        with pytest.raises(Refused, match="2025 使用默认邮件服务商出错"):
            await send(caller)
        # It is in the outbox, and its code is good: the work goes on.
        code = await caller.sandbox.last_code("fry@example.com")
        await change(caller, code)
        assert await caller.login(email="fry@example.com", password="brand new")
    assert "mail not sent: SMTPConnectError" in caplog.text
    assert not re.search(rf"\b{code}\b", caplog.text)  # A port may hold it.
    assert "s3cret" not in caplog.text


async def test_a_refused_recipient_and_a_refused_call() -> None:
    async with (
        smtp_server() as (inbox, address),
        sandbox_with(f"smtp://{address}") as caller,
    ):
        await caller.register(email="nobody@example.com", password=PASSWORD)
        with pytest.raises(Refused, match="2025"):
            await send(caller, email="nobody@example.com")
        both = """
        mutation b($email: String!, $pool: String!, $code: String!) {
          sendResetPasswordEmail(email: $email, client: $pool) { code }
          changePassword(
            email: $email, client: $pool, verifyCode: $code, password: "x"
          ) { _id }
        }
        """
        given = {"email": "fry@example.com", "pool": caller.sandbox.pool_id}
        answer = (await caller.send(both, **given, code="none")).json()
        assert answer["errors"][0]["message"]["code"] == 2016
        assert await caller.sandbox.outbox("fry@example.com") == []
    assert inbox.mails == []


async def test_a_mail_server_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TIMEOUT", 1.0)
    closing = asyncio.Event()

    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await closing.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, sandbox_with(f"smtp://127.0.0.1:{port}") as caller:
        start = time.monotonic()
        sending = asyncio.create_task(send(caller))
        while not await caller.sandbox.outbox("fry@example.com"):
            await asyncio.sleep(0.01)
        # Nobody else waits, writers included.
        await caller.register(email=fresh_email(), password=PASSWORD)
        assert not sending.done()
        with pytest.raises(Refused, match="2025"):
            await sending
        assert 1 <= time.monotonic() - start < 3
        closing.set()


async def test_no_header_can_be_injected() -> None:
    name = 'Planet\r\nBcc: all@example.com\n\n<b>"Express" & Co.'
    async with (
        smtp_server() as (inbox, address),
        sandbox_with(f"smtp://{address}", name=name) as caller,
    ):
        assert await send(caller) == SENT
    (mail,) = inbox.mails
    assert "Bcc" not in mail
    assert inbox.envelopes[0].rcpt_tos == ["fry@example.com"]
    flat = 'Planet Bcc: all@example.com <b>"Express" & Co.'
    assert mail["From"].addresses[0].display_name == flat
    assert mail["Subject"] == f"重置密码 · {flat}"
    html = part(mail, "html")
    assert "&lt;b&gt;&quot;Express&quot; &amp; Co." in html
    assert "<b>" not in html


@pytest.mark.parametrize(
    "to", ["fry@example.com, leela@example.com", "Fry <fry@example.com>"]
)
def test_an_address_is_one_address(to: str) -> None:
    mail = compose(_message(to), "Pool", "me@example.com")
    (address,) = mail["To"].addresses
    assert f"{address.username}@{address.domain}" == to


@pytest.mark.parametrize("to", ["fry@example.com\r\nBcc: a@b.test", "a\nb@c.test"])
def test_an_address_is_one_line(to: str) -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        compose(_message(to), "Pool", "me@example.com")


def _message(to: str) -> Message:
    now = datetime.now(UTC)
    return Message(kind="mail", to=to, subject="s", text="t", created_at=now)


async def test_codes_by_mail_follow_the_rules() -> None:
    async with sandbox_with(
        fixed_code="0042", code_lifetime=90, mail_interval=60
    ) as caller:
        assert await send(caller) == SENT
        refused = {"status": False, "code": 2100, "message": "请求过于频繁，请稍候再试"}
        assert await send(caller) == refused
        assert len(await caller.sandbox.outbox()) == 1
        caller.sandbox.clock.advance(timedelta(seconds=90))
        with pytest.raises(Refused, match="2300"):
            await change(caller, "0042")
        assert await send(caller) == SENT
        await change(caller, "0042")
        with pytest.raises(Refused, match="2001"):
            await change(caller, "0042")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://me:s3cret@example.com",
        "smtp://me:s3cret/@example.com",
        "smtp://me:s3cret@example.com?starttls=maybe",
        "smtp://me:s3cret@example.com?form=me@example.com",
        "smtps://me:s3cret@example.com?starttls=true",
        "s3cret",
    ],
)
def test_the_command_refuses_other_urls_without_repeating_them(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["serve", "--smtp", url])
    assert "argument --smtp:" in (complaint := capsys.readouterr().err)
    assert "s3cret" not in complaint
