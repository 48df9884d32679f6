"""The pages of the documentation, and the blocks of code in them.

Every block runs, or is parsed and used.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENGLISH = [
    ROOT / "README.md",
    ROOT / "SECURITY.md",
    *sorted(
        page
        for page in (ROOT / "docs").rglob("*.md")
        if not page.name.endswith(".zh.md")
    ),
]


def twin_of(page: Path) -> Path:
    """Name the Chinese twin of a page."""
    return page.with_suffix(".zh-CN.md" if page.name == "README.md" else ".zh.md")


PAGES = [*ENGLISH, *(twin for page in ENGLISH if (twin := twin_of(page)).exists())]

_FILE = re.compile(r"# (?P<name>[\w/-]+\.\w+)\n")
_BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<head>[^\n]*)\n(?P<code>.*?)^(?P=indent)```$",
    re.S | re.M,
)


@dataclass(frozen=True)
class Block:
    """A block of code."""

    page: Path
    line: int
    """Number of its first line of code."""
    language: str
    code: str

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{name_of(self.page)}:{self.line}"

    @property
    def file_name(self) -> str | None:
        """The file that it is, where its first line names one."""
        found = _FILE.match(self.code)
        return found["name"] if found else None


def name_of(page: Path) -> str:
    """Name a page."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        indent = len(found["indent"])
        lines = (line[indent:] for line in found["code"].splitlines(keepends=True))
        yield Block(
            page=page,
            line=text[: found.start("code")].count("\n") + 1,
            language=found["head"].split(" ")[0],
            code="".join(line or "\n" for line in lines),
        )


def of_language(page: Path, *languages: str) -> list[Block]:
    """The blocks of a page that are in one of these languages."""
    return [block for block in blocks(page) if block.language in languages]


def pages_with(*languages: str) -> list[Path]:
    """The pages that have such blocks; their twins have the same, and need no run."""
    return [page for page in ENGLISH if of_language(page, *languages)]


def prose(page: Path) -> str:
    """The text of a page without its blocks."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """Where a page links to, within the project."""
    return re.findall(r"\]\((?![a-z]+:)([^)\s]+)\)", prose(page))
