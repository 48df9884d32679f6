"""What callers may give in another way than it is sent: instants, codes of digits."""

from dataclasses import dataclass

from graphql import GraphQLInt

from .directives import DIGITS, INSTANT, Slot, has_directive, named_type


@dataclass(frozen=True)
class Conversion:
    """A part of a package that says what is taken, and makes of it what is sent."""

    module: str
    given: str
    """The type of what is taken."""
    write: str
    """The function that makes what is sent."""


_INSTANT = Conversion("instants", "GivenInstant", "instant_of")
_NUMBER = Conversion("digits", "GivenNumber", "number_of")
_TEXT = Conversion("digits", "GivenText", "text_of")


def conversion_of(slot: Slot) -> Conversion | None:
    """Say how what is given for an argument or an input field is converted."""
    if has_directive(slot, INSTANT):
        return _INSTANT
    if has_directive(slot, DIGITS):
        return _NUMBER if named_type(slot) is GraphQLInt else _TEXT
    return None
