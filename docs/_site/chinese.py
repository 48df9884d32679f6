"""Chinese text has no spaces, so the end of a line must not become one."""

import re

CODE = re.compile(r"^(?P<indent> *)```.*?^(?P=indent)```$", re.S | re.M)
"""A block of code."""

_HAN = r"\u3400-\u9fff"
_MARKS = r"\u3001-\u303f\uff01-\uff65\u2014\u2018-\u201d\u2026"
_ITEM = r"(?!\d+\. |[-*+] )"
_BREAK = re.compile(
    rf"(?<=[{_MARKS}])\n *{_ITEM}(?=[\w`\[*(<])"
    rf"|(?<=[{_HAN}{_MARKS}`)\w])\n *(?=[{_MARKS}])"
    rf"|(?<=[{_HAN}{_MARKS}])\n *(?=[{_HAN}{_MARKS}])"
)


def joined(text: str) -> str:
    """Join the lines of a text where the browser would show a gap."""
    return _BREAK.sub("", text)


def lines_joined(markdown: str) -> str:
    """Join the lines of a page, but not those of its code."""
    parts: list[str] = []
    end = 0
    for code in CODE.finditer(markdown):
        parts += [joined(markdown[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, joined(markdown[end:])])
