"""The module of the client, and of the one that answers with raw responses."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from .docstrings import docstring
from .methods import MethodWriter
from .model_names import Model
from .models import ClassWriter
from .names import free_name, variable_names
from .operations_module import constant_name
from .package_names import RAW_CLIENT
from .paging import Paging
from .project import SCHEMA_FILE, Project
from .raw_client import raw_client
from .schema_types import Types
from .scope import FUTURE
from .table import OperationRecord

_ATTRIBUTES = f"""
schema_file = {{pathlib}}.Path(__file__).with_name({SCHEMA_FILE!r})

@property
def with_raw_response(self) -> {RAW_CLIENT}:
    \"""The same methods; each answers with the HTTP response beside its result.\"""
    return {RAW_CLIENT}(self)
"""


@dataclass(frozen=True)
class ClientModule:
    """Writes the module.

    Args:
        project: The schema and the operations.
        methods: The operations by the names of their methods.
        results: What they answer, by their own names.
        paging: How they read lists, by the methods that do.
    """

    project: Project
    methods: Mapping[str, OperationRecord]
    results: Mapping[str, Model]
    paging: Mapping[str, Paging]

    @property
    def classes(self) -> tuple[str, str]:
        """Names of the classes."""
        return self.project.settings.client_name, RAW_CLIENT

    @property
    def members(self) -> set[str]:
        """Names of the methods, and of what there is in them."""
        variables = (
            variable_names(
                record.flat.source.variable_definitions,
                snake_case=self.project.settings.convert_to_snake_case,
            )
            for record in self.methods.values()
        )
        return {
            *("client", "options", "result", "self", "variables", "schema_file"),
            *self.methods,
            *self.paging_names.values(),
            *("count", "entry", "found", "page", "page_size", "prefetch", "read"),
            *(name for names in variables for name in names.values()),
        }

    @property
    def paging_names(self) -> dict[str, str]:
        """What goes through lists is called, by the methods that read a page."""
        return {name: free_name(f"iter_{name}", self.methods) for name in self.paging}

    def body(self, types: Types, models: ClassWriter) -> list[ast.stmt]:
        """Write the statements."""
        raw = raw_client(
            self.project.settings.client_name,
            types.scope.use("typing", "Final"),
            self.methods,
        )
        client = self._client(types, models)
        return [
            docstring("The client: one method for every operation."),
            FUTURE,  # The client and its raw client mention each other.
            *self._imports(types),
            client,
            raw,
        ]

    def _client(self, types: Types, models: ClassWriter) -> ast.ClassDef:
        scope, settings = types.scope, self.project.settings
        writer = MethodWriter(
            self.project.schema, types, models, settings.convert_to_snake_case
        )
        methods: list[ast.stmt] = []
        for name, record in self.methods.items():
            data = self.results[record.name]
            methods.append(writer.method(name, record, constant_name(name), data))
            if paging := self.paging.get(name):
                twin = self.paging_names[name]
                methods.append(writer.paging(twin, name, record, paging))
        base = scope.name(self.project.base_client_module, settings.base_client_name, 1)
        text = docstring("The operations of the schema, one method each.")
        attributes = _ATTRIBUTES.format(pathlib=scope.module("pathlib"))
        body = [text, *ast.parse(attributes).body, *methods]
        decorator = scope.name("frames", "sensitive_methods", 1)
        return ast.ClassDef(settings.client_name, [base], [], body, [decorator])

    def _imports(self, types: Types) -> list[ast.stmt]:
        """Import what the methods need, and for type checkers what they mention.

        What no call needs would be imported for nothing, and the models are most of the
        package.
        """
        scope = types.scope
        if not self.methods:
            return [*scope.imports]
        results = scope.use("", "results", 1)
        lazy = scope.use("lazy", "LazyModule", 1)
        mentioned = {"models", "enums", types.inputs_module, "collections.abc"}
        imports = scope.imports
        for_types = [
            each
            for each in imports
            if isinstance(each, ast.ImportFrom)
            and (each.module in mentioned or each.names[0].name == "results")
        ]
        needed = [each for each in imports if each not in for_types]
        instead = ast.parse(f"{results} = {lazy}('results', __name__)").body
        # Type checkers know it by its own name only; no class can have that.
        checking = ast.Name("TYPE_CHECKING", ast.Load())
        return [
            *ast.parse("from typing import TYPE_CHECKING").body,
            *needed,
            ast.If(checking, [*for_types], instead),
        ]
