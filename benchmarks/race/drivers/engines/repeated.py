"""The request that every engine repeats, and what is done with the answer."""

import json
from typing import NamedTuple

from ...setup import Setup

PATIENCE = 10.0
"""Seconds that a call may take as a whole; each engine bounds it in its own way."""


class Repeated(NamedTuple):
    """A request as our client sent it."""

    url: str
    headers: dict[str, str]
    body: bytes


def repeated(setup: Setup) -> Repeated:
    """The request to repeat."""
    sent = setup["sent"]
    assert sent is not None
    return Repeated(
        setup["settings"]["users_url"], sent["headers"], sent["body"].encode()
    )


def read(content: bytes | bytearray) -> object:
    """What everybody does with the body."""
    return json.loads(content)
