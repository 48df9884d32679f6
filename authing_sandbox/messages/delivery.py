"""Delivery of mail by SMTP and of SMS to a webhook, where the developer names them.

A message leaves once its transaction is committed, while no lock is held, and the call
that sends it waits for the outcome, shortly: whoever uses the sandbox shall see a send
fail as the service lets it fail. The message is in the outbox either way.
"""

import logging
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import anyio

from ..calls.errors import BusinessError, ErrorCode

if TYPE_CHECKING:
    from email.message import EmailMessage

    from ..storage.tables import Message, Pool

TIMEOUT = 5.0
"""How long a call waits for its message to be taken, in seconds."""
_SENDER = "no-reply@authing-sandbox.invalid"
_STARTTLS = {"true": True, "false": False, None: None}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MailServer:
    """The server that takes our mail, and who we are to it."""

    sender: str
    options: dict[str, Any] = field(repr=False)

    @classmethod
    def of(cls, url: str) -> "MailServer":
        """Read `smtp[s]://user:password@host:port?starttls=true&from=me@example.com`.

        Without `starttls`, TLS is used where the server offers it.
        """
        parts = _parts(url, "smtp", "smtps")
        query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        username = unquote(parts.username) if parts.username else None
        sender = query.pop("from", None)
        starttls = query.pop("starttls", None)
        use_tls = parts.scheme == "smtps"
        if query or starttls not in _STARTTLS or (use_tls and starttls):
            raise ValueError(
                "only smtp:// takes starttls=true|false, and both take from"
            )
        options = {
            "hostname": parts.hostname,
            "port": parts.port,
            "username": username,
            "password": unquote(parts.password) if parts.password else None,
            "use_tls": use_tls,
            "start_tls": _STARTTLS[starttls],
            # The default asks the network for our name, which may take long.
            "local_hostname": socket.gethostname(),
        }
        # Most servers take only mail from whom they know.
        own = username if username and "@" in username else _SENDER
        return cls(sender or own, options)

    async def send(self, message: "Message", pool: "Pool") -> None:
        """Hand a mail over."""
        import aiosmtplib  # Here: see `compose`.

        mail = compose(message, pool.name, self.sender)
        await aiosmtplib.send(mail, **self.options)


def compose(message: "Message", sender_name: str, sender: str) -> "EmailMessage":
    """A mail as it travels: text, and HTML for those who can show it."""
    # Here, as most sandboxes send nothing and start sooner.
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.utils import make_msgid

    def header(address: str, name: str = "") -> Address:
        # In parts, an address is quoted where it has to be, and never read as two.
        username, _, domain = address.rpartition("@")
        return Address(name, username, domain)

    mail = EmailMessage()
    mail["From"] = header(sender, " ".join(sender_name.split()))
    mail["To"] = header(message.to)
    mail["Subject"] = message.subject
    mail["Date"] = message.created_at
    mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    if message.html is not None:
        mail.add_alternative(message.html, subtype="html")
    return mail


@dataclass(frozen=True)
class Webhook:
    """An endpoint of the developer's that takes our SMS."""

    url: str = field(repr=False)

    @classmethod
    def of(cls, url: str) -> "Webhook":
        """Check the URL."""
        _parts(url, "http", "https")
        return cls(url)

    async def send(self, message: "Message", pool: "Pool") -> None:
        """Hand an SMS over."""
        import httpx

        # Loading the trusted certificates takes longer than the call.
        verify = self.url.startswith("https")
        async with httpx.AsyncClient(trust_env=False, verify=verify) as http:
            answer = await http.post(
                self.url,
                json={
                    "to": message.to,
                    "text": message.text,
                    "code": message.code,
                    "pool": pool.id,
                },
            )
        if not answer.is_success:
            # httpx would name the URL, which may hold a secret.
            raise OSError(f"HTTP {answer.status_code}")


class Delivery:
    """Where messages go besides the outbox."""

    def __init__(self, smtp: str | None = None, sms_webhook: str | None = None) -> None:
        self._mail = MailServer.of(smtp) if smtp else None
        self._sms = Webhook.of(sms_webhook) if sms_webhook else None

    async def send(self, message: "Message", pool: "Pool") -> None:
        """Send a message; refused, in the service's form, where that fails."""
        channel = self._mail if message.kind == "mail" else self._sms
        if channel is None:
            return
        try:
            with anyio.fail_after(TIMEOUT):
                await channel.send(message, pool)
        except Exception as error:
            # Whatever is wrong with server or message, the developer has to know.
            _log.warning(
                "%s not sent: %s: %s", message.kind, type(error).__name__, error
            )
            if message.kind == "mail":
                raise BusinessError(ErrorCode.MAIL_FAILED) from error
            raise BusinessError(ErrorCode.BUSY, "短信发送失败，请稍后再试") from error


def _parts(url: str, *schemes: str) -> SplitResult:
    parts = urlsplit(url)
    try:
        if parts.scheme in schemes and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass  # The port is no number, or part of a password with a slash in it.
    # What is said repeats nothing of a URL that may hold a password.
    raise ValueError(f"expected a URL like {schemes[0]}://host:port")
