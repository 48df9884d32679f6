"""Tells of the names that got a suffix.

Two names of GraphQL may become one in Python, or one that is taken already. Which of
them gets the suffix follows from the names alone: see `names`.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain

from graphql import GraphQLInputObjectType, Node

from .modules import Modules
from .names import field_name, field_names, python_name, variable_names
from .problems import Problem

Named = Mapping[str, tuple[str, Node | None]]
"""What names would be by themselves, and where they are, by the names in GraphQL."""


def suffixes(modules: Modules) -> list[Problem]:
    """Tell of each name of a package that has a suffix."""
    told = chain(
        _of_types(modules),
        _of_methods(modules),
        _of_parameters(modules),
        _of_inputs(modules),
        _of_models(modules),
    )
    return [*dict.fromkeys(told)]


def _told(settled: Mapping[str, str], named: Named, taker: str) -> Iterator[Problem]:
    """Tell of the names that are not what they would be by themselves.

    Args:
        settled: The names in Python by those in GraphQL.
        named: What they would be.
        taker: Who has a name that is nobody else's.
    """
    owners = {python: name for name, python in settled.items()}
    for name, (alone, node) in named.items():
        if (python := settled[name]) != alone:
            owner = f"{owners[alone]!r}" if alone in owners else taker
            text = f"{name!r} is {python!r} in Python: {owner} has {alone!r}"
            yield Problem.at(text, node)


def _of_types(modules: Modules) -> Iterator[Problem]:
    generated = {*chain.from_iterable(modules.exports().values())}
    types = {
        name: python for name, python in modules.types.items() if python in generated
    }
    schema = modules.project.schema
    named = {name: (name, schema.type_map[name].ast_node) for name in types}
    return _told(types, named, "the package")


def _of_methods(modules: Modules) -> Iterator[Problem]:
    settled = {record.name: name for name, record in modules.methods.items()}
    named = {
        name: (python_name(name, record.flat.source), record.flat.source)
        for name, record in modules.records.items()
    }
    return _told(settled, named, "the client")


def _of_parameters(modules: Modules) -> Iterator[Problem]:
    snake_case = modules.project.settings.convert_to_snake_case
    for record in modules.records.values():
        nodes = record.flat.source.variable_definitions
        named = {
            name: (python_name(name, node, snake_case=snake_case), node)
            for node in nodes
            for name in [node.variable.name.value]
        }
        settled = variable_names(nodes, snake_case=snake_case)
        yield from _told(settled, named, "the method")


def _of_inputs(modules: Modules) -> Iterator[Problem]:
    snake_case = modules.project.settings.convert_to_snake_case
    alone = partial(field_name, snake_case=snake_case)
    for type_ in modules.of_kind(GraphQLInputObjectType):
        named = {
            name: (alone(name), slot.ast_node) for name, slot in type_.fields.items()
        }
        settled = field_names(type_.fields, snake_case=snake_case)
        yield from _told(settled, named, "the class")


def _of_models(modules: Modules) -> Iterator[Problem]:
    snake_case = modules.project.settings.convert_to_snake_case
    alone = partial(field_name, snake_case=snake_case)
    models = modules.models
    for model in (*models.results.values(), *models.classes):
        named = {item.key: (alone(item.key), item.node) for item in model.member.fields}
        yield from _told(model.fields, named, "the class")
