"""What can be given to an operation on the command line."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, islice
from pathlib import Path
from typing import Any, TypedDict, cast

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    is_list_type,
    is_non_null_type,
    parse,
)

from ..codegen.directives import (
    ENCRYPTED,
    SECRET,
    Slot,
    has_directive,
    innermost,
)
from ..codegen.docstrings import plain_text
from ..codegen.examples import example_of
from ..codegen.given import types_within, variable_type
from ..codegen.trace import trace
from .catalogue import Catalogue
from .client_source import Entry, Parameter, literals

TEXT = "text"
INTEGER = "integer"
NUMBER = "number"
BOOLEAN = "boolean"
JSON = "JSON"
"""Kind of what has no simpler form: a list of input objects, a custom scalar."""

_KINDS = {
    "String": TEXT,
    "ID": TEXT,
    "Int": INTEGER,
    "Float": NUMBER,
    "Boolean": BOOLEAN,
}
_REST_SECRETS = {"access_token", "client_secret", "password", "refresh_token"}
"""Secrets among the arguments of the REST endpoints, which no schema describes."""
_MOST_OPTIONS = 200
"""How many an argument may have; inputs that hold each other have no end of fields."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

Fields = tuple[tuple[str, Slot], ...]
"""The input fields that lead to a value, each with its name."""


@dataclass(frozen=True)
class Argument:
    """One value that an operation takes; of an input object, one field."""

    path: tuple[str, ...]
    """The parameter of the method, then input fields as the schema names them."""
    kind: str
    """`text`, `integer`, `number`, `boolean` or `JSON`."""
    help: str
    required: bool = False
    secret: bool = False
    many: bool = False
    """Whether it is a list."""
    choices: tuple[str, ...] = ()
    """The values there are, where there are few."""

    @property
    def option(self) -> str:
        """Name of its option, without dashes: `last-ip`, `user-info.email`."""
        return ".".join(kebab(name) for name in self.path)


def kebab(name: str) -> str:
    """Write a name of Python's or the schema's as options are: `lastIP` → `last-ip`."""
    return _HUMP.sub("-", name).replace("_", "-").strip("-").lower()


def arguments_of(entry: Entry, catalogue: Catalogue) -> list[Argument]:
    """Return what an operation takes: first what it cannot do without."""
    if entry.sent.document:
        return list(_of_operation(entry, schema_of(catalogue)))
    rest = Path(__file__).parents[1] / "rest.py"
    return [_of_endpoint(item, literals(rest)) for item in entry.parameters]


def answers_secret(entry: Entry, catalogue: Catalogue) -> bool:
    """Whether what a method returns, as a whole, is a secret."""
    if not entry.sent.document:
        return False
    schema = schema_of(catalogue)
    operation = definition_of(entry)
    root = schema.get_root_type(operation.operation)
    assert root is not None
    return any(
        has_directive(root.fields[cast(Any, node).name.value], SECRET)
        for node in operation.selection_set.selections
    )


def schema_of(catalogue: Catalogue) -> GraphQLSchema:
    """Return the schema that the operations are written against."""
    return _schema(catalogue.schema_file)


@lru_cache(maxsize=1)
def _schema(file: Path) -> GraphQLSchema:
    # The generator has validated it.
    return build_schema(file.read_text(encoding="utf-8"), assume_valid=True)


def definition_of(entry: Entry) -> OperationDefinitionNode:
    """Parse what is sent; no REST endpoint."""
    operation = parse(entry.sent.document).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return operation


def _of_operation(entry: Entry, schema: GraphQLSchema) -> Iterator[Argument]:
    operation = definition_of(entry)
    places = trace(operation, schema)
    types = {
        node.variable.name.value: variable_type(schema, node)
        for node in operation.variable_definitions
    }
    for parameter in entry.parameters:
        variable = parameter.variable
        filled = [place.slot for place in places[variable] if place.path == variable]
        for fields in _written_out(types[variable]):
            slots = [slot for _, slot in fields]
            type_ = _slot_type(slots[-1]) if slots else types[variable]
            form = _form(type_)
            explained = _explained(slots[-1]) if slots else parameter.help
            shown = _example(schema, slots[-1:] or filled, form["kind"])
            yield Argument(
                path=(parameter.name, *(name for name, _ in fields)),
                help=f"{explained} {shown}".strip(),
                required=parameter.required and not slots,
                secret=any(map(_is_secret, (*filled, *slots, *_slots_in(type_)))),
                **form,
            )


def _example(schema: GraphQLSchema, slots: Iterable[Slot], kind: str) -> str:
    """What `@example` shows; nobody needs one of yes and no."""
    found = (example_of(schema, slot) for slot in slots if kind != BOOLEAN)
    values = (each.value for each in found if each and each.value)
    return next((f"For example {value}." for value in values), "")


def _written_out(type_: object) -> Sequence[Fields]:
    """What has an option of its own: as deep as there are not too many of them."""
    written = list(_leaves(type_, 1))
    for depth in count(2):
        deeper = list(islice(_leaves(type_, depth), _MOST_OPTIONS + 1))
        if len(deeper) > _MOST_OPTIONS or deeper == written:
            break
        written = deeper
    return written


def _leaves(
    type_: object, depth: int, outer: tuple[GraphQLNamedType, ...] = ()
) -> Iterator[Fields]:
    """The ways to what has a value of its own.

    An input object has none, unless it is in a list, in another one of its type, or
    deeper than wanted.
    """
    named = innermost(type_)
    if (
        not isinstance(named, GraphQLInputObjectType)
        or _is_list(type_)
        or named in outer
        or depth == 0
    ):
        yield ()
        return
    for name, slot in named.fields.items():
        for inner in _leaves(_slot_type(slot), depth - 1, (*outer, named)):
            yield ((name, slot), *inner)


def _slots_in(type_: object) -> Iterator[Slot]:
    """The fields of an input and of all inputs in it; of other types none."""
    for named in types_within(type_).values():
        if isinstance(named, GraphQLInputObjectType):
            yield from named.fields.values()


class _Form(TypedDict):
    kind: str
    many: bool
    choices: tuple[str, ...]


def _form(type_: object) -> _Form:
    named = innermost(type_)
    if isinstance(named, GraphQLEnumType):
        choices = tuple(str(name) for name in cast(Any, named).values)
        return {"kind": TEXT, "many": _is_list(type_), "choices": choices}
    kind = _KINDS.get(named.name, JSON)
    return {"kind": kind, "many": kind != JSON and _is_list(type_), "choices": ()}


def _slot_type(slot: Slot) -> object:
    return cast(Any, slot).type


def _explained(slot: Slot) -> str:
    encrypted = " Travels encrypted." if has_directive(slot, ENCRYPTED) else ""
    return (plain_text(slot.description or "") + encrypted).strip()


def _is_secret(slot: Slot) -> bool:
    return has_directive(slot, SECRET) or has_directive(slot, ENCRYPTED)


def _is_list(type_: object) -> bool:
    bare = cast(Any, type_).of_type if is_non_null_type(type_) else type_
    return is_list_type(bare)


def _of_endpoint(parameter: Parameter, choices: dict[str, tuple[str, ...]]) -> Argument:
    return Argument(
        path=(parameter.name,),
        kind=TEXT,
        help=parameter.help,
        required=parameter.required,
        secret=parameter.name in _REST_SECRETS,
        choices=choices.get(parameter.annotation, ()),
    )
