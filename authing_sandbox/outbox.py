"""Mail and SMS: kept for the developer to read instead of being sent."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .call import Call
from .tables import Message


def post(
    call: Call,
    kind: Literal["mail", "sms"],
    to: str,
    text: str,
    *,
    subject: str | None = None,
    code: str | None = None,
) -> None:
    """Put a message into the outbox; it is there once the call has succeeded."""
    call.session.add(
        Message(
            kind=kind,
            to=to,
            subject=subject,
            text=text,
            code=code,
            created_at=call.now,
        )
    )


async def messages(session: AsyncSession, to: str | None) -> Sequence[Message]:
    """Read the messages, newest last, of one address or of all."""
    query = select(Message).order_by(Message.id)
    if to is not None:
        query = query.where(Message.to == to)
    return (await session.scalars(query)).all()
