"""How an operation is executed: one field after another."""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
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
    is_introspection_type,
)
from graphql.pyutils import AwaitableOrValue, Path, Undefined

from ..calls.clock import to_text
from .documents import RefusedDocument
from .request import OfEach

Result = TypeVar("Result")

MAX_OF_SCHEMA = 50_000
"""Values that an answer says about the schema; what tools ask for has a quarter."""


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
    of_schema: int
    """How many of the fields tell something of the schema itself."""

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
        of_schema = len(fields) if is_introspection_type(kind) else 0
        return cls(leaves, ahead, others, of_schema)


def _in_order(fields: Iterable[str], values: dict[str, Any]) -> dict[str, Any]:
    """The values in the order in which they were asked for."""
    return {name: values[name] for name in fields if name in values}


class OneByOne(ExecutionContext):
    """Starts a field once those before it have succeeded.

    graphql-core starts the fields of a query at once and, where one fails, leaves the
    others running in a transaction that is being taken back; those of a mutation it
    calls at once and never awaits. Nor would anything be gained by it: a transaction
    executes one statement at a time.

    A list of users has a thousand fields that are nothing but a value of the record.
    graphql-core would look for each one's arguments, and say to each where in the
    answer it is; what cannot be read is left to it, so that the error has its place.
    """

    _of_schema = 0

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
        self._of_schema += plan.of_schema
        if self._of_schema > MAX_OF_SCHEMA:
            text = f"More than {MAX_OF_SCHEMA} values of the schema are asked for."
            raise RefusedDocument([GraphQLError(text)])
        if any(
            source_value.id not in each.of(self.context_value).found
            for each in plan.ahead
        ):
            complete = functools.partial(
                self.execute_fields, parent_type, source_value, path, fields
            )
            return self._once_read(plan.ahead, [source_value], complete)
        try:
            values = {name: leaf.read(source_value) for name, leaf in plan.leaves}
        except GraphQLError:
            values, others = {}, fields
        else:
            others = plan.others
        if not others:
            return values
        each = self._each(parent_type, source_value, path, others)
        for name, result in each:
            if self.is_awaitable(result):
                return self._wait(fields, values, name, result, each)
            values[name] = result
        return _in_order(fields, values)

    def _each(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        fields: dict[str, list[FieldNode]],
    ) -> Iterator[tuple[str, Any]]:
        """Execute fields, each when it is asked for."""
        for name, nodes in fields.items():
            below = Path(path, name, parent_type.name)
            result = self.execute_field(parent_type, source_value, nodes, below)
            if result is not Undefined:
                yield name, result

    async def _wait(
        self,
        fields: Iterable[str],
        values: dict[str, Any],
        name: str,
        result: Any,
        others: Iterable[tuple[str, Any]],
    ) -> dict[str, Any]:
        """Go on from the first field that has to be waited for."""
        values[name] = await result
        for other, value in others:
            values[other] = await value if self.is_awaitable(value) else value
        return _in_order(fields, values)

    async def execute_fields_serially(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        fields: dict[str, list[FieldNode]],
    ) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, result in self._each(parent_type, source_value, path, fields):
            values[name] = await result if self.is_awaitable(result) else result
            self.context_value.forget()  # The next one may change it.
        return values
