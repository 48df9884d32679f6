"""Twins of methods that read page by page: `iter_users` goes through all of `users`.

`@paged` marks a field that gives a list so. An operation that selects it, takes the
page's number and size as variables, and asks for the entries, what tells them apart and
how many there are, gets the twin.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    Node,
    VariableNode,
)

from .directives import Paged, not_null, paged_of
from .model_names import Model, Models
from .problems import Problem
from .selections import Selected
from .table import OperationRecord

PAGE_SIZE, PREFETCH = "page_size", "prefetch"
"""The parameters that the twin has in place of the page's number and size."""


@dataclass(frozen=True)
class Step:
    """A field on the way to the page."""

    name: str
    is_nullable: bool


@dataclass(frozen=True)
class Paging:
    """How an operation reads a list."""

    paged: Paged
    page: str
    """The variable of the page's number."""
    count: str
    """The variable of its size."""
    way: tuple[Step, ...]
    """From the data of the answer to the page."""
    total: str
    entries: str
    key: str
    """Fields of the page, and of an entry, in Python."""
    models: Models
    """The entries."""


class NotPagedError(Exception):
    """Why an operation that reads pages gets no twin."""


def paging_of(
    schema: GraphQLSchema, record: OperationRecord, data: Model
) -> Paging | None:
    """Say how an operation reads a list page by page, if it does.

    Raises:
        NotPagedError: It does, but asks for too little.
    """
    found = [*_paged(schema, data, ())]
    if len(data.member.fields) != 1 or len(found) != 1 or _is_deprecated(record):
        return None
    way, paged, item, model = found[0]
    page, count = (_variable(item, name) for name in (paged.page, paged.count))
    if page is None or count is None:
        return None
    total = _field(model, paged.total, "how many there are")
    entries = _field(model, paged.list, "the entries")
    models = model.inner.get(entries.key)
    if models is None:
        raise NotPagedError(f"{paged.list!r} has no fields that tell its entries apart")
    keys = {_key(each, paged.key) for each in models.classes}
    if len(keys) > 1:
        raise NotPagedError(f"{paged.key!r} is not called alike in all entries")
    fields = model.fields[total.key], model.fields[entries.key], keys.pop()
    return Paging(paged, page, count, way, *fields, models)


def not_paged(
    schema: GraphQLSchema,
    records: Mapping[str, OperationRecord],
    data: dict[str, Model],
) -> Iterator[Problem]:
    """Tell of operations that read pages and get no twin."""
    for name, record in records.items():
        try:
            paging_of(schema, record, data[name])
        except NotPagedError as why:
            text = f"{name!r} reads pages, and has no twin that reads all: {why}"
            yield Problem.at(text, cast(Node, record.flat.source))


def _paged(
    schema: GraphQLSchema, model: Model, way: tuple[Step, ...]
) -> Iterator[tuple[tuple[Step, ...], Paged, Selected, Model]]:
    for item in model.member.fields:
        below = model.inner.get(item.key)
        is_one = not isinstance(not_null(item.type_), GraphQLList)
        if below and not below.is_union and is_one:
            (class_,) = below.classes
            here = (*way, Step(model.fields[item.key], _is_nullable(item)))
            if paged := paged_of(schema, item.definition):
                yield here, paged, item, class_
            yield from _paged(schema, class_, here)


def _variable(item: Selected, argument: str) -> str | None:
    for each in item.node.arguments:
        if each.name.value == argument and isinstance(each.value, VariableNode):
            return each.value.name.value
    return None


def _field(model: Model, name: str, what: str) -> Selected:
    for item in model.member.fields:
        if item.node.name.value == name and not item.optional:
            return item
    raise NotPagedError(f"it does not ask for {name!r}, {what}")


def _key(model: Model, name: str) -> str:
    item = _field(model, name, "which tells entries apart")
    if _is_nullable(item):
        raise NotPagedError(f"{name!r} may be null, and does not tell entries apart")
    return model.fields[item.key]


def _is_nullable(item: Selected) -> bool:
    return item.optional or not isinstance(item.type_, GraphQLNonNull)


def _is_deprecated(record: OperationRecord) -> bool:
    fields: tuple[GraphQLField, ...] = record.root_fields
    return any(field.deprecation_reason is not None for field in fields)
