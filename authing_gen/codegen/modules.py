"""The modules that say what one schema holds, as lists of statements."""

import ast
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from graphql import GraphQLEnumType, GraphQLInputObjectType

from .checks import client_names
from .client_module import ClientModule
from .collecting import Collector
from .directives import enums_of
from .docstrings import docstring
from .given import types_within, variable_type
from .inputs import enum_class, input_class
from .lazy_names import lazy_names
from .model_names import Model, ModelNames, Models
from .models import ClassWriter, ModelName, ResultModels
from .names import field_names, method_names, type_names
from .package_names import PUBLIC, RAW_CLIENT, taken_names
from .paging import NotPagedError, Paging, paging_of
from .project import Project
from .scalars import Scalar
from .schema_types import Types
from .scope import FUTURE, OF_MODELS, Scope
from .table import OperationRecord

_FEW = 200
"""More operations than these have modules of models of their own."""
_MODELS = "The models that the operations return."
_DATA = "The data of each operation's answer."

KindT = TypeVar("KindT", GraphQLEnumType, GraphQLInputObjectType)


@dataclass
class Modules:
    """Writes the modules of a package.

    Args:
        project: The schema and the operations.
        records: The operations by name.
    """

    project: Project
    records: Mapping[str, OperationRecord]

    @cached_property
    def types(self) -> dict[str, str]:
        """What the enums and inputs are called in Python, by their own names."""
        return type_names(self.project.schema, self._taken)

    @cached_property
    def scalars(self) -> dict[str, Scalar]:
        """The custom scalars."""
        settings = self.project.settings.scalars
        return {name: Scalar.of(data) for name, data in settings.items()}

    @cached_property
    def models(self) -> ResultModels:
        """The models of the operations."""
        project = self.project
        collector = Collector(project.schema, project.fragments, project.memory)
        taken = {*self._taken, *self.types.values()}
        names = ModelNames(collector, taken, snake_case=self._snake_case)
        return ResultModels.of(names, [each.flat for each in self.records.values()])

    @cached_property
    def methods(self) -> dict[str, OperationRecord]:
        """The operations by the names of their methods."""
        taken = client_names(self.project)
        names = method_names(self.project.operations, taken)
        return {names[name]: record for name, record in self.records.items()}

    @cached_property
    def paging(self) -> dict[str, Paging]:
        """How lists are read page by page, by the methods that do."""
        found: dict[str, Paging] = {}
        for name, record in self.methods.items():
            with suppress(NotPagedError):
                data = self.models.results[record.name]
                if paging := paging_of(self.project.schema, record, data):
                    found[name] = paging
        return found

    @property
    def _taken(self) -> set[str]:
        settings = self.project.settings
        included = (Path(name).stem for name in settings.files_to_include)
        return taken_names(self.project.twins, [self._inputs_module, *included])

    @property
    def _snake_case(self) -> bool:
        return self.project.settings.convert_to_snake_case

    @property
    def _inputs_module(self) -> str:
        return self.project.settings.input_types_module_name

    def enums(self) -> list[ast.stmt]:
        """Write the enums, without those that are the runtime's."""
        classes = self.of_kind(GraphQLEnumType)
        runtime = self.project.runtime
        sent = enums_of(self.project.schema)
        shared = runtime.shared_enums(self.project.schema) if runtime else ()
        scope = Scope(self.types.values())
        body: list[ast.stmt] = [
            enum_class(
                type_,
                self.types[type_.name],
                scope,
                is_open=type_ not in sent.values(),
            )
            for type_ in classes
            if type_ not in [sent[name] for name in shared]
        ]
        if runtime:
            listed = sorted(self.types[type_.name] for type_ in classes)
            imports = [_import_as(name, self.types[sent[name].name]) for name in shared]
            head = f"{runtime.import_('enums', imports)}\n__all__ = {listed}"
            body = [*ast.parse(head).body, *body]
        return [*scope.imports, *body]

    def sent_enums(self) -> dict[str, str]:
        """How modules import the enums of the directives, by what ours are called."""
        sent = enums_of(self.project.schema).items()
        return {name: _import_as(self.types[type_.name], name) for name, type_ in sent}

    def inputs(self) -> list[ast.stmt]:
        """Write the inputs, which may mention each other in any order."""
        types = self.of_kind(GraphQLInputObjectType)
        names = [self.types[type_.name] for type_ in types]
        members = {
            name
            for type_ in types
            for name in field_names(type_.fields, snake_case=self._snake_case).values()
        }
        writer = self._types(Scope(names, members | OF_MODELS))
        classes = [
            input_class(type_, writer, snake_case=self._snake_case) for type_ in types
        ]
        aliases = writer.scope.aliases(*names)
        return [FUTURE, *writer.scope.imports, *classes, *aliases]

    def of_models(self) -> dict[str, list[ast.stmt]]:
        """Write the modules of what is answered, by their names.

        Of many operations and fragments each has a module: a program makes the models
        of what it calls, and type checkers give up on modules that are too large.
        """
        models = self.models
        if len(self.records) <= _FEW:
            data = {model.name: name for name, model in models.results.items()}
            return {
                "models": self._of_models("models", _MODELS, models.definitions, {}),
                "results": self._of_models("results", _DATA, {}, data),
            }
        homes = models.homes()
        returned = {home: [*found] for home, (found, _) in homes.items() if found}
        answers = {home: [*found] for home, (_, found) in homes.items() if found}
        return {
            "models": lazy_names(_MODELS, returned),
            "results": lazy_names(_DATA, answers),
            **{
                home: self._of_models(home, _MODELS, *found)
                for home, found in homes.items()
            },
        }

    def _of_models(
        self,
        home: str,
        text: str,
        definitions: Mapping[str, Model | Models],
        data: Mapping[str, str],
    ) -> list[ast.stmt]:
        """Write one module.

        Args:
            home: Its name.
            text: Its docstring.
            definitions: The models, and the names for one of several, by their names.
            data: The operations of all whose data is written, by the names of those.
        """
        models = self.models
        classes = [each for each in definitions.values() if isinstance(each, Model)]
        answers = {name: models.results[operation] for name, operation in data.items()}
        members = {
            name
            for model in (*classes, *answers.values())
            for name in model.fields.values()
        }
        scope = Scope([*definitions, *answers], members | OF_MODELS)

        def name_of(name: str) -> ast.expr:
            if name in definitions:
                return scope.own(name)
            module = "models" if home == "results" else models.definitions[name].home
            return scope.name(module, name, 1)

        writer = self._writer(scope, name_of)
        returned = models.returning
        written = {
            name: [writer.model(each, returned.get(name, ()))]
            if isinstance(each, Model)
            else writer.alias(each)
            for name, each in definitions.items()
        }
        last = [writer.data(model, data[name]) for name, model in answers.items()]
        # Now that all is written it is known which classes need another name.
        body = [
            statement
            for name, statements in written.items()
            for statement in (*statements, *scope.aliases(name))
        ]
        body += last
        return [docstring(text), *scope.imports, *body]

    def client(self) -> list[ast.stmt]:
        """Write the client, and the one of raw responses."""
        module = ClientModule(
            self.project, self.methods, self.models.results, self.paging
        )
        scope = Scope(module.classes, module.members)
        models = self._writer(scope, lambda name: scope.name("models", name, 1))
        return module.body(self._types(scope, self._inputs_module), models)

    def exports(self) -> dict[str, list[str]]:
        """The names that the package exports, by the modules that they are in."""
        settings, twins = self.project.settings, self.project.twins
        clients = {
            settings.client_file_name: [settings.client_name, RAW_CLIENT],
            self.project.base_client_module: [settings.base_client_name],
        }
        enums = self.of_kind(GraphQLEnumType)
        inputs = self.of_kind(GraphQLInputObjectType)
        found = {
            "enums": [self.types[type_.name] for type_ in enums],
            self._inputs_module: [self.types[type_.name] for type_ in inputs],
        }
        for name, classes in clients.items():
            found[name] = classes
            found[twins.modules[name]] = [twins.classes[item] for item in classes]
        found |= PUBLIC
        found["models"] = list(self.models.definitions)
        return {module: names for module, names in found.items() if names}

    def of_kind(self, kind: type[KindT]) -> list[KindT]:
        """The enums or inputs that the package holds."""
        project = self.project
        is_enum = kind is GraphQLEnumType
        everything = project.all_enums if is_enum else project.all_inputs
        return [
            type_
            for name, type_ in self.project.schema.type_map.items()
            if isinstance(type_, kind)
            and not name.startswith("__")
            and (everything or name in self._used)
        ]

    @cached_property
    def _used(self) -> set[str]:
        """Names of the enums and inputs that operations mention."""
        every = self.of_kind(GraphQLInputObjectType) if self.project.all_inputs else ()
        given = (
            variable_type(self.project.schema, node)
            for record in self.records.values()
            for node in record.flat.source.variable_definitions
        )
        sent = enums_of(self.project.schema).values()
        return {*types_within(*sent, *every, *self.models.leaves(), *given)}

    def _types(self, scope: Scope, inputs_module: str | None = None) -> Types:
        return Types(scope, self.scalars, self.types, inputs_module)

    def _writer(self, scope: Scope, name: ModelName) -> ClassWriter:
        settings = self.project.settings
        is_none = settings.default_optional_fields_to_none
        return ClassWriter(self._types(scope), name, optional_is_none=is_none)


def _import_as(name: str, local: str) -> str:
    return name if name == local else f"{name} as {local}"
