"""How fractions travel: as text."""

from fractions import Fraction


def parse_fraction(text: str) -> Fraction:
    return Fraction(text)


def write_fraction(value: Fraction) -> str:
    return str(value)
