"""How one operation is sent."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

from pydantic_core import to_json

from .enums import TokenKind


class OperationName(str):
    """Name of an operation, which knows the method that sends it.

    Args:
        name: The name, as it travels.
        method: Name of the client's method; empty for a document of the caller's own.
    """

    method: str

    def __new__(cls, name: str, method: str) -> Self:
        """Keep the method beside the name."""
        found = super().__new__(cls, name)
        found.method = method
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return OperationName, (str(self), self.method)


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
    method: str = ""
    """Name of the method that sends it; empty for a document of the caller's own."""

    @cached_property
    def called(self) -> OperationName:
        """Its name, for errors, which tell the method's, too."""
        return OperationName(self.name, self.method)

    @cached_property
    def head(self) -> bytes:
        """The body of every request up to the variables; encoded once."""
        document, name = to_json(self.document), to_json(self.name)
        return b'{"query":%b,"operationName":%b,"variables":' % (document, name)
