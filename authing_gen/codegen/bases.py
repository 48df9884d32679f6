"""Which models a model is a kind of: those of the fragments that it spreads.

A function that takes the model of a fragment takes all that hold it, and `isinstance`
tells. Only what a base says of each of its fields can be inherited: where a field has
further fields below, may be left out, or tells by `__typename` which of several classes
it is, it is no base.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from graphql import GraphQLCompositeType, GraphQLSchema

from .directives import INSTANT, SECRET, has_directive
from .wire_types import is_always

if TYPE_CHECKING:
    from .model_names import Model
    from .selections import Member, Selected


def bases_of(
    model: Model,
    spread: Iterable[tuple[GraphQLCompositeType, Model]],
    schema: GraphQLSchema,
) -> tuple[Model, ...]:
    """Choose the bases of a model.

    Args:
        model: The model, with what is selected below its fields.
        spread: Models of fragments that are spread in it, and the types of those.
        schema: The schema.
    """
    fitting = [
        base
        for type_, base in spread
        if is_always(schema, type_, model.member.type_) and _holds(model, base)
    ]
    inherited = {id(each) for base in fitting for each in _ancestors(base)}
    bases = tuple(base for base in fitting if id(base) not in inherited)
    return bases if _is_possible(bases) else bases[:1]


def is_inherited(model: Model, item: Selected) -> bool:
    """Whether a base has a field already, and says the same of it."""
    places = (base.member.field(item.key) for base in model.bases)
    first = next(filter(None, places), None)
    said = item.definition.description
    return first is not None and first.definition.description == said


def _holds(model: Model, base: Model) -> bool:
    return all(
        (own := model.member.field(item.key)) is not None
        and _is_typed(own, _typenames(base, item), model.member)
        and _written(own) == _written(item)
        and model.fields[item.key] == base.fields[item.key]
        and model.inner.get(item.key) is base.inner.get(item.key)
        for item in base.member.fields
    )


def _is_typed(item: Selected, typenames: tuple[str, ...], member: Member) -> bool:
    # Where there is only one class, nobody asks it for its `__typename`.
    is_known = not member.label and not typenames
    return is_known or item.typenames == typenames


def _typenames(model: Model, item: Selected) -> tuple[str, ...]:
    """What a model says of a `__typename`, which it may inherit."""
    for base in model.bases:
        if theirs := base.member.field(item.key):
            return _typenames(base, theirs)
    return item.typenames


def _written(item: Selected) -> object:
    definition = item.definition
    marks = [has_directive(definition, name) for name in (SECRET, INSTANT)]
    return str(item.type_), item.optional, marks, definition.deprecation_reason


def _ancestors(model: Model) -> Iterable[Model]:
    for base in model.bases:
        yield base
        yield from _ancestors(base)


def _is_possible(bases: tuple[Model, ...]) -> bool:
    """Whether Python finds an order for the bases of the bases."""
    made: dict[int, type] = {}

    def make(model: Model) -> type:
        if id(model) not in made:
            made[id(model)] = type(model.name, (*map(make, model.bases),), {})
        return made[id(model)]

    try:
        type("Model", (*map(make, bases),), {})
    except TypeError:
        return False
    return True
