"""Mail and SMS: every one is kept for the developer to read, sent or not."""

from collections.abc import Sequence
from functools import partial
from html import escape
from pathlib import Path
from string import Template

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ..calls.call import Call
from ..storage.phones import spelled
from ..storage.tables import Message

_MAIL = Template(Path(__file__).with_name("mail.html").read_text("utf-8"))
_CODE = Template(
    '<p style="margin:0;padding:16px 8px 16px 16px;background:#f2f4f8;'
    "border-radius:6px;"
    "font:600 32px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:8px;"
    'text-align:center">$code</p>'
)
_LINK = Template(
    '<p style="margin:0 0 16px"><a href="$link" style="display:inline-block;'
    "padding:10px 24px;background:#396aff;border-radius:6px;color:#fff;"
    'text-decoration:none">$subject</a></p>'
    '<p style="margin:0;font-size:13px;color:#5d6880;word-break:break-all">$link</p>'
)
_UNITS = {86400: "天", 3600: "小时", 60: "分钟", 1: "秒"}


def post_mail(
    call: Call,
    to: str,
    subject: str,
    reason: str,
    *,
    code: str,
    link: str | None = None,
) -> None:
    """Mail a code, or the link that holds it, with the reason why."""
    pool = " ".join(call.pool.name.split())
    lifetime = _lifetime(call)
    shown = {
        "pool": pool,
        "subject": subject,
        "reason": reason,
        "lifetime": lifetime,
        "code": code,
        "link": link or "",
    }
    shown = {name: escape(value) for name, value in shown.items()}
    proof = (_LINK if link else _CODE).substitute(shown)
    message = Message(
        kind="mail",
        to=to,
        subject=f"{subject} · {pool}",
        # The link comes last, so that nothing can be taken for a part of it.
        text=f"{pool}\n\n{reason}\n{lifetime}内有效，只能使用一次。"
        f"如果这不是您本人的操作，请忽略此邮件。\n\n{link or code}",
        html=_MAIL.substitute(shown, proof=proof),
        code=code,
    )
    _post(call, message)


def post_sms(call: Call, to: str, code: str) -> None:
    """Send a code by SMS."""
    text = f"【{call.pool.name}】您的验证码：{code}，{_lifetime(call)}内有效。"
    _post(call, Message(kind="sms", to=to, text=text, code=code))


def _post(call: Call, message: Message) -> None:
    """Put a message into the outbox, and send it, once the call has succeeded."""
    message.created_at = call.now
    call.session.add(message)
    call.unit.after_commit(partial(call.server.deliver, message, call.pool))


def _lifetime(call: Call) -> str:
    seconds = call.pool.code_lifetime
    size = next(size for size in _UNITS if seconds % size == 0)
    return f"{seconds // size} {_UNITS[size]}"


async def messages(
    session: AsyncSession, to: str | None, kind: str | None, after: int
) -> Sequence[Message]:
    """Read the messages, newest last; of one address and kind, or of all."""
    query = select(Message).where(Message.id > after).order_by(Message.id)
    if to is not None:
        query = query.where(Message.to.in_({to, spelled(to)}))
    if kind is not None:
        query = query.where(Message.kind == kind)
    return (await session.scalars(query)).all()


async def newest(
    session: AsyncSession, search: str, kind: str | None, count: int
) -> Sequence[Message]:
    """Read so many of the messages, newest first; by part of the address, or of all."""
    query = select(Message).order_by(Message.id.desc()).limit(count)
    if search:
        query = query.where(Message.to.icontains(search, autoescape=True))
    if kind:
        query = query.where(Message.kind == kind)
    return (await session.scalars(query)).all()


async def find(session: AsyncSession, number: int) -> Message | None:
    """Find a message; there is none beyond what a database can count to."""
    return await session.get(Message, number) if number < 1 << 31 else None
