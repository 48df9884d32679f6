"""What the outbox holds."""

from typing_extensions import TypedDict


class Message(TypedDict):
    """A mail or SMS in the outbox."""

    id: str
    kind: str
    to: str
    subject: str | None
    text: str
    html: str | None
    code: str | None
    createdAt: str
