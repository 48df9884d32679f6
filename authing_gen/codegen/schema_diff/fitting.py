"""Takes out of our operations what the schema no longer has.

What graphql-core has against an operation names the smallest thing that is wrong: a
field, an argument, a variable. That goes, and whatever is empty then goes with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from graphql import (
    REMOVE,
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    NamedTypeNode,
    Node,
    ObjectFieldNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeNode,
    VariableDefinitionNode,
    Visitor,
    print_ast,
    validate,
    visit,
)
from graphql import (
    parse_type as _parse_type,  # pyright: ignore[reportUnknownVariableType]
)

from ..project import Project
from ..validating import rules_of
from .edits import EditedText, end_of, source_of, start_of

_TAKEN_OUT = (
    FieldNode,
    ArgumentNode,
    ObjectFieldNode,
    InlineFragmentNode,
    FragmentSpreadNode,
    VariableDefinitionNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
)
_EXPECTED = re.compile(r"used in position expecting type '([^']+)'")
_Place = tuple[str, int, int, str]


@dataclass(frozen=True)
class Fitted:
    """One thing that was taken out of an operation or fragment, or changed in it."""

    file: Path
    text: str


def fit_operations(project: Project) -> list[Fitted]:
    """Edit the operations of a project so that its schema accepts them."""
    fitter = _Fitter(project)
    fitter.run()
    return fitter.write()


class _Fitter:
    def __init__(self, project: Project) -> None:
        self._schema = project.schema
        self._original = cast(DocumentNode, visit(project.document, _AsWritten()))
        self._rules = rules_of(project.settings)
        self._gone: dict[_Place, str] = {}
        """What is taken out, by its place, and what is said of it."""
        self._types: dict[_Place, tuple[Node, str]] = {}
        """New types of variables, by the places of the old ones."""

    def run(self) -> None:
        """Find out what has to go, until nothing is wrong any more."""
        document = self._original
        while errors := validate(self._schema, document, self._rules):
            before = len(self._gone) + len(self._types)
            for error in errors:
                self._settle(error, document)
            document = self._without(self._original)
            if len(self._gone) + len(self._types) == before:
                break  # The generator will say what is wrong.

    def _settle(self, error: GraphQLError, document: DocumentNode) -> None:
        node = (error.nodes or [document])[0]
        expected = _EXPECTED.search(error.message)
        if (
            expected
            and isinstance(node, VariableDefinitionNode)
            and _place(node.type) not in self._types
        ):
            self._types[_place(node.type)] = (node.type, expected[1])
            return
        if isinstance(node, SelectionSetNode | NamedTypeNode) or not isinstance(
            node, _TAKEN_OUT
        ):
            node = _holder(node, document) or node
        if isinstance(node, _TAKEN_OUT):
            self._gone.setdefault(_place(node), error.message)

    def _without(self, document: DocumentNode) -> DocumentNode:
        remover = _Remover(self._gone, self._types)
        while True:
            count = len(self._gone)
            found = cast(DocumentNode, visit(document, remover))
            if len(self._gone) == count:
                return found

    def write(self) -> list[Fitted]:
        """Edit the files; a file of which nothing is left is removed."""
        texts: dict[str, EditedText] = {}
        fitted: list[Fitted] = []
        outermost = _Outermost({*self._gone})
        visit(self._original, outermost)
        for nodes in outermost.lists:
            _edited(texts, nodes[0]).remove_list(nodes)
        for node in outermost.single:
            _edited(texts, node).remove(node)
        for node, message in outermost.told(self._gone):
            fitted.append(Fitted(Path(source_of(node).name), message))
        for node, type_ in self._types.values():
            if not outermost.covers(node):
                text = f"a variable is {type_} now, it was {print_ast(node)}"
                _edited(texts, node).replace(start_of(node), end_of(node), type_)
                fitted.append(Fitted(Path(source_of(node).name), text))
        for name, edited in texts.items():
            _write(Path(name), edited.edited())
        return fitted


class _AsWritten(Visitor):
    """Leaves out the fields that no file has: the generator asks for `__typename`."""

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        return REMOVE if node.loc is None else None


class _Remover(Visitor):
    """Leaves out what has to go, and whatever is empty then."""

    def __init__(
        self, gone: dict[_Place, str], types: dict[_Place, tuple[Node, str]]
    ) -> None:
        super().__init__()
        self._gone = gone
        self._types = types

    def enter(self, node: Node, *_: Any) -> Any:
        if not isinstance(node, DocumentNode) and _place(node) in self._gone:
            return REMOVE
        return None

    def leave(self, node: Node, *_: Any) -> Any:
        if isinstance(node, TypeNode) and (new := self._types.get(_place(node))):
            return _type_node(new[1], node)
        selections = getattr(node, "selection_set", None)
        if selections is not None and not selections.selections:
            self._gone[_place(node)] = "nothing that it selects is left"
            return REMOVE
        return None


class _Outermost(Visitor):
    """Finds the nodes that go and are in no other one that does."""

    def __init__(self, gone: set[_Place]) -> None:
        super().__init__()
        self._gone = gone
        self.lists: list[tuple[Node, ...]] = []
        """Whole lists of arguments or variables, which go with their brackets."""
        self.single: list[Node] = []
        self._listed = set[_Place]()

    @property
    def nodes(self) -> list[Node]:
        """All of them."""
        return [*self.single, *(each for nodes in self.lists for each in nodes)]

    def enter(self, node: Node, *_: Any) -> Any:
        if isinstance(node, DocumentNode):
            return None
        if _place(node) in self._gone:
            if _place(node) not in self._listed:
                self.single.append(node)
            return False
        for name in ("arguments", "variable_definitions"):
            nodes: tuple[Node, ...] = tuple(getattr(node, name, None) or ())
            places = {_place(each) for each in nodes}
            if nodes and places <= self._gone:
                self.lists.append(nodes)
                self._listed |= places
        return None

    def told(self, gone: dict[_Place, str]) -> Iterator[tuple[Node, str]]:
        """What is taken out, each with what is said of it."""
        for node in self.nodes:
            if not isinstance(node, VariableDefinitionNode):
                yield node, f"{_title(node)}: {_one_line(gone[_place(node)])}"

    def covers(self, node: Node) -> bool:
        """Whether a node is in one that goes."""
        return any(
            source_of(node) is source_of(each)
            and start_of(each) <= start_of(node) < end_of(each)
            for each in self.nodes
        )


def _place(node: Node) -> _Place:
    return source_of(node).name, start_of(node), end_of(node), node.kind


def _holder(node: Node, document: DocumentNode) -> Node | None:
    """The smallest thing around a node that can be taken out."""
    if node.loc is None:
        return None
    found: list[Node] = []

    class Finder(Visitor):
        def enter(self, each: Node, *_: Any) -> None:
            if (
                isinstance(each, _TAKEN_OUT)
                and source_of(each) is source_of(node)
                and start_of(each) <= start_of(node)
                and end_of(node) <= end_of(each)
            ):
                found.append(each)

    visit(document, Finder())
    return found[-1] if found else None


def _type_node(text: str, like: Node) -> Node:
    node = _parse_type(text, no_location=True)
    node.loc = like.loc
    return node


def _edited(texts: dict[str, EditedText], node: Node) -> EditedText:
    source = source_of(node)
    return texts.setdefault(source.name, EditedText(source.body))


def _title(node: Node) -> str:
    name: Any = getattr(node, "name", None)
    kind = re.sub(r"_(definition|node)", "", node.kind).replace("_", " ")
    return f"{kind} {name.value}" if name else kind


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _write(path: Path, text: str) -> None:
    staged = path.with_name(f".{path.name}.new")
    staged.write_bytes(text.encode())
    staged.replace(path)
    if not any(
        line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()
    ):
        path.unlink()
