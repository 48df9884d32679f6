"""What the twins of a page, in English and in Chinese, have in common."""

import re
from pathlib import Path

from .pages import Block, blocks, prose

_HAN = re.compile(r"[\u3400-\u9fff]")
_COMMENT = re.compile(r"^(?P<code>.*?)(?P<comment># .*)$")
_OUTPUT = re.compile(r"\bprint\(|^\$ .*# exit status")
_FILE = re.compile(r"# [\w/-]+\.\w+$")


def levels(page: Path) -> list[int]:
    """The levels of a page's headings, in order."""
    return [len(marks) for marks in re.findall(r"^(#+) ", prose(page), re.M)]


def differences(english: Path, chinese: Path) -> list[str]:
    """The lines of code that differ by more than a comment in another language."""
    ours, theirs = list(blocks(english)), list(blocks(chinese))
    if len(ours) != len(theirs):
        return [f"{len(ours)} blocks, and {len(theirs)}"]
    return [
        line
        for one, other in zip(ours, theirs, strict=True)
        for line in _differing(one, other)
    ]


def _differing(one: Block, other: Block) -> list[str]:
    ours, theirs = one.code.splitlines(), other.code.splitlines()
    if one.language != other.language or len(ours) != len(theirs):
        return [f"{one.place} and {other.place}"]
    return [
        f"{other.place}: {translated}"
        for line, translated in zip(ours, theirs, strict=True)
        if line != translated and not _is_translated(line, translated)
    ]


def _is_translated(line: str, translated: str) -> bool:
    """Whether prose in a comment was translated, and nothing else was touched."""
    ours, theirs = _COMMENT.match(line), _COMMENT.match(translated)
    if not ours or not theirs or _OUTPUT.search(line) or _FILE.match(line):
        return False
    # Comments stand in columns: Chinese ones are shorter and need other blanks before.
    same = ours["code"].rstrip() == theirs["code"].rstrip()
    return same and _HAN.search(theirs["comment"]) is not None
