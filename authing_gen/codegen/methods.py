"""Methods of the client: keyword-only, documented, one call each."""

import ast
from dataclasses import dataclass
from typing import cast

from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
)

from . import annotations
from .conversions import Conversion
from .directives import innermost, not_null
from .docstrings import method_docstring, paging_docstring
from .given import variable_type
from .model_names import Model
from .models import ClassWriter
from .names import free_name, variable_names
from .paging import PAGE_SIZE, PREFETCH, Paging
from .schema_types import Types
from .support.async_paging import PREFETCH as PREFETCHED
from .table import OperationRecord


@dataclass(frozen=True)
class MethodWriter:
    """Writes the methods of a client."""

    schema: GraphQLSchema
    types: Types
    models: ClassWriter
    snake_case: bool

    def method(
        self, name: str, record: OperationRecord, constant: str, data: Model
    ) -> ast.AsyncFunctionDef:
        """Write a method.

        Args:
            name: What it is called.
            record: The operation.
            constant: Name of the operation in the table.
            data: What the operation answers.
        """
        parameters = self._parameters(record)
        described = {each.name: each.variable for each in parameters}
        field = _only_field(data)
        results = self.types.scope.use("", "results", 1)
        return ast.AsyncFunctionDef(
            name=name,
            args=self._arguments(parameters),
            body=[
                method_docstring(record, described),
                *ast.parse(self._variables(record, parameters)).body,
                *ast.parse(self._call(constant, f"{results}.{data.name}", field)).body,
            ],
            decorator_list=self._deprecated(record),
            returns=self._returned(data, field, results),
            lineno=0,
        )

    def paging(
        self, name: str, method: str, record: OperationRecord, paging: Paging
    ) -> ast.FunctionDef:
        """Write the method that goes through all entries.

        Args:
            name: What it is called.
            method: The method that reads a page.
            record: The operation.
            paging: How it reads a list.
        """
        scope = self.types.scope
        passed = self._parameters(record)
        parameters = [
            each for each in passed if each.variable not in (paging.page, paging.count)
        ]
        taken = {each.name for each in parameters}
        size, prefetch = (free_name(each, taken) for each in (PAGE_SIZE, PREFETCH))
        arguments = self._arguments(parameters)
        for each, default in ((size, paging.paged.most), (prefetch, PREFETCHED)):
            arguments.kwonlyargs.append(ast.arg(each, ast.Name("int", ast.Load())))
            arguments.kw_defaults.append(ast.Constant(default))
        read = free_name("read", taken)
        entry = self.models.mention(paging.models, validated=False)
        assert entry is not None
        yielded = scope.name("collections.abc", "AsyncGenerator")
        described = {each.name: each.variable for each in parameters}
        return ast.FunctionDef(
            name=name,
            args=arguments,
            body=[
                paging_docstring(record, method, described, size, prefetch, paging),
                *ast.parse(self._reading(read, method, passed, paging, entry)).body,
                *ast.parse(
                    f"return {scope.use('async_paging', 'entries_in_order', 1)}("
                    f"{read}, lambda entry: entry.{paging.key},"
                    f" first={paging.paged.first}, most={paging.paged.most},"
                    f" page_size={size}, prefetch={prefetch})"
                ).body,
            ],
            decorator_list=[],
            returns=ast.Subscript(
                yielded, ast.Tuple([entry, ast.Constant(None)], ast.Load()), ast.Load()
            ),
            lineno=0,
        )

    def _reading(
        self,
        name: str,
        method: str,
        passed: list["_Parameter"],
        paging: Paging,
        entry: ast.expr,
    ) -> str:
        """Write the function that reads a page."""
        page_of = self.types.scope.use("async_paging", "Page", 1)
        hidden = self.types.scope.use("frames", "sensitive_variables", 1)
        replaced = (paging.page, paging.count)
        taken = {each.name for each in passed if each.variable not in replaced}
        page, count = free_name("page", taken), free_name("count", taken)
        given = {paging.page: page, paging.count: count}
        arguments = "".join(
            f"{each.name}={given.get(each.variable, each.name)}, " for each in passed
        )
        found = free_name("found", taken)
        lines = [f"{found} = await self.{method}({arguments}**options)"]
        for number, step in enumerate(paging.way):
            if number:
                before, found = found, free_name(f"found_{number}", taken)
                lines.append(f"{found} = {before}.{step.name}")
            if step.is_nullable:
                lines.append(f"if {found} is None: return {page_of}()")
        lines.append(
            f"return {page_of}({found}.{paging.entries}, {found}.{paging.total})"
        )
        body = "\n".join(f"    {line}" for line in lines)
        returned = f"{page_of}[{ast.unparse(entry)}]"
        head = f"async def {name}({page}: int, {count}: int) -> {returned}:"
        return f"@{hidden}\n{head}\n{body}"

    def _deprecated(self, record: OperationRecord) -> list[ast.expr]:
        """What tells callers, in their editors and when they call."""
        reasons = [
            each.deprecation_reason
            for each in record.root_fields
            if each.deprecation_reason is not None
        ]
        if not reasons:
            return []
        mark = self.types.scope.use("typing_extensions", "deprecated")
        # The frame in between is that of `sensitive_methods`.
        call = f"{mark}({' '.join(reasons)!r}, stacklevel=2)"
        return [ast.parse(call, mode="eval").body]

    def _parameters(self, record: OperationRecord) -> list["_Parameter"]:
        """The parameters in the order in which they are shown."""
        definitions = record.flat.source.variable_definitions
        names = variable_names(definitions, snake_case=self.snake_case)
        found = [
            _Parameter(
                name=names[node.variable.name.value],
                variable=node.variable.name.value,
                type_=variable_type(self.schema, node),
                has_default=node.default_value is not None,
                is_pool=node.variable.name.value == record.user_pool,
                conversion=record.conversion(node.variable.name.value),
            )
            for node in definitions
        ]
        found.sort(key=lambda each: each.is_nullable)
        return sorted(found, key=lambda each: (each.is_optional, each.is_pool))

    def _arguments(self, parameters: list["_Parameter"]) -> ast.arguments:
        scope = self.types.scope
        names = {each.name for each in parameters}
        options = "TokenlessOptions" if "token" in names else "RequestOptions"
        unpacked = ast.Subscript(
            scope.name("typing", "Unpack"),
            scope.name("options", options, 1),
            ast.Load(),
        )
        return ast.arguments(
            posonlyargs=[],
            args=[ast.arg("self")],
            kwonlyargs=[
                ast.arg(each.name, self._annotation(each)) for each in parameters
            ],
            kw_defaults=[
                scope.name("base_model", "UNSET", 1) if each.is_optional else None
                for each in parameters
            ],
            defaults=[],
            kwarg=ast.arg("options", unpacked),
        )

    def _annotation(self, parameter: "_Parameter") -> ast.expr:
        given = self.types.converted(parameter.conversion)
        annotation = self.types.passed(parameter.type_, given)
        if parameter.is_pool:
            annotation = annotations.without(annotation, "None")
        if not parameter.is_optional:
            return annotation
        unset = self.types.scope.name("base_model", "UnsetType", 1)
        return annotations.union(annotation, unset)

    def _variables(
        self, record: OperationRecord, parameters: list["_Parameter"]
    ) -> str:
        by_variable = {each.variable: each for each in parameters}
        items = (
            f"{name!r}: {self._value(by_variable[name])}"
            for node in record.flat.source.variable_definitions
            for name in [node.variable.name.value]
        )
        return f"variables: dict[str, object] = {{{', '.join(items)}}}"

    def _value(self, parameter: "_Parameter") -> str:
        if by := parameter.conversion:
            write = self.types.scope.use(by.module, by.write, 1)
            return f"{write}({parameter.name})"
        scalar = self.types.scalars.get(innermost(parameter.type_).name)
        if scalar is None or scalar.serialize is None:
            return parameter.name
        function = ast.unparse(self.types.reference(scalar.serialize))
        code = _serialised(parameter.name, not_null(parameter.type_), function)
        tests: list[str] = []
        if parameter.is_nullable:
            tests.append(f"{parameter.name} is None")
        if parameter.is_optional:
            unset = self.types.scope.use("base_model", "UnsetType", 1)
            tests.append(f"isinstance({parameter.name}, {unset})")
        return (
            f"{parameter.name} if {' or '.join(tests)} else {code}" if tests else code
        )

    def _call(self, constant: str, model: str, field: str | None) -> str:
        operations = self.types.scope.use("", "operations", 1)
        returned = "result" if field is None else f"result.{field}"
        return (
            f"result = await self.execute({operations}.{constant}, variables,"
            f" {model}, **options)\n"
            f"return {returned}"
        )

    def _returned(self, data: Model, field: str | None, results: str) -> ast.expr:
        if field is None:
            return ast.Attribute(ast.Name(results, ast.Load()), data.name, ast.Load())
        return self.models.returned(data, field)


@dataclass(frozen=True)
class _Parameter:
    """A parameter of a method, which fills a variable of its operation."""

    name: str
    variable: str
    type_: object
    has_default: bool
    is_pool: bool
    conversion: Conversion | None

    @property
    def is_nullable(self) -> bool:
        return not isinstance(self.type_, GraphQLNonNull)

    @property
    def is_optional(self) -> bool:
        return self.is_nullable or self.has_default or self.is_pool


def _only_field(data: Model) -> str | None:
    """The field that is returned; None where several are, and all of them together."""
    fields = [item for item in data.member.fields if not item.is_typename]
    return data.fields[fields[0].key] if len(fields) == 1 else None


def _serialised(name: str, type_: object, function: str) -> str:
    """Serialise a custom scalar where there is a value, and each one of a list."""
    if not isinstance(type_, GraphQLList):
        return f"{function}({name})"
    item, inner = f"{name}_item", cast(object, type_.of_type)
    code = _serialised(item, not_null(inner), function)
    if not isinstance(inner, GraphQLNonNull):
        code = f"{item} if {item} is None else {code}"
    return f"[{code} for {item} in {name}]"
