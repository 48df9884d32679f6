"""How often something happened lately, for the rules that limit it."""

from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, delete, func, select

from ..calls.call import Call
from ..storage.tables import Occurrence, table_of

Kind = Literal["register", "login", "sms", "password", "email", "new-email", "captcha"]
"""A registration from an IP address, a failed sign-in of a user, a wrong guess at a
code."""

_OCCURRENCES = table_of(Occurrence)
_COUNTED = tuple(
    _OCCURRENCES.c[name] == bindparam(name) for name in ("pool_id", "kind", "subject")
)
_COUNT = (
    select(func.count())
    .select_from(_OCCURRENCES)
    .where(*_COUNTED, _OCCURRENCES.c.when > bindparam("since"))
)
_FORGET = delete(_OCCURRENCES).where(*_COUNTED)


def note(call: Call, kind: Kind, subject: str) -> None:
    """Count something that happens if the call succeeds."""
    call.session.add(_occurrence(call, kind, subject))


def note_failure(call: Call, kind: Kind, subject: str) -> None:
    """Count something that has happened, even if the call is refused."""
    note(call, kind, subject)
    call.unit.add_if_refused(_occurrence(call, kind, subject))


async def is_reached(
    call: Call, kind: Kind, subject: str, limit: int, seconds: int
) -> bool:
    """Say whether it has happened so often in the last seconds."""
    await call.session.flush()  # The same request may hold some of them.
    since = call.now - timedelta(seconds=seconds)
    wanted = _of(call, kind, subject) | {"since": since}
    return (await call.session.scalar(_COUNT, wanted) or 0) >= limit


async def forget(call: Call, kind: Kind, subject: str) -> None:
    """Begin to count anew."""
    await call.session.execute(_FORGET, _of(call, kind, subject))


def _occurrence(call: Call, kind: Kind, subject: str) -> Occurrence:
    return Occurrence(when=call.now, **_of(call, kind, subject))


def _of(call: Call, kind: Kind, subject: str) -> dict[str, Any]:
    return {"pool_id": call.pool.id, "kind": kind, "subject": subject}
