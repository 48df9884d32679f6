"""The operations table: what the schema's directives come to for each operation."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
)

from .conversions import Conversion, conversion_of
from .directives import (
    DEFAULT_GATEWAY,
    ENCRYPTED,
    USER_POOL,
    Policy,
    has_directive,
    policy_of,
)
from .errors import CodegenError
from .flatten import FlatOperation
from .trace import Filled, Trace, trace
from .wire_types import TYPENAME


@dataclass(frozen=True)
class OperationRecord:
    """One row of the table, with what the docstrings need besides."""

    flat: FlatOperation
    root_fields: tuple[GraphQLField, ...]
    policy: Policy
    places: Trace
    encrypted: tuple[str, ...]
    user_pool: str | None

    @property
    def name(self) -> str:
        """Name of the operation."""
        return self.flat.name

    def conversion(self, variable: str) -> Conversion | None:
        """How what is given for a variable is converted."""
        slots = (each.slot for each in self.places[variable] if each.path == variable)
        return next(filter(None, map(conversion_of, slots)), None)


def build_record(flat: FlatOperation, schema: GraphQLSchema) -> OperationRecord:
    """Trace an operation through the schema.

    Raises:
        CodegenError: Its root fields disagree, a variable is to be encrypted in one
            place and not in another, or it names the user pool twice.
    """
    places = trace(flat.definition, schema)
    fields = _root_fields(flat, schema)
    return OperationRecord(
        flat=flat,
        root_fields=tuple(fields.values()),
        policy=_common_policy(flat, schema, fields),
        places=places,
        encrypted=_encrypted(places),
        user_pool=_user_pool(places),
    )


def _root_fields(flat: FlatOperation, schema: GraphQLSchema) -> dict[str, GraphQLField]:
    root = schema.get_root_type(flat.definition.operation)
    assert root is not None
    fields: dict[str, GraphQLField] = {}
    for node in _fields(flat.definition.selection_set):
        name = node.name.value
        if name.startswith("__") and name != TYPENAME:
            raise CodegenError("introspection is not an operation of the client", node)
        if name != TYPENAME:
            fields[name] = root.fields[name]
    return fields


def _fields(selected: SelectionSetNode) -> Iterator[FieldNode]:
    for node in selected.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):  # It says when, not of which type.
            yield from _fields(node.selection_set)


def _common_policy(
    flat: FlatOperation, schema: GraphQLSchema, fields: dict[str, GraphQLField]
) -> Policy:
    policies = {name: policy_of(schema, field) for name, field in fields.items()}
    if not policies:
        return Policy(DEFAULT_GATEWAY, ())
    first, *others = policies.items()
    for name, policy in others:
        if policy != first[1]:
            raise CodegenError(
                f"{first[0]!r} and {name!r} are not sent alike: their @gateway or"
                " @token differ",
                flat.source,
            )
    return first[1]


def _encrypted(places: Trace) -> tuple[str, ...]:
    by_path: dict[str, list[Filled]] = {}
    for place in (place for filled in places.values() for place in filled):
        by_path.setdefault(place.path, []).append(place)
    found: list[str] = []
    for path, filled in by_path.items():
        plain = [place for place in filled if not has_directive(place.slot, ENCRYPTED)]
        if not plain:
            found.append(path)
        elif len(plain) < len(filled):
            raise CodegenError(
                f"${path} is encrypted in one place and plain in another", plain[0].node
            )
    return tuple(found)


def _user_pool(places: Trace) -> str | None:
    pools = {
        place.path: place
        for filled in places.values()
        for place in filled
        if has_directive(place.slot, USER_POOL)
    }
    first, *others = [*pools, None]
    if first is not None and others[:-1]:
        raise CodegenError(
            f"${first} and ${others[0]} both name the user pool; use one variable",
            pools[first].node,
        )
    return first
