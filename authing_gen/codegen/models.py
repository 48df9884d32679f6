"""Result models, written as classes; see `model_names` for what they are called."""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from graphql import GraphQLNamedType, GraphQLNonNull

from . import annotations
from .bases import is_inherited
from .directives import INSTANT, SECRET, has_directive, named_type
from .docstrings import class_docstring, described, docstring, plain_text
from .flatten import FlatOperation
from .model_names import Model, ModelNames, Models
from .names import method_name
from .schema_types import NONE, Types
from .selections import Selected

ModelName = Callable[[str], ast.expr]
"""Writes the name of a model in some module."""


@dataclass
class ResultModels:
    """The models of all operations."""

    results: dict[str, Model] = field(default_factory=dict[str, Model])
    """The class of each operation's data, by the name of the operation."""
    definitions: dict[str, Model | Models] = field(
        default_factory=dict[str, Model | Models]
    )
    """The classes, and the fragments that are one of several, by their names; each
    stands after those that it mentions."""

    @classmethod
    def of(
        cls, names: ModelNames, operations: Iterable[FlatOperation]
    ) -> "ResultModels":
        """Name the models that operations return; their order changes no name."""
        operations = list(operations)
        data = {
            each.name: names.operation(each.source, each.name)
            for each in sorted(operations, key=lambda each: each.name)
        }
        models = cls({each.name: data[each.name] for each in operations})
        for model in models.results.values():
            models._define_below(model)
        return models

    @property
    def classes(self) -> list[Model]:
        """The classes, without those of whole operations."""
        return [each for each in self.definitions.values() if isinstance(each, Model)]

    @property
    def field_names(self) -> set[str]:
        """What their fields are called."""
        return {name for model in self.classes for name in model.fields.values()}

    def homes(self) -> dict[str, tuple[dict[str, Model | Models], dict[str, str]]]:
        """By module what is in it: models by their names, and operations by those of
        their data; where each operation and each fragment has one."""
        homes: dict[str, tuple[dict[str, Model | Models], dict[str, str]]] = {}
        for name, each in self.definitions.items():
            homes.setdefault(each.home, ({}, {}))[0][name] = each
        for operation, model in self.results.items():
            homes.setdefault(model.home, ({}, {}))[1][model.name] = operation
        return homes

    def leaves(self) -> Iterator[GraphQLNamedType]:
        """The types of all fields below which nothing is selected."""
        for model in (*self.results.values(), *self.classes):
            for item in model.member.fields:
                if item.inner is None:
                    yield named_type(item.definition)

    def _define(self, model: Model) -> None:
        if model.name not in self.definitions:
            for base in model.bases:
                self._define(base)
            self._define_below(model)
            self.definitions[model.name] = model

    def _define_below(self, model: Model) -> None:
        for below in model.inner.values():
            for each in below.classes:
                self._define(each)
            if below.is_union and below.is_fragment:
                self.definitions[below.name] = below

    @cached_property
    def returning(self) -> dict[str, list[str]]:
        """The methods that return a model itself, by the name of the model."""
        methods: dict[str, list[str]] = {}
        for operation, data in self.results.items():
            for name in {
                each.name: None
                for below in data.inner.values()
                for each in below.classes
            }:
                methods.setdefault(name, []).append(f"`{method_name(operation)}`")
        return methods


@dataclass(frozen=True)
class ClassWriter:
    """Writes models into one module.

    Args:
        types: Writes the types.
        name: Writes the name of another model.
        optional_is_none: Whether what may be null may also be left out.
    """

    types: Types
    name: ModelName
    optional_is_none: bool = False

    def model(self, model: Model, returned_by: Iterable[str]) -> ast.ClassDef:
        """Write a model."""
        text = "\n\n".join([_description(model), *_returned(returned_by)])
        body: list[ast.stmt] = []
        for item in model.member.fields:
            if not is_inherited(model, item):
                body.append(self._field(model, item))
                if said := described(item.definition):
                    body.append(docstring(said))
        bases = [self.name(base.name) for base in model.bases]
        return self._class(model.name, text, body, bases)

    def data(self, model: Model, operation: str) -> ast.ClassDef:
        """Write the class of all that an operation answers."""
        # Whoever calls a method reads no field of its data.
        body = [self._field(model, item, is_read=False) for item in model.member.fields]
        return self._class(model.name, f"What `{operation}` answers.", body)

    def returned(self, data: Model, field: str) -> ast.expr:
        """Write the type of one field of what an operation answers."""
        item = next(
            each for each in data.member.fields if data.fields[each.key] == field
        )
        inner = self._inner(data, item, validated=False)
        type_ = self.types.returned(item.type_, inner)
        return _or_none(type_) if item.optional else type_

    def alias(self, models: Models) -> list[ast.stmt]:
        """Write the name for whichever of its models a fragment is."""
        target = ast.Name(models.name, ast.Store())
        kind = self.types.scope.name("typing", "TypeAlias")
        return [
            ast.AnnAssign(target, kind, self._union(models), simple=1),
            docstring("One of these, by `typename__`."),
        ]

    def _inner(
        self, model: Model, item: Selected, *, validated: bool
    ) -> ast.expr | None:
        if has_directive(item.definition, INSTANT):
            return self.types.instant()
        return self.mention(model.inner.get(item.key), validated=validated)

    def mention(self, models: Models | None, *, validated: bool) -> ast.expr | None:
        """Write the type of what is selected below a field."""
        if models is None:
            return None
        if models.is_union and not models.is_fragment:
            return self._union(models) if validated else self._members(models)
        return self.name(models.name)

    def _members(self, models: Models) -> ast.expr:
        return annotations.union(*(self.name(model.name) for model in models.classes))

    def _union(self, models: Models) -> ast.expr:
        chosen = self.types.scope.name("unions", "BY_TYPENAME", 1)
        return self.types.annotated(self._members(models), chosen)

    def _class(
        self,
        name: str,
        text: str,
        body: list[ast.stmt],
        bases: Sequence[ast.expr] = (),
    ) -> ast.ClassDef:
        bases = [*bases] or [self.types.scope.name("base_model", "BaseModel", 1)]
        return ast.ClassDef(name, bases, [], [class_docstring(text), *body], [])

    def _field(self, model: Model, item: Selected, *, is_read: bool = True) -> ast.stmt:
        name = model.fields[item.key]
        if item.is_typename:
            annotation = self._typename(item)
        else:
            inner = self._inner(model, item, validated=True)
            annotation = self.types.answered(item.type_, inner)
        has_default = item.optional or (
            self.optional_is_none and not isinstance(item.type_, GraphQLNonNull)
        )
        if has_default:
            annotation = _or_none(annotation)
        value = field_value(
            self.types,
            alias=item.key if name != item.key else None,
            default=NONE if has_default else None,
            is_hidden=has_directive(item.definition, SECRET),
            deprecated=item.definition.deprecation_reason if is_read else None,
        )
        return ast.AnnAssign(ast.Name(name, ast.Store()), annotation, value, simple=1)

    def _typename(self, item: Selected) -> ast.expr:
        if not item.typenames:
            return ast.Name("str", ast.Load())
        names = [ast.Constant(name) for name in item.typenames]
        literal = self.types.scope.name("typing", "Literal")
        which = names[0] if len(names) == 1 else ast.Tuple([*names], ast.Load())
        return ast.Subscript(literal, which, ast.Load())


def field_value(
    types: Types,
    *,
    alias: str | None,
    default: ast.expr | None,
    is_hidden: bool,
    deprecated: str | None,
) -> ast.expr | None:
    """Write what a field is set to: its default, its name in the schema, its secrecy.

    Args:
        types: Writes into the module.
        alias: The name in the schema where it is another one.
        default: The default, or a call that has one.
        is_hidden: Whether it is left out of the model's repr and serialisations.
        deprecated: Why it is deprecated, if it is: who reads it is warned.
    """
    keywords: list[ast.keyword] = []
    if alias is not None:
        # Of `alias` alone, type checkers believe that only it can be given.
        name = ast.Constant(alias)
        keywords.append(ast.keyword("validation_alias", name))
        keywords.append(ast.keyword("serialization_alias", name))
    if isinstance(default, ast.Lambda):
        keywords.append(ast.keyword("default_factory", default))
    elif default is not None and (keywords or is_hidden or deprecated is not None):
        keywords.append(ast.keyword("default", default))
    if deprecated is not None:
        reason = ast.Constant(plain_text(deprecated))
        keywords.append(ast.keyword("deprecated", reason))
    if is_hidden:
        condition = types.scope.name("base_model", "unless_keeping_secrets", 1)
        keywords.append(ast.keyword("repr", ast.Constant(False)))
        keywords.append(ast.keyword("exclude_if", condition))
    if not keywords:
        return default
    return ast.Call(types.scope.name("pydantic", "Field"), [], keywords)


def _or_none(type_: ast.expr) -> ast.expr:
    return annotations.union(annotations.without(type_, "None"), NONE)


def _description(model: Model) -> str:
    member = model.member
    if not member.types and member.label:
        what = f"Any other `{member.type_.name}`"
        return f"{what}, also of a type that the schema does not have."
    if member.type_.description:
        return plain_text(member.type_.description)
    return f"Fields of `{model.name}`."


def _returned(methods: Iterable[str]) -> Iterator[str]:
    if text := ", ".join(methods):
        yield f"Returned by {text}."
