"""Settles that two names of GraphQL become one in Python: one of them gets a suffix.

Which one follows from the names alone, not from their order: the one that is spelt in
GraphQL as in Python keeps it, or else the first of the alphabet. Each is told.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    Visitor,
    visit,
)

from .names import python_name
from .problems import Problem
from .project import Project

Named = Node | GraphQLInputField
"""What has a name in Python."""


@dataclass
class Settled:
    """Names that are others than they would be by themselves."""

    snake_case: bool = True
    """Whether fields and parameters are written so."""
    names: dict[int, str] = field(default_factory=dict[int, str])
    """The Python names by the `id` of what has them."""
    methods: dict[str, str] = field(default_factory=dict[str, str])
    """The names of methods by those of the operations."""
    notes: list[Problem] = field(default_factory=list[Problem])
    """What is told of them."""

    def settle(
        self, named: Iterable[tuple[str, Named]], taken: Collection[str] = ()
    ) -> None:
        """Give each its own Python name.

        Args:
            named: The names in GraphQL, and what has them.
            taken: Python names that none of them can have.
        """
        found = [(name, self._python(name, node), node) for name, node in named]
        wanted = {python for _, python, _ in found}
        owners: dict[str, str] = {}
        for name, python, node in sorted(found, key=_precedence):
            if owners.setdefault(python, name) == name and python not in taken:
                continue
            free = _free(python, wanted | owners.keys() | {*taken})
            owners[free] = name
            self.names[id(node)] = free
            other = f"{owners[python]!r}" if python not in taken else "the client"
            self._note(f"{name!r} is {free!r} in Python: {other} has {python!r}", node)

    def _python(self, name: str, node: Named) -> str:
        snake_case = self.snake_case or isinstance(node, OperationDefinitionNode)
        is_field = not _is_plain(node)
        return python_name(name, node, is_field=is_field, snake_case=snake_case)

    def _note(self, text: str, node: Named) -> None:
        place = node.ast_node if isinstance(node, GraphQLInputField) else node
        note = Problem.at(text, place)
        if note not in self.notes:
            self.notes.append(note)


def _precedence(named: tuple[str, str, Named]) -> tuple[bool, str]:
    name, python, _ = named
    return name != python, name


def _is_plain(node: Named) -> bool:
    return isinstance(node, OperationDefinitionNode | VariableDefinitionNode)


def _free(name: str, taken: Collection[str]) -> str:
    candidates = (f"{name}_{number if number > 1 else ''}" for number in count(1))
    return next(each for each in candidates if each not in taken)


def settle_inputs(schema: GraphQLSchema, settled: Settled) -> None:
    """Settle the names of the fields of all inputs."""
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            settled.settle(type_.fields.items())


def settle_operations(
    project: Project, settled: Settled, taken: Collection[str]
) -> None:
    """Settle the names of methods, and of their parameters.

    Args:
        project: The operations.
        settled: Gets their names.
        taken: What the client needs for itself.
    """
    named = {each.name.value: each for each in project.operations if each.name}
    settled.settle(named.items(), taken)
    for name, operation in named.items():
        if id(operation) in settled.names:
            settled.methods[name] = settled.names[id(operation)]
        settle_variables(operation, settled)


def settle_variables(operation: OperationDefinitionNode, settled: Settled) -> None:
    """Settle the names of the parameters of one method."""
    settled.settle(
        (node.variable.name.value, node) for node in operation.variable_definitions
    )


def settle_selections(operation: Node, settled: Settled) -> None:
    """Settle the names of what an operation selects, wherever it does."""
    visit(operation, _Selections(settled))


class _Selections(Visitor):
    def __init__(self, settled: Settled) -> None:
        super().__init__()
        self._settled = settled

    def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> None:
        self._settled.settle(_keys(node))


def _keys(node: SelectionSetNode) -> Iterator[tuple[str, Named]]:
    for each in node.selections:
        if isinstance(each, FieldNode):
            yield (each.alias or each.name).value, each
        elif inner := getattr(each, "selection_set", None):
            yield from _keys(inner)


def renamed(names: Mapping[int, str], name: str, node: object) -> str:
    """The name of a node: the one that has been settled, or its own."""
    return names.get(id(node), name)
