"""How often something happened lately, for the rules that limit it."""

from datetime import timedelta
from typing import Literal

from sqlalchemy import ColumnElement, delete, func, select

from .call import Call
from .tables import Occurrence

Kind = Literal["register", "login", "sms", "password", "email", "captcha"]
"""A registration from an IP address, a failed sign-in of a user, a wrong guess at a
code."""


def note(call: Call, kind: Kind, subject: str) -> None:
    """Count something that happens if the call succeeds."""
    call.session.add(_occurrence(call, kind, subject))


def note_failure(call: Call, kind: Kind, subject: str) -> None:
    """Count something that has happened, even if the call is refused."""
    note(call, kind, subject)
    call.unit.keep(_occurrence(call, kind, subject))


async def is_reached(
    call: Call, kind: Kind, subject: str, limit: int, seconds: int
) -> bool:
    """Say whether it has happened so often in the last seconds."""
    count = await call.session.scalar(
        select(func.count())
        .select_from(Occurrence)
        .where(*_of(call, kind, subject))
        .where(Occurrence.when > call.now - timedelta(seconds=seconds))
    )
    return (count or 0) >= limit


async def forget(call: Call, kind: Kind, subject: str) -> None:
    """Begin to count anew."""
    await call.session.execute(delete(Occurrence).where(*_of(call, kind, subject)))


def _occurrence(call: Call, kind: Kind, subject: str) -> Occurrence:
    return Occurrence(pool_id=call.pool.id, kind=kind, subject=subject, when=call.now)


def _of(call: Call, kind: Kind, subject: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Occurrence.pool_id == call.pool.id,
        Occurrence.kind == kind,
        Occurrence.subject == subject,
    )
