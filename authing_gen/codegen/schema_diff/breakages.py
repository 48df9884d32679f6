"""What a change of the schema does to our operations."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    validate,
)

from ..problems import Place
from ..validating import ALL_RULES
from .changes import MAY_BE_NULL, ONE_OF_ADDED, SchemaChange
from .usage import Usage, Use, usage_of

_MISREAD = {
    "FIELD_CHANGED_KIND": "the model expects the type of before",
    "MOVED_TO_ANOTHER_GATEWAY": "it is sent to the gateway of before",
}
"""What happens to every answer, though the document stays valid."""
_READ = {MAY_BE_NULL: "the model expects a value"}
"""What happens to some answers. Enums and unions are open: what is new in them is none
of it."""
_SENT = {
    "VALUE_REMOVED_FROM_ENUM": "callers may give it",
    "FIELD_REMOVED": "callers may give it",
    "FIELD_CHANGED_KIND": "callers may give what is refused",
    "REQUIRED_INPUT_FIELD_ADDED": "callers cannot give it",
    ONE_OF_ADDED: "callers may give several fields",
}
"""What happens to some inputs that a variable holds as a whole."""


@dataclass(frozen=True)
class Breakage:
    """What a change does to one operation."""

    operation: str
    how: str
    place: Place | None
    certain: bool = True
    """Whether every call fails; otherwise it depends on what is sent or answered."""


@dataclass(frozen=True)
class Checked:
    """One of our operations, held against another schema."""

    name: str
    definition: OperationDefinitionNode
    """As it is sent: without fragments."""
    ours: GraphQLSchema
    theirs: GraphQLSchema

    @cached_property
    def usage(self) -> Usage:
        """What the operation uses of our schema."""
        return usage_of(self.definition, self.ours)

    @cached_property
    def errors(self) -> list[GraphQLError]:
        """What the other schema has against it."""
        rules = [rule for rule in ALL_RULES if rule is not NoUnusedFragmentsRule]
        document = DocumentNode(definitions=(self.definition,))
        return validate(self.theirs, document, rules)

    def broken_by(self, change: SchemaChange) -> Breakage | None:
        """Say how a change breaks the operation, if it does."""
        uses = self._uses(change)
        moved = change.kind == "MOVED_TO_ANOTHER_GATEWAY"
        for error in self.errors if not moved else ():
            if _is_about(error, change) and any(
                use.node is node for use in uses for node in error.nodes or ()
            ):
                return self._breakage(error.message, error)
        return self._silent(change, uses)

    def unexplained(self, explained: Iterable[Breakage]) -> Breakage | None:
        """Say what is wrong with the operation that none of the changes explains."""
        messages = {each.how for each in explained if each.operation == self.name}
        if messages or not self.errors:
            return None
        return self._breakage(self.errors[0].message, self.errors[0])

    def _uses(self, change: SchemaChange) -> list[Use]:
        coordinate = change.coordinate
        if coordinate.endswith(":)") and coordinate not in self.usage:
            # Where an argument is missing, the field is what is wrong.
            coordinate = coordinate.partition("(")[0]
        elif change.kind == "REQUIRED_INPUT_FIELD_ADDED":
            coordinate = coordinate.partition(".")[0]
        elif change.kind == "VALUE_REMOVED_FROM_ENUM":
            enum = coordinate.partition(".")[0]
            return self.usage.get(coordinate, []) + self.usage.get(enum, [])
        return self.usage.get(coordinate, [])

    def _silent(self, change: SchemaChange, uses: list[Use]) -> Breakage | None:
        """What nothing says before a call is made."""
        if change.kind == "ARG_DEFAULT_VALUE_CHANGE":
            return self._left_out(change)
        for use in uses:
            if not use.sends and (how := _MISREAD.get(change.kind)):
                return Breakage(self.name, how, Place.of(use.node))
            if how := (_SENT if use.sends else _READ).get(change.kind):
                return Breakage(self.name, how, Place.of(use.node), certain=False)
        return None

    def _left_out(self, change: SchemaChange) -> Breakage | None:
        field = change.coordinate.partition("(")[0]
        if change.coordinate in self.usage or field not in self.usage:
            return None
        place = Place.of(self.usage[field][0].node)
        how = "it leaves the argument out"
        return Breakage(self.name, how, place, certain=False)

    def _breakage(self, how: str, error: GraphQLError) -> Breakage:
        node = error.nodes[0] if error.nodes else None
        # Of a variable that does not fit, the value tells more than its declaration.
        for each in error.nodes or ():
            node = each if isinstance(each, FieldNode) else node
        how = re.sub(r"\s+", " ", how)
        return Breakage(self.name, how, Place.of(node) if node else None)


def _is_about(error: GraphQLError, change: SchemaChange) -> bool:
    """Whether an error is not about another argument than the change."""
    blamed = re.search(r"\bargument '(\w+)'", error.message)
    return blamed is None or change.coordinate.endswith(f"({blamed[1]}:)")


def breakages(
    change: SchemaChange, operations: Iterable[Checked]
) -> Iterator[Breakage]:
    """Say which operations a change breaks, and how."""
    for operation in operations:
        if found := operation.broken_by(change):
            yield found
