"""Text that has to travel."""

from collections.abc import Callable
from typing import TypeVar

from .errors import UnsendableTextError

T = TypeVar("T")


def utf8(text: str) -> bytes:
    """Encode a text.

    Raises:
        UnsendableTextError: It holds half a character.
    """
    return sendable(text.encode)


def sendable(make: Callable[[], T]) -> T:
    """Make something of text.

    Raises:
        UnsendableTextError: The text holds half a character.
    """
    try:
        return make()
    except ValueError:  # UnicodeEncodeError, or pydantic's word for it.
        pass
    # Here, because Python's own error holds the text, and the text may be secret.
    raise UnsendableTextError
