"""What differs between two schemas, each difference with its schema coordinate.

graphql-core finds what is breaking or dangerous; the rest is found here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from graphql import (
    BreakingChangeType,
    DangerousChangeType,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    Undefined,
    find_breaking_changes,
    find_dangerous_changes,
    is_specified_scalar_type,
)

from ..directives import innermost
from .part import unreturned_interfaces
from .sdl import literal

Severity = Literal["breaking", "dangerous", "safe"]
Definition = (
    GraphQLNamedType
    | GraphQLField
    | GraphQLArgument
    | GraphQLInputField
    | GraphQLEnumValue
)

TAKEN = {
    "VALUE_ADDED_TO_ENUM": "is read as it comes: enums are open",
    "TYPE_ADDED_TO_UNION": "is read as any other: unions are open",
    "IMPLEMENTED_INTERFACE_ADDED": "is read as any other: interfaces are open",
}
"""Changes that are dangerous to graphql-core, and not to the clients; and why."""

MAY_BE_NULL = "FIELD_MAY_BE_NULL"
"""Kind of a change of what a field answers that is about null only.

To graphql-core it is a change of type, and breaking; but every document stays valid,
and services often promise less than they keep.
"""

ONE_OF_ADDED = "ONE_OF_ADDED"
"""Kind of a change of an input that takes exactly one field now."""
ONE_OF_REMOVED = "ONE_OF_REMOVED"
"""Kind of a change of an input that takes several fields now."""

ONE_OF_UNTOLD = "isOneOf is untold"
"""Marks, among the extensions of an input, that nobody has said which it is."""

_COORDINATES: dict[BreakingChangeType | DangerousChangeType, tuple[str, str]] = {
    BreakingChangeType.TYPE_REMOVED: (r"(\w+) was removed", "{0}"),
    BreakingChangeType.TYPE_CHANGED_KIND: (r"(\w+) changed from", "{0}"),
    BreakingChangeType.TYPE_REMOVED_FROM_UNION: (
        r"(\w+) was removed from union type (\w+)",
        "{1}",
    ),
    BreakingChangeType.VALUE_REMOVED_FROM_ENUM: (
        r"(\w+) was removed from enum type (\w+)",
        "{1}.{0}",
    ),
    BreakingChangeType.REQUIRED_INPUT_FIELD_ADDED: (
        r"A required field (\w+) on input type (\w+)",
        "{1}.{0}",
    ),
    BreakingChangeType.IMPLEMENTED_INTERFACE_REMOVED: (r"(\w+) no longer", "{0}"),
    BreakingChangeType.FIELD_REMOVED: (r"(\w+\.\w+) was removed", "{0}"),
    BreakingChangeType.FIELD_CHANGED_KIND: (r"(\w+\.\w+) changed type", "{0}"),
    BreakingChangeType.REQUIRED_ARG_ADDED: (
        r"A required arg (\w+) on (\w+\.\w+)",
        "{1}({0}:)",
    ),
    BreakingChangeType.ARG_REMOVED: (r"(\w+\.\w+) arg (\w+)", "{0}({1}:)"),
    BreakingChangeType.ARG_CHANGED_KIND: (r"(\w+\.\w+) arg (\w+)", "{0}({1}:)"),
    DangerousChangeType.VALUE_ADDED_TO_ENUM: (
        r"(\w+) was added to enum type (\w+)",
        "{1}.{0}",
    ),
    DangerousChangeType.TYPE_ADDED_TO_UNION: (
        r"(\w+) was added to union type (\w+)",
        "{1}",
    ),
    DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED: (
        r"An optional field (\w+) on input type (\w+)",
        "{1}.{0}",
    ),
    DangerousChangeType.OPTIONAL_ARG_ADDED: (
        r"An optional arg (\w+) on (\w+\.\w+)",
        "{1}({0}:)",
    ),
    DangerousChangeType.IMPLEMENTED_INTERFACE_ADDED: (
        r"(\w+) added to interfaces implemented by (\w+)",
        "{1}",
    ),
    DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE: (
        r"(\w+\.\w+) arg (\w+)",
        "{0}({1}:)",
    ),
}
"""Where a change of graphql-core's is, read from its words."""


@dataclass(frozen=True)
class SchemaChange:
    """One difference of another schema from ours."""

    severity: Severity
    kind: str
    """What has happened, for example `FIELD_REMOVED`."""
    coordinate: str
    """To what: `Type`, `Type.field`, `Type.field(argument:)`, `Enum.VALUE`."""
    text: str


def find_changes(
    ours: GraphQLSchema, theirs: GraphQLSchema, whole: GraphQLSchema
) -> list[SchemaChange]:
    """Compare two schemas; the worst first.

    Args:
        ours: The part of our schema that the other one should have.
        theirs: The other schema.
        whole: All of ours: what is there is not new.
    """
    for schema in (ours, theirs):
        _write_defaults_out(schema)
    found = [
        *(_of(change, "breaking") for change in find_breaking_changes(ours, theirs)),
        *(_of(change, "dangerous") for change in find_dangerous_changes(ours, theirs)),
    ]
    invisible = unreturned_interfaces(whole) - theirs.type_map.keys()
    changes = [
        _weighed(change, ours, theirs)
        for change in found
        if change and not _is_about(change, invisible)
    ]
    known = {change.coordinate for change in changes}
    for name, new in theirs.type_map.items():
        if old := ours.type_map.get(name):
            changes += _type_changes(old, new, whole, known)
        elif new in (theirs.query_type, theirs.mutation_type):
            changes += _added_fields(new, whole)
        elif name not in whole.type_map and not is_specified_scalar_type(new):
            changes.append(_safe("TYPE_ADDED", name, f"Type {name} was added."))
    order = ("breaking", "dangerous", "safe")
    return sorted(changes, key=lambda each: (order.index(each.severity), _type(each)))


def _write_defaults_out(schema: GraphQLSchema) -> None:
    """Make defaults of the schema's own scalars comparable: see `literal`."""
    for type_ in schema.type_map.values():
        inputs: list[GraphQLArgument | GraphQLInputField] = []
        if isinstance(type_, GraphQLInputObjectType):
            inputs += type_.fields.values()
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field in type_.fields.values():
                inputs += field.args.values()
        for each in inputs:
            named = innermost(cast(Any, each).type)
            if isinstance(named, GraphQLScalarType) and not is_specified_scalar_type(
                named
            ):
                each.default_value = literal(each.default_value)


def _type(change: SchemaChange) -> str:
    return change.coordinate.partition(".")[0]


def _of(change: Any, severity: Severity) -> SchemaChange | None:
    """Read a change of graphql-core's; none where it says nothing to us."""
    if change.type not in _COORDINATES or change.description.startswith("Standard"):
        return None  # Directives do not travel, and standard scalars are always there.
    pattern, coordinate = _COORDINATES[change.type]
    match = re.match(pattern, change.description)
    assert match, f"graphql-core says it in other words: {change.description}"
    where = coordinate.format(*match.groups())
    return SchemaChange(severity, change.type.name, where, change.description)


def _weighed(
    change: SchemaChange, ours: GraphQLSchema, theirs: GraphQLSchema
) -> SchemaChange:
    """Say what is safe for us, and tell an answer that may be null from another one."""
    if why := TAKEN.get(change.kind):
        text = f"{change.text.removesuffix('.')}; it {why}."
        return _safe(change.kind, change.coordinate, text)
    if change.kind != BreakingChangeType.FIELD_CHANGED_KIND.name:
        return change
    old, new = lookup(ours, change.coordinate), lookup(theirs, change.coordinate)
    if not isinstance(old, GraphQLField) or not isinstance(new, GraphQLField):
        return change  # What callers give to an input is another matter.
    before, after = str(cast(Any, old).type), str(cast(Any, new).type)
    # An ID is text.
    texts = [re.sub(r"\bID\b", "String", text) for text in (before, after)]
    if texts[0].replace("!", "") != texts[1].replace("!", ""):
        return change
    if _promises(texts[0]) <= _promises(texts[1]):
        text = f"{change.coordinate} changed type from {before} to {after}."
        return _safe("FIELD_TYPE_CHANGED_SAFELY", change.coordinate, text)
    text = f"{change.coordinate} may be null: {before} became {after}."
    return SchemaChange("dangerous", MAY_BE_NULL, change.coordinate, text)


def _promises(type_: str) -> set[int]:
    """Where a type says that there is a value, by what stands before the mark."""
    marks = [place for place, letter in enumerate(type_) if letter == "!"]
    return {place - before for before, place in enumerate(marks)}


def _is_about(change: SchemaChange, interfaces: set[str]) -> bool:
    """Whether a change is that interfaces are gone."""
    if change.kind == BreakingChangeType.TYPE_REMOVED.name:
        return change.coordinate in interfaces
    if change.kind == BreakingChangeType.IMPLEMENTED_INTERFACE_REMOVED.name:
        return change.text.rstrip(".").split()[-1] in interfaces
    return False


def _safe(kind: str, coordinate: str, text: str) -> SchemaChange:
    return SchemaChange("safe", kind, coordinate, text)


def _type_changes(
    old: GraphQLNamedType, new: GraphQLNamedType, whole: GraphQLSchema, known: set[str]
) -> Iterator[SchemaChange]:
    if old.name.startswith("__"):
        return
    yield from _description(old.name, old, new)
    if isinstance(old, GraphQLEnumType) and isinstance(new, GraphQLEnumType):
        for name in _both(old.values, new.values):
            values = old.values[name], new.values[name]
            yield from _common(f"{old.name}.{name}", *values)
    elif isinstance(old, GraphQLInputObjectType) and isinstance(
        new, GraphQLInputObjectType
    ):
        yield from _one_of(old, new)
        for name in _both(old.fields, new.fields):
            inputs = old.fields[name], new.fields[name]
            yield from _input_changes(f"{old.name}.{name}", *inputs, known)
    elif isinstance(old, GraphQLObjectType | GraphQLInterfaceType) and isinstance(
        new, GraphQLObjectType | GraphQLInterfaceType
    ):
        yield from _added_fields(new, whole)
        for name in _both(old.fields, new.fields):
            fields = old.fields[name], new.fields[name]
            yield from _field_changes(f"{old.name}.{name}", *fields, known)


def _one_of(
    old: GraphQLInputObjectType, new: GraphQLInputObjectType
) -> Iterator[SchemaChange]:
    if new.is_one_of and not old.is_one_of:
        text = f"{old.name} takes exactly one field now."
        yield SchemaChange("breaking", ONE_OF_ADDED, old.name, text)
    elif old.is_one_of and not new.is_one_of and ONE_OF_UNTOLD not in new.extensions:
        text = f"{old.name} takes several fields now."
        yield _safe(ONE_OF_REMOVED, old.name, text)


def _added_fields(
    new: GraphQLNamedType, whole: GraphQLSchema
) -> Iterator[SchemaChange]:
    # A root field may be known as one of another gateway.
    known = getattr(whole.type_map.get(new.name), "fields", {})
    for name in getattr(new, "fields", {}):
        if name not in known:
            coordinate = f"{new.name}.{name}"
            yield _safe("FIELD_ADDED", coordinate, f"{coordinate} was added.")


def _field_changes(
    coordinate: str, old: GraphQLField, new: GraphQLField, known: set[str]
) -> Iterator[SchemaChange]:
    yield from _common(coordinate, old, new)
    yield from _type_change("FIELD", coordinate, old, new, known)
    for name in _both(old.args, new.args):
        arguments = old.args[name], new.args[name]
        where = f"{coordinate}({name}:)"
        yield from _common(where, *arguments)
        yield from _type_change("ARG", where, *arguments, known)
        yield from _new_default(where, *arguments)


def _input_changes(
    coordinate: str, old: GraphQLInputField, new: GraphQLInputField, known: set[str]
) -> Iterator[SchemaChange]:
    yield from _common(coordinate, old, new)
    yield from _type_change("INPUT_FIELD", coordinate, old, new, known)
    if old.default_value != new.default_value:
        text = f"The default of {coordinate} is another one."
        yield SchemaChange("dangerous", "INPUT_FIELD_DEFAULT_CHANGE", coordinate, text)


def _new_default(
    coordinate: str, old: GraphQLArgument, new: GraphQLArgument
) -> Iterator[SchemaChange]:
    """Say that leaving an argument out means something; graphql-core does not."""
    if old.default_value is Undefined and new.default_value is not Undefined:
        text = f"{coordinate} has a default."
        kind = DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE.name
        yield SchemaChange("dangerous", kind, coordinate, text)


def _type_change(
    what: str, coordinate: str, old: Any, new: Any, known: set[str]
) -> Iterator[SchemaChange]:
    """Say that a type differs, where graphql-core has found nothing wrong with it."""
    if str(old.type) != str(new.type) and coordinate not in known:
        text = f"{coordinate} changed type from {old.type} to {new.type}."
        yield _safe(f"{what}_TYPE_CHANGED_SAFELY", coordinate, text)


def _common(
    coordinate: str,
    old: GraphQLField | GraphQLArgument | GraphQLInputField | GraphQLEnumValue,
    new: GraphQLField | GraphQLArgument | GraphQLInputField | GraphQLEnumValue,
) -> Iterator[SchemaChange]:
    yield from _description(coordinate, old, new)
    reason = new.deprecation_reason
    if reason is not None and old.deprecation_reason is None:
        yield _safe("DEPRECATED", coordinate, f"{coordinate} is deprecated: {reason}")


def _description(
    coordinate: str, old: Definition, new: Definition
) -> Iterator[SchemaChange]:
    if new.description and not old.description:
        text = f"{coordinate} has a description."
        yield _safe("DESCRIPTION_ADDED", coordinate, text)


def _both(old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    """The names that are in both, in the order of the new one."""
    return [name for name in new if name in old]


def lookup(schema: GraphQLSchema, coordinate: str) -> Definition:
    """Find what a coordinate names.

    Raises:
        KeyError: There is no such thing.
    """
    match = re.fullmatch(r"(\w+)(?:\.(\w+))?(?:\((\w+):\))?", coordinate)
    assert match
    type_name, member, argument = match.groups()
    type_ = schema.type_map[type_name]
    if member is None:
        return type_
    members = cast(Any, type_)
    found = members.values if isinstance(type_, GraphQLEnumType) else members.fields
    definition: Definition = found[member]
    return cast(Any, definition).args[argument] if argument else definition
