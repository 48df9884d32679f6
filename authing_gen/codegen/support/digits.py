"""Codes that people type: digits, given as a number or as text."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from .wire import Conversion, deferred


def as_number(value: object) -> object:
    """Write digits as a number, which loses leading zeros; no value stays none.

    Raises:
        ValueError: It is a text of other characters.
    """
    if not isinstance(value, str):
        return value
    if not value.strip().isdecimal():
        raise ValueError("a code consists of digits")
    return int(value)


def as_text(value: object) -> object:
    """Write digits as text; what is no number stays as it is."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


number_of: Conversion = deferred(as_number)
text_of: Conversion = deferred(as_text)
"""What methods make of an argument."""

GivenNumber: TypeAlias = Annotated[int | str, AfterValidator(as_number)]
"""What is taken for a code that is sent as a number."""
GivenText: TypeAlias = Annotated[int | str, AfterValidator(as_text)]
"""What is taken for a code that is sent as text."""
