"""The files of a schema as texts whose definitions are edited."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from graphql import DocumentNode, NameNode, Node, Source

from ..sources import parse_source
from .edits import EditedText, end_of, start_of
from .sdl import indented

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


class SchemaFile(EditedText):
    """One file, and what is to be done to it.

    Args:
        path: Where it is.
        text: What it is now; its line ends stay as they are.
        document: What it holds; nothing where it is new.
    """

    def __init__(self, path: Path, text: str, document: DocumentNode | None) -> None:
        super().__init__(text)
        self.path = path
        self.document = document

    @classmethod
    def read(cls, path: Path) -> "SchemaFile":
        """Read a file."""
        text = path.read_bytes().decode()
        return cls(path, text, parse_source(Source(text, path.as_posix())))

    def append(self, definition: str) -> None:
        """Add a definition at the end, after an empty line."""
        ending = "" if not self.text or self.text.endswith("\n") else "\n"
        before = f"{ending}\n" if self.text else ""
        self.insert(len(self.text), f"{before}{definition}\n")

    def add_members(self, owner: Written, members: Iterable[tuple[str, str]]) -> None:
        """Add fields or values at the end of a block.

        Args:
            owner: The type.
            members: Each as it is written on lines of its own, and on one line.
        """
        if not owner.members:
            lines = "".join(f"{indented(text, _STEP)}\n" for text, _ in members)
            self.insert(end_of(owner.node), f" {{\n{lines}}}")
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
            self.insert(end_of(name), f"({', '.join(text for text, _ in written)})")
            return
        indent = self.indent(owner.node) or ""
        lines = "".join(f"{indented(each, indent + _STEP)}\n" for each, _ in written)
        self.insert(end_of(name), f"(\n{lines}{indent})")

    def describe(self, owner: Written, block: str, inline: str) -> None:
        """Write a description before a definition that has none."""
        start = start_of(owner.node)
        indent = self.indent(owner.node)
        if indent is None:
            self.insert(start, f"{inline} ")
        else:
            text = indented(block, indent).removeprefix(indent)
            self.insert(start, f"{text}\n{indent}")

    def _add(
        self,
        present: tuple[Node, ...],
        added: Iterable[tuple[str, str]],
        separator: str,
    ) -> None:
        last = present[-1]
        indent = self.indent(last)
        rest = self.rest_of_line(last)
        if indent is None or rest is None:
            # The block stands on one line, or its brace does on that of the last.
            self.insert(end_of(last), "".join(separator + each for _, each in added))
            return
        gap = "\n\n" if self._are_apart(present) else "\n"
        text = "".join(gap + indented(each, indent) for each, _ in added)
        self.insert(rest, text)

    def _are_apart(self, nodes: tuple[Node, ...]) -> bool:
        """Whether empty lines stand between definitions."""
        if len(nodes) < 2:
            return False
        between = self.text[end_of(nodes[-2]) : start_of(nodes[-1])]
        return bool(re.search(r"\n[ \t]*\r?\n", between))


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
