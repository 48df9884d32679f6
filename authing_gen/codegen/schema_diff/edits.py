"""A text that is edited at the places that the parser has seen.

Everything else keeps its bytes: nothing is printed anew.
"""

import re
from dataclasses import dataclass, field

from graphql import Node, Source, Token, TokenKind

_REST_OF_LINE = re.compile(r"[ \t,]*(?:#[^\r\n]*)?(?=\r?\n|\r|$)")
_SEPARATORS = " \t,&|"
_CLOSING = (TokenKind.BRACE_R, TokenKind.PAREN_R)


@dataclass
class EditedText:
    """A text, and what is to be inserted, replaced and removed."""

    text: str
    _edits: list[tuple[int, int, str]] = field(
        default_factory=list[tuple[int, int, str]]
    )
    """From where to where, and what stands there instead."""
    _lines: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    """Which of them remove whole lines."""

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to do."""
        return bool(self._edits)

    @property
    def newline(self) -> str:
        """How lines end here."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def edited(self) -> str:
        """The text as it is to be."""
        text, done = "", 0
        seams: list[int] = []
        # What is inserted at one place stays in its order; what is inserted where
        # something is removed stays too.
        for start, end, new in sorted(self._edits, key=lambda each: each[:1]):
            text += self.text[done:start] + new
            done = max(done, end)
            if (start, end) in self._lines:
                seams.append(len(text))
        text += self.text[done:]
        for seam in reversed(seams):
            text = _closed(text, seam)
        return text

    def insert(self, position: int, text: str) -> None:
        """Put a text in; its lines end as those of the file do."""
        self.replace(position, position, text)

    def replace(self, start: int, end: int, text: str) -> None:
        """Put a text in the place of another one."""
        self._edits.append((start, end, text.replace("\n", self.newline)))

    def remove(self, node: Node) -> None:
        """Take a node out: with its lines and the comments above, if they are its own.

        What separates it from its neighbours on the same line goes, too.
        """
        start, end = start_of(node), end_of(node)
        rest = _REST_OF_LINE.match(self.text, end)
        if rest and self.indent(node) is not None:
            start = self._above(self._line(start))
            self._cut(start, rest.end())
            return
        after = end + len(self.text[end:]) - len(self.text[end:].lstrip(_SEPARATORS))
        if self.text[after : after + 1] in ("}", ")", "#", "\n", "\r", ""):
            start = len(self.text[:start].rstrip(_SEPARATORS))
            self.replace(start, end, "")
        else:
            self.replace(start, after, "")

    def remove_list(self, nodes: tuple[Node, ...]) -> None:
        """Take nodes out, with the brackets around them."""
        opening = start_token(nodes[0]).prev
        closing: Token | None = end_token(nodes[-1]).next
        while closing and closing.kind not in _CLOSING:
            closing = closing.next
        assert opening
        assert closing
        gap = len(self.text[: opening.start].rstrip(" \t"))
        self.replace(gap, closing.end, "")

    def rest_of_line(self, node: Node) -> int | None:
        """Where the line of a node ends, if nothing but a comment follows."""
        rest = _REST_OF_LINE.match(self.text, end_of(node))
        return rest.end() if rest else None

    def indent(self, node: Node) -> str | None:
        """What stands before a node on its line; none if that is not only space."""
        start = start_of(node)
        before = self.text[self._line(start) : start]
        return before if not before.strip() else None

    def _line(self, position: int) -> int:
        return self.text.rfind("\n", 0, position) + 1

    def _above(self, line: int) -> int:
        """The first of the comment lines directly above a line."""
        while line:
            before = self._line(line - 1)
            if not self.text[before:line].lstrip().startswith("#"):
                break
            line = before
        return line

    def _cut(self, start: int, end: int) -> None:
        """Remove lines: the end of the line before goes, that of the last one stays."""
        if start == 0:
            end = len(self.text) - len(self.text[end:].lstrip())
        else:
            start -= 2 if self.text[start - 2 : start] == "\r\n" else 1
        self._lines.add((start, end))
        self.replace(start, end, "")


def _closed(text: str, seam: int) -> str:
    """Leave one empty line where there are two since lines between them are gone."""
    before, after = text[:seam].rstrip(), text[seam:].lstrip()
    above, below = text[len(before) : seam], text[seam : len(text) - len(after)]
    if before.endswith(("{", "(")) and below.count("\n") > 1:
        ending = "\r\n" if "\r\n" in below else "\n"
        return before + ending + below.rpartition("\n")[2] + after
    is_double = below.count("\n") > 1 or not after or after[0] in "})"
    return before + below + after if "\n" in above and is_double else text


def start_token(node: Node) -> Token:
    """The first token of a node."""
    assert node.loc is not None
    return node.loc.start_token


def end_token(node: Node) -> Token:
    """The last token of a node."""
    assert node.loc is not None
    return node.loc.end_token


def start_of(node: Node) -> int:
    """Where a node begins."""
    return start_token(node).start


def end_of(node: Node) -> int:
    """Where a node ends."""
    return end_token(node).end


def source_of(node: Node) -> Source:
    """What a node has been parsed from."""
    assert node.loc is not None
    return node.loc.source
