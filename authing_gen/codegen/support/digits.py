"""Codes that people type: digits, given as a number or as text."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias, cast

from pydantic import AfterValidator


def as_number(value: object) -> object:
    """Write digits as a number, which loses leading zeros; no value stays none.

    Raises:
        ValueError: It is a text of other characters.
    """
    if isinstance(value, str):
        if not value.strip().isdecimal():
            raise ValueError("a code consists of digits")
        return int(value)
    if isinstance(value, Sequence):
        return [as_number(each) for each in cast(Sequence[object], value)]
    return value


def as_text(value: object) -> object:
    """Write digits as text; what is no number stays as it is."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_text(each) for each in cast(Sequence[object], value)]
    return value


GivenNumber: TypeAlias = Annotated[int | str, AfterValidator(as_number)]
"""What is taken for a code that is sent as a number."""
GivenText: TypeAlias = Annotated[int | str, AfterValidator(as_text)]
"""What is taken for a code that is sent as text."""
