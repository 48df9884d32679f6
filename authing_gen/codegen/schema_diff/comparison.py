"""Compares our schema with those that gateways have, and says what breaks.

Directives such as @token do not travel by introspection and are never compared.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from graphql import GraphQLSchema, OperationDefinitionNode

from ..flatten import flatten
from ..project import Project
from .breakages import Breakage, Checked, breakages
from .changes import SchemaChange, find_changes
from .part import (
    gateway_of,
    gateways,
    guess_gateways,
    part,
    root_fields,
    root_names,
)


@dataclass(frozen=True)
class Theirs:
    """Another schema."""

    name: str
    """Where it comes from."""
    schema: GraphQLSchema
    gateways: tuple[str, ...]
    """Which gateways it stands for: what ours says of others is not compared."""

    @classmethod
    def of(
        cls, ours: GraphQLSchema, name: str, schema: GraphQLSchema, gateway: str | None
    ) -> "Theirs":
        """Keep what operations can reach.

        Args:
            ours: Our schema, which knows the gateways.
            name: Where the other schema comes from.
            schema: The other schema.
            gateway: Which gateway it stands for; where None it is guessed from its root
                fields, and a schema that is like none of them stands for all.
        """
        reachable = part(schema, root_names(ours))
        named = [gateway] if gateway else guess_gateways(ours, reachable)
        return cls(name, reachable, tuple(named or gateways(ours)))


@dataclass(frozen=True)
class Difference:
    """A change, where it was found, and which operations it breaks."""

    change: SchemaChange
    theirs: Theirs
    breaks: tuple[Breakage, ...]


@dataclass(frozen=True)
class Comparison:
    """All differences."""

    sources: tuple[Theirs, ...]
    differences: tuple[Difference, ...]
    """Breaking, then dangerous, then safe ones."""
    unexplained: tuple[Breakage, ...]
    """Operations that do not fit for a reason which is none of the differences."""
    checked: tuple[str, ...]
    """Names of the operations that were held against the other schemas."""

    @property
    def broken(self) -> list[str]:
        """Names of the operations of which every call fails."""
        return sorted({each.operation for each in self._breaks if each.certain})

    @property
    def is_foreign(self) -> bool:
        """Whether none of the operations fits: it is a schema of something else."""
        return bool(self.checked) and not set(self.checked) - set(self.broken)

    @property
    def at_risk(self) -> list[str]:
        """Names of other operations of which some calls may fail."""
        found = {each.operation for each in self._breaks}
        return sorted(found.difference(self.broken))

    @property
    def _breaks(self) -> Iterator[Breakage]:
        for one in self.differences:
            yield from one.breaks
        yield from self.unexplained


def compare_schemas(project: Project, sources: Sequence[Theirs]) -> Comparison:
    """Compare a project with other schemas."""
    differences: list[Difference] = []
    unexplained: list[Breakage] = []
    checked: list[str] = []
    for theirs in sources:
        ours = _ours(project.schema, theirs.gateways)
        changes = find_changes(ours, theirs.schema, project.schema)
        operations = _operations(project, theirs)
        found = [
            Difference(change, theirs, tuple(breakages(change, operations)))
            for change in _with_moves(changes, theirs, sources)
        ]
        explained = [each for one in found for each in one.breaks]
        rest = (each.unexplained(explained) for each in operations)
        unexplained += [each for each in rest if each]
        checked += [each.name for each in operations]
        differences += found
    return Comparison(
        tuple(sources), _merged(differences), tuple(unexplained), tuple(checked)
    )


def _ours(schema: GraphQLSchema, names: Collection[str]) -> GraphQLSchema:
    return part(
        schema, root_names(schema), lambda field: gateway_of(schema, field) in names
    )


def _operations(project: Project, theirs: Theirs) -> list[Checked]:
    """The operations that are sent to the gateways of a source."""
    flat = [
        flatten(node, project.schema, project.fragments)
        for node in project.operations
        if node.name
    ]
    return [
        Checked(
            name=operation.name,
            definition=operation.definition,
            ours=project.schema,
            theirs=theirs.schema,
        )
        for operation in flat
        if _gateway(project.schema, operation.definition) in theirs.gateways
    ]


def _gateway(schema: GraphQLSchema, node: OperationDefinitionNode) -> str | None:
    root = schema.get_root_type(node.operation)
    for selection in node.selection_set.selections:
        name = getattr(selection, "name", None)
        if root and name and name.value in root.fields:
            return gateway_of(schema, root.fields[name.value])
    return None


def _with_moves(
    changes: Iterable[SchemaChange], theirs: Theirs, sources: Iterable[Theirs]
) -> list[SchemaChange]:
    """Say of root fields that are gone from one gateway that another one has them."""
    elsewhere: Mapping[str, Theirs] = {
        coordinate: other
        for other in sources
        if other is not theirs
        for coordinate, _ in root_fields(other.schema)
    }
    return [_moved(change, elsewhere) for change in changes]


def _moved(change: SchemaChange, elsewhere: Mapping[str, Theirs]) -> SchemaChange:
    other = elsewhere.get(change.coordinate)
    if other is None or change.kind != "FIELD_REMOVED":
        return change
    names = " and ".join(other.gateways)
    text = f"{change.coordinate} is answered by the gateway {names}."
    return replace(change, kind="MOVED_TO_ANOTHER_GATEWAY", text=text)


def _merged(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """Say once what several gateways agree on."""
    merged: dict[SchemaChange, Difference] = {}
    for each in differences:
        first = merged.get(each.change)
        if first is None:
            merged[each.change] = each
        else:
            merged[each.change] = replace(first, breaks=first.breaks + each.breaks)
    order = ("breaking", "dangerous", "safe")
    return tuple(
        sorted(merged.values(), key=lambda one: order.index(one.change.severity))
    )
