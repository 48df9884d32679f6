"""Bodies of answers: decompressed, and never larger than they may be."""

import zlib
from collections.abc import Iterable, Iterator

ACCEPT_ENCODING = "gzip, deflate"
"""The codings that are asked for, and all that are read."""

_PIECE = 1 << 16
_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})
_MOST_CODINGS = 4
_EITHER = zlib.MAX_WBITS | 32
"""Reads gzip and zlib."""


class BodyError(Exception):
    """A body cannot be read; the message says why."""


def too_large(limit: int) -> BodyError:
    """Say that a body is larger than it may be."""
    return BodyError(f"a body of more than {limit} bytes, the limit max_response_bytes")


class Body:
    """Collects what arrives, up to a limit."""

    def __init__(self, limit: int) -> None:
        self.content = bytearray()
        self._limit = limit

    def add(self, piece: bytes) -> None:
        """Add what has arrived.

        Raises:
            BodyError: It has become too large.
        """
        if len(self.content) + len(piece) > self._limit:
            raise too_large(self._limit)
        self.content += piece


def decoded(content: bytes | bytearray, codings: str, limit: int) -> bytes | bytearray:
    """Undo the codings of a body, bit by bit, so that no step grows past the limit.

    Args:
        content: The body as it travelled.
        codings: The value of `Content-Encoding`.
        limit: Bytes that a body has at most.

    Raises:
        BodyError: It is too large, in a coding that was not asked for, or broken.
    """
    names = [name.strip().lower() for name in codings.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if not names or not content:
        return content
    if len(names) > _MOST_CODINGS or not _CODINGS.issuperset(names):
        raise BodyError(f"a body in a coding that was not asked for ({codings[:40]})")
    pieces: Iterator[bytes | memoryview] = _cut(content)
    for name in reversed(names):
        pieces = _bounded(_inflated(pieces, raw=name == "deflate"), limit)
    return b"".join(pieces)


def _cut(content: bytes | bytearray) -> Iterator[memoryview]:
    # zlib copies what it has not taken yet each time that it gives something.
    view = memoryview(content)
    for start in range(0, len(view), _PIECE):
        yield view[start : start + _PIECE]


def _bounded(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limit:
            raise too_large(limit)
        yield piece


def _inflated(pieces: Iterable[bytes | memoryview], *, raw: bool) -> Iterator[bytes]:
    inflater = None
    try:
        for piece in pieces:
            if piece and inflater is None:
                bare = raw and not _has_header(piece)
                inflater = zlib.decompressobj(-zlib.MAX_WBITS if bare else _EITHER)
            while inflater and piece and not inflater.eof:
                yield inflater.decompress(piece, _PIECE)
                piece = inflater.unconsumed_tail
    except zlib.error:
        raise BodyError("a body that does not decompress") from None
    if inflater is None or not inflater.eof:
        raise BodyError("a compressed body that ends too early")


def _has_header(start: bytes | memoryview) -> bool:
    """Some servers send deflate without the header of zlib that RFC 9110 wants."""
    return start[0] & 15 == zlib.DEFLATED and int.from_bytes(start[:2], "big") % 31 == 0
