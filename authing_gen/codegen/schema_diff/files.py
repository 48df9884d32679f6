"""The files of a schema as texts to which definitions are added.

Everything that stands there keeps its bytes: texts are inserted at the places that the
parser has seen, nothing is printed anew.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from graphql import (
    DocumentNode,
    NameNode,
    Node,
    Source,
)
from graphql import (
    parse as _parse,  # pyright: ignore[reportUnknownVariableType]
)

from .sdl import indented

_REST_OF_LINE = re.compile(r"[ \t,]*(?:#[^\r\n]*)?(?=\r?\n|\r|$)")
_MEMBERS = ("fields", "values")
_STEP = "  "


@dataclass(frozen=True)
class Written:
    """A definition as it stands in a file."""

    file: "SchemaFile"
    node: Node

    @property
    def members(self) -> tuple[Node, ...]:
        """The fields of a type or the values of an enum."""
        for name in _MEMBERS:
            if found := getattr(self.node, name, ()):
                return tuple(found)
        return ()

    @property
    def arguments(self) -> tuple[Node, ...]:
        """The arguments of a field."""
        return tuple(getattr(self.node, "arguments", ()))

    def member(self, name: str) -> "Written | None":
        """A field of a type or a value of an enum."""
        return self._named(self.members, name)

    def argument(self, name: str) -> "Written | None":
        """An argument of a field."""
        return self._named(self.arguments, name)

    def _named(self, nodes: Iterable[Node], name: str) -> "Written | None":
        found = (node for node in nodes if _name(node) == name)
        return next((Written(self.file, node) for node in found), None)


@dataclass
class SchemaFile:
    """One file, and what is to be inserted into it."""

    path: Path
    text: str
    document: DocumentNode | None
    """What it holds; nothing where it is new."""
    _insertions: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    @classmethod
    def read(cls, path: Path) -> "SchemaFile":
        """Read a file; its line ends stay as they are."""
        text = path.read_bytes().decode()
        return cls(path, text, _parse(Source(text, path.as_posix())))

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be inserted."""
        return bool(self._insertions)

    @property
    def newline(self) -> str:
        """How lines end here."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def edited(self) -> str:
        """The text with all that is to be inserted."""
        parts: list[str] = []
        done = 0
        # What is inserted at one place stays in its order.
        for position, inserted in sorted(self._insertions, key=lambda each: each[0]):
            parts += (self.text[done:position], inserted)
            done = position
        return "".join([*parts, self.text[done:]])

    def append(self, definition: str) -> None:
        """Add a definition at the end, after an empty line."""
        ending = "" if not self.text or self.text.endswith("\n") else "\n"
        before = f"{ending}\n" if self.text else ""
        self._insert(len(self.text), f"{before}{definition}\n")

    def add_members(self, owner: Written, members: Iterable[tuple[str, str]]) -> None:
        """Add fields or values at the end of a block.

        Args:
            owner: The type.
            members: Each as it is written on lines of its own, and on one line.
        """
        if not owner.members:
            lines = "".join(f"{indented(text, _STEP)}\n" for text, _ in members)
            self._insert(_end(owner.node), f" {{\n{lines}}}")
            return
        self._add(owner.members, members, separator=" ")

    def add_arguments(
        self, owner: Written, arguments: Iterable[tuple[str, str]]
    ) -> None:
        """Add arguments at the end of a list."""
        if owner.arguments:
            self._add(owner.arguments, arguments, separator=", ")
            return
        name = cast(Any, owner.node).name
        written = list(arguments)
        if all("\n" not in text for text, _ in written):
            self._insert(_end(name), f"({', '.join(text for text, _ in written)})")
            return
        indent = self._indent(owner.node) or ""
        lines = "".join(f"{indented(each, indent + _STEP)}\n" for each, _ in written)
        self._insert(_end(name), f"(\n{lines}{indent})")

    def describe(self, owner: Written, block: str, inline: str) -> None:
        """Write a description before a definition that has none."""
        start = _start(owner.node)
        indent = self._indent(owner.node)
        if indent is None:
            self._insert(start, f"{inline} ")
        else:
            text = indented(block, indent).removeprefix(indent)
            self._insert(start, f"{text}\n{indent}")

    def _add(
        self,
        present: tuple[Node, ...],
        added: Iterable[tuple[str, str]],
        separator: str,
    ) -> None:
        last = present[-1]
        indent = self._indent(last)
        rest = _REST_OF_LINE.match(self.text, _end(last))
        if indent is None or rest is None:
            # The block stands on one line, or its brace does on that of the last.
            self._insert(_end(last), "".join(separator + each for _, each in added))
            return
        gap = "\n\n" if self._are_apart(present) else "\n"
        text = "".join(gap + indented(each, indent) for each, _ in added)
        self._insert(rest.end(), text)

    def _are_apart(self, nodes: tuple[Node, ...]) -> bool:
        """Whether empty lines stand between definitions."""
        if len(nodes) < 2:
            return False
        between = self.text[_end(nodes[-2]) : _start(nodes[-1])]
        return bool(re.search(r"\n[ \t]*\r?\n", between))

    def _indent(self, node: Node) -> str | None:
        """What stands before a node on its line; none if that is not only space."""
        start = _start(node)
        line = self.text.rfind("\n", 0, start) + 1
        before = self.text[line:start]
        return before if not before.strip() else None

    def _insert(self, position: int, text: str) -> None:
        self._insertions.append((position, text.replace("\n", self.newline)))


class SchemaFiles:
    """All files of a schema."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.files = [SchemaFile.read(path) for path in paths]

    def written(self, name: str) -> list[Written]:
        """Where a type is defined and extended, its definition first."""
        found = [
            Written(file, node)
            for file in self.files
            for node in (file.document.definitions if file.document else ())
            if _name(node) == name and "directive" not in node.kind
        ]
        return sorted(found, key=lambda each: each.node.kind.endswith("extension"))

    def find(self, coordinate: tuple[str, str | None, str | None]) -> Written | None:
        """Where a type, a member or an argument of a field is defined."""
        type_name, member, argument = coordinate
        for each in self.written(type_name):
            found: Written | None = each
            if member is not None:
                found = each.member(member)
            if found and argument is not None:
                found = found.argument(argument)
            if found:
                return found
        return None

    def file_of(self, name: str) -> SchemaFile | None:
        """The file that defines a type."""
        return next((each.file for each in self.written(name)), None)

    def new(self, path: Path, comment: str) -> SchemaFile:
        """A file for what belongs into none of them, which may be there already."""
        for file in self.files:
            if file.path == path:
                return file
        file = SchemaFile(path, f"# {comment}\n", None)
        self.files.append(file)
        return file

    def changed(self) -> Iterator[SchemaFile]:
        """The files to write."""
        return (file for file in self.files if file.is_changed)


def _name(node: Node) -> str | None:
    name: object = getattr(node, "name", None)
    return name.value if isinstance(name, NameNode) else None


def _start(node: Node) -> int:
    assert node.loc is not None
    return node.loc.start


def _end(node: Node) -> int:
    assert node.loc is not None
    return node.loc.end
