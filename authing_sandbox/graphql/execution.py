"""How an operation is executed: one root field after another, most others at once."""

import contextlib
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from graphql import (
    ExecutionContext,
    FieldNode,
    GraphQLError,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLResolveInfo,
)
from graphql.pyutils import AwaitableOrValue, Path, Undefined

from ..calls.clock import to_text


@dataclass(frozen=True)
class Attribute:
    """Resolves a field by reading the record's attribute or entry of a name."""

    name: str
    leaf: GraphQLLeafType | None = None
    """The field's type, where it is a scalar or an enum."""
    nullable: bool = True

    def read(self, record: Any) -> Any:
        """What stands in the answer.

        Raises:
            GraphQLError: The record holds nothing that the field can be.
        """
        value = self(record)
        if value is not None:
            assert self.leaf is not None
            return self.leaf.serialize(value)
        if not self.nullable:
            raise GraphQLError("null")
        return None

    def __call__(self, record: Any, _: GraphQLResolveInfo | None = None) -> Any:
        if isinstance(record, dict):
            value = cast("dict[str, Any]", record).get(self.name)
        else:
            value = getattr(record, self.name, None)
        return to_text(value) if isinstance(value, datetime) else value


def _attribute(kind: GraphQLObjectType, nodes: list[FieldNode]) -> Attribute | None:
    """How a field is read that is nothing but a value of the record.

    A list of users has a thousand such fields. graphql-core would look for each one's
    arguments, and say to each where in the answer it is; what cannot be read is left
    to it, so that the error has its place.
    """
    field = kind.fields.get(nodes[0].name.value)
    resolve = field and field.resolve
    return resolve if isinstance(resolve, Attribute) and resolve.leaf else None


class OneByOne(ExecutionContext):
    """Starts a root field once those before it have succeeded.

    graphql-core starts the fields of a query at once and, where one fails, leaves the
    others running in a transaction that is being taken back; those of a mutation it
    calls at once and never awaits.
    """

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        fields: dict[str, list[FieldNode]],
    ) -> AwaitableOrValue[dict[str, Any]]:
        if path is None:
            return self.execute_fields_serially(parent_type, source_value, path, fields)
        leaves = [
            (name, attribute)
            for name, nodes in fields.items()
            if (attribute := _attribute(parent_type, nodes))
        ]
        if len(leaves) == len(fields):
            with contextlib.suppress(GraphQLError):
                return {name: leaf.read(source_value) for name, leaf in leaves}
        return super().execute_fields(parent_type, source_value, path, fields)

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_nodes: list[FieldNode],
        path: Path,
    ) -> AwaitableOrValue[Any]:
        if attribute := _attribute(parent_type, field_nodes):
            with contextlib.suppress(GraphQLError):
                return attribute.read(source)
        return super().execute_field(parent_type, source, field_nodes, path)

    async def execute_fields_serially(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        fields: dict[str, list[FieldNode]],
    ) -> dict[str, Any]:
        results: dict[str, Any] = {}
        for name, nodes in fields.items():
            below = Path(path, name, parent_type.name)
            result = self.execute_field(parent_type, source_value, nodes, below)
            if result is not Undefined:
                waits = isinstance(result, Awaitable)
                results[name] = await result if waits else result
        return results
