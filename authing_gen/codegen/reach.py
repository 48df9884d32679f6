"""Which fragments an operation consists of, in any depth."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)


@dataclass
class Reach:
    """Follows fragments."""

    fragments: Mapping[str, FragmentDefinitionNode]
    _spreads: dict[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )

    def of(
        self, node: ExecutableDefinitionNode
    ) -> tuple[ExecutableDefinitionNode, ...]:
        """An operation or a fragment, and then all fragments that it needs."""
        found: dict[str, FragmentDefinitionNode] = {}
        rest = [*_names(node.selection_set)]
        while rest:
            name = rest.pop()
            if name not in found and name in self.fragments:
                found[name] = self.fragments[name]
                rest += self._of_fragment(name)
        return node, *(each for each in found.values() if each is not node)

    def _of_fragment(self, name: str) -> tuple[str, ...]:
        if name not in self._spreads:
            self._spreads[name] = (*_names(self.fragments[name].selection_set),)
        return self._spreads[name]


def _names(selected: SelectionSetNode) -> Iterator[str]:
    for node in selected.selections:
        if isinstance(node, FragmentSpreadNode):
            yield node.name.value
        elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
            yield from _names(node.selection_set)
