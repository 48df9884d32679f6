"""One difference between two surfaces."""

from dataclasses import dataclass
from typing import Literal

Sign = Literal["added", "removed", "changed"]


@dataclass(frozen=True)
class Change:
    """One difference."""

    sign: Sign
    what: str
    """Kind of the thing: method, parameter, model, field, …"""
    name: str
    """Its name, after that of the method or class that it belongs to."""
    breaking: bool
    why: str
    """What it means for callers."""
    before: str | None = None
    after: str | None = None
    dangerous: bool = False
    """Whether nobody is told of it who calls as before, and something is amiss."""
