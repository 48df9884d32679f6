"""How an operation is executed: one root field after another."""

from collections.abc import Awaitable
from typing import Any

from graphql import ExecutionContext, FieldNode, GraphQLObjectType
from graphql.pyutils import AwaitableOrValue, Path, Undefined


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
        return super().execute_fields(parent_type, source_value, path, fields)

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
