"""How one operation is sent."""

from dataclasses import dataclass
from typing import Literal

from .enums import TokenKind


@dataclass(frozen=True)
class Operation:
    """How one operation is sent: what the schema's directives come to."""

    name: str
    """Name of the operation, as it travels in `operationName`."""
    kind: Literal["query", "mutation"]
    """Whether the operation reads or changes something."""
    document: str
    """The GraphQL document that is sent, without fragments."""
    gateway: str
    """The gateway that answers the operation: one of the schema's enum `Gateway`."""
    tokens: tuple[TokenKind, ...]
    """The tokens the operation takes: the first that the caller has is sent. Empty
    where no token is sent."""
    encrypted: tuple[str, ...]
    """Variables to encrypt before they are sent; `variable.field` names a field of an
    input object."""
    user_pool: str | None
    """The variable that holds the identifier of the user pool, if there is one."""
