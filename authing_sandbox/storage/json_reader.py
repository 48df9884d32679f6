"""A JSON document read piece by piece, so that it may be larger than the memory."""

import json
from collections.abc import Iterator
from typing import IO, Any

_PIECE = 1 << 16
_LONGEST = 1 << 22
"""Characters that one value may have."""
_BLANKS = " \t\r\n"
_AFTER_VALUE = frozenset(f"{_BLANKS},:]}}")


class JSONReader:
    """Goes through a document; raises ValueError where it is no JSON."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._decode = json.JSONDecoder().raw_decode

    def members(self) -> Iterator[str]:
        """The names of an object's members, whose values are to be read in between."""
        for _ in self._items("{", "}"):
            name = self.value()
            if not isinstance(name, str):
                raise ValueError("no JSON: a member has no name")
            self._expect(":")
            yield name

    def entries(self) -> Iterator[Any]:
        """The values of an array."""
        for _ in self._items("[", "]"):
            yield self.value()

    def value(self) -> Any:
        """The whole of the next value."""
        more = True
        while True:
            self._next()
            value, end = self._decoded()
            # A number may go on in the next piece: 1, 1.5, 1.5e3.
            if end and (not more or self._text[end : end + 1] in _AFTER_VALUE):
                self._at = end
                return value
            if not more or len(self._text) - self._at > _LONGEST:
                raise ValueError("no JSON, or too long a value")
            more = self._read_on()

    def _decoded(self) -> tuple[Any, int]:
        """What begins here, and its end, which is 0 where it is not all there."""
        try:
            return self._decode(self._text, self._at)
        except (ValueError, RecursionError):
            return None, 0

    def end(self) -> None:
        """There must be nothing more."""
        if self._next():
            raise ValueError("no JSON: something follows the document")

    def _items(self, opening: str, closing: str) -> Iterator[None]:
        self._expect(opening)
        if self._next() == closing:
            self._at += 1
            return
        while True:
            yield
            if self._next() == closing:
                self._at += 1
                return
            self._expect(",")

    def _expect(self, character: str) -> None:
        if self._next() != character:
            raise ValueError(f"no JSON: {character} is missing")
        self._at += 1

    def _next(self) -> str:
        """The next character that is no blank; none at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANKS:
                    return self._text[self._at]
                self._at += 1
            if not self._read_on():
                return ""

    def _read_on(self) -> bool:
        piece = self._file.read(_PIECE)
        self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)
