"""The headings of a page, and the anchors that lead to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chinese import CODE
from pymdownx.slugs import slugify

_HEADING = re.compile(
    r"^(?P<marks>#{1,6}) (?P<text>.*?)(?: \{ ?#(?P<id>\S+) ?\})?$", re.M
)
_MARKUP = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])|[`*]")

_slug = slugify(case="lower")


@dataclass(frozen=True)
class Heading:
    """A heading."""

    level: int
    anchor: str
    end: int
    """Where its text ends in the page."""


def headings(markdown: str) -> Iterator[Heading]:
    """The headings of a page, in order."""
    prose = CODE.sub(lambda found: " " * len(found[0]), markdown)
    for found in _HEADING.finditer(prose):
        text = _MARKUP.sub(lambda markup: markup[1] or "", found["text"])
        anchor = found["id"] or _slug(text, "-")
        yield Heading(len(found["marks"]), anchor, found.end("text"))


def with_anchors_of(english: str, chinese: str) -> str:
    """Let the anchors of a page's English twin lead to the same headings here.

    So links need not know the language of the page that they lead to.
    """
    turned = chinese
    known = {heading.anchor for heading in headings(chinese)}
    pairs = list(zip(headings(english), headings(chinese), strict=False))
    for theirs, ours in reversed(pairs):
        if theirs.level > 1 and theirs.anchor not in known:
            anchor = f' <a id="{theirs.anchor}"></a>'
            turned = turned[: ours.end] + anchor + turned[ours.end :]
    return turned
