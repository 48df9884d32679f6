"""How an operation is executed: one root field after another, most others at once."""

import functools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from graphql import (
    ExecutionContext,
    FieldNode,
    GraphQLError,
    GraphQLLeafType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLResolveInfo,
    get_named_type,
)
from graphql.pyutils import AwaitableOrValue, Path, Undefined

from ..calls.clock import to_text
from .request import OfEach

Result = TypeVar("Result")


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


@dataclass(frozen=True)
class Ahead:
    """Resolves a field by what was read before, at once for all the records there are.

    One at a time they would be a statement, and a task to wait for it, each.
    """

    of: Callable[[Any], OfEach[Any]]
    """Which of the things that a request reads for each of many users."""

    def __call__(self, record: Any, info: GraphQLResolveInfo) -> Any:
        return self.of(info.context).found.get(record.id)


@dataclass(frozen=True)
class _Plan:
    """How the fields of a selection are answered."""

    leaves: Sequence[tuple[str, Attribute]]
    ahead: Sequence[Ahead]
    others: dict[str, list[FieldNode]]

    @classmethod
    def of(cls, kind: GraphQLObjectType, fields: dict[str, list[FieldNode]]) -> "_Plan":
        leaves: list[tuple[str, Attribute]] = []
        ahead: list[Ahead] = []
        others: dict[str, list[FieldNode]] = {}
        for name, nodes in fields.items():
            field = kind.fields.get(nodes[0].name.value)
            resolve = field and field.resolve
            if isinstance(resolve, Attribute) and resolve.leaf:
                leaves.append((name, resolve))
            else:
                others[name] = nodes
            if isinstance(resolve, Ahead):
                ahead.append(resolve)
        return cls(leaves, ahead, others)


def _in_order(fields: Iterable[str], values: dict[str, Any]) -> dict[str, Any]:
    """The values in the order in which they were asked for."""
    return {name: values[name] for name in fields if name in values}


class OneByOne(ExecutionContext):
    """Starts a root field once those before it have succeeded.

    graphql-core starts the fields of a query at once and, where one fails, leaves the
    others running in a transaction that is being taken back; those of a mutation it
    calls at once and never awaits.

    A list of users has a thousand fields that are nothing but a value of the record.
    graphql-core would look for each one's arguments, and say to each where in the
    answer it is; what cannot be read is left to it, so that the error has its place.
    """

    @functools.cached_property
    def _plans(self) -> dict[int, _Plan]:
        # The fields of a selection are collected once, and kept as long as this is.
        return {}

    def _plan(
        self, kind: GraphQLObjectType, fields: dict[str, list[FieldNode]]
    ) -> _Plan:
        plan = self._plans.get(id(fields))
        if plan is None:
            plan = self._plans[id(fields)] = _Plan.of(kind, fields)
        return plan

    def complete_list_value(
        self,
        return_type: GraphQLList[Any],
        field_nodes: list[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        result: Any,
    ) -> AwaitableOrValue[list[Any]]:
        complete = functools.partial(
            super().complete_list_value,  # pyright: ignore[reportUnknownMemberType]
            *(return_type, field_nodes, info, path, result),
        )
        kind = get_named_type(return_type)
        if not isinstance(kind, GraphQLObjectType):
            return complete()
        plan = self._plan(kind, self.collect_subfields(kind, field_nodes))
        return self._once_read(plan.ahead, result, complete)

    def _once_read(
        self,
        ahead: Sequence[Ahead],
        records: Sequence[Any],
        complete: Callable[[], AwaitableOrValue[Result]],
    ) -> AwaitableOrValue[Result]:
        if not (ahead and records):
            return complete()

        async def read() -> Result:
            for each in ahead:
                await each.of(self.context_value).read(one.id for one in records)
            completed: Any = complete()
            answer: Result = (
                await completed if self.is_awaitable(completed) else completed
            )
            return answer

        return read()

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        fields: dict[str, list[FieldNode]],
    ) -> AwaitableOrValue[dict[str, Any]]:
        if path is None:
            return self.execute_fields_serially(parent_type, source_value, path, fields)
        plan = self._plan(parent_type, fields)
        found = [each.of(self.context_value).found for each in plan.ahead]
        if any(source_value.id not in read for read in found):
            complete = functools.partial(
                self.execute_fields, parent_type, source_value, path, fields
            )
            return self._once_read(plan.ahead, [source_value], complete)
        answer = self._execute(plan, parent_type, source_value, path, fields)
        for read in found:
            read.pop(source_value.id, None)  # By the next time it may have changed.
        return answer

    def _execute(
        self,
        plan: _Plan,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        fields: dict[str, list[FieldNode]],
    ) -> AwaitableOrValue[dict[str, Any]]:
        try:
            values = {name: leaf.read(source_value) for name, leaf in plan.leaves}
        except GraphQLError:
            return super().execute_fields(parent_type, source_value, path, fields)
        if not plan.others:
            return values
        others = super().execute_fields(parent_type, source_value, path, plan.others)
        if isinstance(others, dict):
            return _in_order(fields, values | others)

        async def join() -> dict[str, Any]:
            return _in_order(fields, values | await others)

        return join()

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
