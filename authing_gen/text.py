"""Text that has to travel."""

import re
from collections.abc import Callable
from typing import TypeVar

from .errors import UnsendableArgumentError, UnsendableTextError

T = TypeVar("T")

_PHONE = re.compile(rb"[-+()./ 0-9]*[0-9][-+()./ 0-9]*")
_LONGEST_PHONE = 40


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


def phone_number(phone: object) -> bytes:
    """Encode what may be a phone number; whether it is one, the service says.

    Raises:
        UnsendableArgumentError: It holds no digit, something that no number has, or far
            too much.
    """
    number = utf8(phone) if isinstance(phone, str) else b""
    if len(number) > _LONGEST_PHONE or not _PHONE.fullmatch(number):
        raise UnsendableArgumentError("phone is no phone number")
    return number
