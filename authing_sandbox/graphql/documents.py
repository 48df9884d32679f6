"""Documents: parsed, measured, validated, and kept for who sends them again.

What a document asks for is counted before it is validated, in time that grows with its
length alone; what it may ask for is enough for a client, and too little to occupy the
server.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
    validate,
)

MAX_TOKENS = 10_000
MAX_DEPTH = 30
MAX_SELECTIONS = 1_000
"""Of an operation, or of a fragment, those that it spreads written out."""
MAX_SELECTIONS_IN_ALL = 10_000
MAX_PAIRS = 10_000
"""Of selections that answer under one name: validation compares each with each."""
MAX_KEPT = 32 << 20
"""Bytes that the documents kept may take."""
_BYTES_PER_TOKEN = 600  # of a parsed document


class RefusedDocument(Exception):  # noqa: N818
    """A document that cannot be executed, and why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(*(error.message for error in errors))
        self.errors = errors


class Documents:
    """Makes documents ready to be executed; clients send the same few again."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: OrderedDict[str, tuple[DocumentNode, int]] = OrderedDict()
        self.size = 0
        """About how many bytes the documents take that are kept."""

    def prepare(self, text: str) -> DocumentNode:
        """Read a document; raises RefusedDocument."""
        if text in self._kept:
            self._kept.move_to_end(text)
            return self._kept[text][0]
        try:
            document = parse(text, max_tokens=MAX_TOKENS)
            _check_size(document)
            errors = validate(self._schema, document)
        except GraphQLError as error:
            raise RefusedDocument([error]) from None
        except RecursionError:
            deep = GraphQLError("The document is nested too deeply.")
            raise RefusedDocument([deep]) from None
        if errors:
            # Without their causes, which would look like faults of the server's.
            raise RefusedDocument([GraphQLError(e.message, e.nodes) for e in errors])
        self._keep(text, document)
        return document

    def _keep(self, text: str, document: DocumentNode) -> None:
        size = 4 * len(text) + _BYTES_PER_TOKEN * _tokens(document)
        self._kept[text] = document, size
        self.size += size
        while self.size > MAX_KEPT:
            _, (_, oldest) = self._kept.popitem(last=False)
            self.size -= oldest


def _tokens(document: DocumentNode) -> int:
    token, count = document.loc and document.loc.start_token, 0
    while token:
        token, count = token.next, count + 1
    return count


def _check_size(document: DocumentNode) -> None:
    """Refuse, by a GraphQLError, what asks for too much."""
    fragments = {
        node.name.value: node.selection_set
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    measure, total = _Measure(fragments), 0
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode):
            size = measure.of(node.selection_set)
            if size.depth > MAX_DEPTH:
                raise GraphQLError(f"The document is deeper than {MAX_DEPTH} levels.")
            if size.selections > MAX_SELECTIONS:
                raise GraphQLError(f"More than {MAX_SELECTIONS} fields are asked for.")
            total += size.selections
            if total > MAX_SELECTIONS_IN_ALL:
                raise GraphQLError("The document asks for too much in all.")
            if measure.pairs([node.selection_set]) > MAX_PAIRS:
                raise GraphQLError("Too many fields answer under one name.")


class _Size(NamedTuple):
    selections: int
    depth: int


_NOTHING = _Size(0, 0)
_ENDLESS = _Size(0, MAX_DEPTH + 1)


class _Measure:
    """Measures selections as if fragments were written out; looks at each one once."""

    def __init__(self, fragments: Mapping[str, SelectionSetNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, _Size] = {}

    def of(self, selections: SelectionSetNode | None) -> _Size:
        """How much is selected, and how deep."""
        below = (
            [self._below(node) for node in selections.selections] if selections else []
        )
        if not below:
            return _NOTHING
        return _Size(
            sum(1 + size.selections for size in below),
            1 + max(size.depth for size in below),
        )

    def _below(self, node: SelectionNode) -> _Size:
        if isinstance(node, FieldNode | InlineFragmentNode):
            return self.of(node.selection_set)
        assert isinstance(node, FragmentSpreadNode)
        name = node.name.value
        if name not in self._known:
            self._known[name] = _ENDLESS  # unless it turns out not to spread itself
            self._known[name] = self.of(self._fragments.get(name))
        return self._known[name]

    def pairs(self, sets: Iterable[SelectionSetNode]) -> int:
        """How many pairs of fields, here or further down, answer under one name."""
        named: defaultdict[str, list[SelectionSetNode | None]] = defaultdict(list)
        for field in self._fields(sets):
            name = field.alias or field.name
            named[name.value].append(field.selection_set)
        count = 0
        for below in named.values():
            count += len(below) * (len(below) - 1) // 2
            count += self.pairs([one for one in below if one]) if any(below) else 0
        return count

    def _fields(self, sets: Iterable[SelectionSetNode]) -> Iterator[FieldNode]:
        for selections in sets:
            for node in selections.selections:
                if isinstance(node, FieldNode):
                    yield node
                elif isinstance(node, InlineFragmentNode):
                    yield from self._fields([node.selection_set])
                elif isinstance(node, FragmentSpreadNode):
                    spread = self._fragments.get(node.name.value)
                    yield from self._fields([spread] if spread else [])
