"""Result models: one a shape, named by the fragment that selects it.

ariadne-codegen writes a class for every selection set, named by its path
(`LoginLogin`). Here the classes of one shape become one model, whose name is

1. the name of the fragment that the selection consists of; otherwise
2. the name of a fragment that selects the same fields of the same type; otherwise
3. the name of the type, where no other shape claims it; otherwise
4. the name that ariadne-codegen gave it.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ariadne_codegen.client_generators.constants import BASE_MODEL_IMPORT
from ariadne_codegen.client_generators.result_types import ResultTypesGenerator
from ariadne_codegen.plugins.manager import PluginManager
from ariadne_codegen.utils import str_to_pascal_case
from graphql import (
    ExecutableDefinitionNode,
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    is_object_type,
    visit,
)

from .annotations import mentioned, modern
from .directives import SECRET, has_directive, named_type
from .docstrings import class_docstring, docstring, plain_text
from .errors import CodegenError
from .flatten import FlatOperation
from .names import NamesPlugin, method_name
from .project import Config, Project

Shape = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class RawField:
    """A field as ariadne-codegen wrote it, with its definition in the schema."""

    key: str
    code: ast.AnnAssign
    definition: GraphQLField | None

    @property
    def name(self) -> str:
        """The Python name."""
        assert isinstance(self.code.target, ast.Name)
        return self.code.target.id


@dataclass(frozen=True)
class RawClass:
    """A class as ariadne-codegen wrote it, with what it was written for."""

    name: str
    fields: tuple[RawField, ...]
    type_: GraphQLNamedType | None
    fragment: str | None
    selection: SelectionSetNode


@dataclass
class OperationClasses:
    """The classes of one operation, inner ones first; the last holds the whole data."""

    classes: list[RawClass]
    imports: list[ast.ImportFrom]


@dataclass
class Models:
    """The models of all operations."""

    definitions: dict[str, ast.ClassDef] = field(
        default_factory=dict[str, ast.ClassDef]
    )
    """The classes by name; each stands after those that it mentions."""
    results: dict[str, ast.ClassDef] = field(default_factory=dict[str, ast.ClassDef])
    """The class of each operation's data, by the name of the operation."""
    imports: list[ast.ImportFrom] = field(default_factory=list[ast.ImportFrom])
    """What the classes import."""


def build_models(project: Project, operations: Iterable[FlatOperation]) -> Models:
    """Write the models that the operations return.

    Raises:
        CodegenError: A fragment selects different shapes in different places.
    """
    raw = {operation.name: _read(project, operation) for operation in operations}
    inner = [raw_class for item in raw.values() for raw_class in item.classes[:-1]]
    names = _Names(inner)
    imports = [import_ for item in raw.values() for import_ in item.imports]
    models = Models(imports=[import_ for import_ in imports if import_.names])
    for raw_class in inner:
        name = names.by_raw_name[raw_class.name]
        if name not in models.definitions:
            models.definitions[name] = _model(raw_class, name, names.by_raw_name)
    for operation_name, item in raw.items():
        data = _data(item.classes[-1], operation_name, names.by_raw_name)
        models.results[operation_name] = data
    _say_who_returns(models)
    return models


class _Names:
    """Names for the classes of all operations."""

    def __init__(self, classes: list[RawClass]) -> None:
        self.shapes: dict[str, int] = {}
        numbers: dict[Shape, int] = {}
        for raw_class in classes:
            shape = _shape(raw_class, self.shapes)
            self.shapes[raw_class.name] = numbers.setdefault(shape, len(numbers))
        self.by_fragment: dict[str, int] = {}
        self.fragment_of: dict[tuple[GraphQLNamedType | None, int], str] = {}
        self.of_type: dict[str, set[int]] = {}
        for raw_class in classes:
            self._claim(raw_class)
        self.by_raw_name = {
            raw_class.name: self._choose(raw_class) for raw_class in classes
        }

    def _claim(self, raw_class: RawClass) -> None:
        shape = self.shapes[raw_class.name]
        if raw_class.fragment is None:
            if raw_class.type_ is not None:
                self.of_type.setdefault(raw_class.type_.name, set()).add(shape)
            return
        if self.by_fragment.setdefault(raw_class.fragment, shape) != shape:
            raise CodegenError(
                f"fragment {raw_class.fragment!r} selects different shapes in different"
                " places; give each a fragment of its own",
                raw_class.selection,
            )
        self.fragment_of.setdefault((raw_class.type_, shape), raw_class.fragment)

    def _choose(self, raw_class: RawClass) -> str:
        if raw_class.fragment is not None:
            return str_to_pascal_case(raw_class.fragment)
        shape = self.shapes[raw_class.name]
        if fragment := self.fragment_of.get((raw_class.type_, shape)):
            return str_to_pascal_case(fragment)
        if raw_class.type_ is not None:
            name = str_to_pascal_case(raw_class.type_.name)
            if self.of_type[raw_class.type_.name] == {shape} and not any(
                str_to_pascal_case(fragment) == name for fragment in self.by_fragment
            ):
                return name
        return raw_class.name


def _shape(raw_class: RawClass, known: Mapping[str, int]) -> Shape:
    shapes = {name: f"<{number}>" for name, number in known.items()}
    return frozenset(
        (item.key, ast.unparse(modern(item.code.annotation, shapes)))
        for item in raw_class.fields
    )


def _model(raw_class: RawClass, name: str, names: Mapping[str, str]) -> ast.ClassDef:
    type_ = raw_class.type_
    text = plain_text((type_ and type_.description) or f"Fields of `{name}`.")
    body: list[ast.stmt] = []
    for item in raw_class.fields:
        body.append(_field(item, names))
        if item.definition and item.definition.description:
            body.append(docstring(plain_text(item.definition.description)))
    return _class(name, text, body)


def _data(
    raw_class: RawClass, operation: str, names: Mapping[str, str]
) -> ast.ClassDef:
    fields = [_field(item, names) for item in raw_class.fields]
    return _class(f"{raw_class.name}Data", f"What `{operation}` answers.", fields)


def _class(name: str, text: str, body: list[ast.stmt]) -> ast.ClassDef:
    bases: list[ast.expr] = [ast.Name("BaseModel", ast.Load())]
    return ast.ClassDef(name, bases, [], [class_docstring(text), *body], [])


def _field(item: RawField, names: Mapping[str, str]) -> ast.stmt:
    value = item.code.value
    if item.definition and has_directive(item.definition, SECRET):
        value = hidden(value)
    annotation = modern(item.code.annotation, names)
    return ast.AnnAssign(item.code.target, annotation, value, simple=1)


def _say_who_returns(models: Models) -> None:
    methods: dict[str, list[str]] = {}
    for operation, result in models.results.items():
        for item in result.body:
            if isinstance(item, ast.AnnAssign):
                for name in mentioned(item.annotation) & models.definitions.keys():
                    methods.setdefault(name, []).append(f"`{method_name(operation)}`")
    for name, returning in methods.items():
        definition = models.definitions[name]
        text = f"{ast.get_docstring(definition)}\n\nReturned by {', '.join(returning)}."
        definition.body[0] = class_docstring(text)


def hidden(value: ast.expr | None) -> ast.Call:
    """Keep the value of a model's field out of the model's repr."""
    keywords = [ast.keyword("repr", ast.Constant(False))]
    if isinstance(value, ast.Call):
        keywords = [*value.keywords, *keywords]
    elif value is not None:
        keywords = [ast.keyword("default", value), *keywords]
    return ast.Call(ast.Name("Field", ast.Load()), [], keywords)


def _read(project: Project, operation: FlatOperation) -> OperationClasses:
    places = _Places.of(operation, project.schema)
    recorder = _Recorder(project.schema, {}, operation, places)
    settings = project.settings
    generator = ResultTypesGenerator(
        schema=project.schema,
        operation_definition=operation.definition,
        enums_module_name=settings.enums_module_name,
        base_model_import=BASE_MODEL_IMPORT,
        convert_to_snake_case=settings.convert_to_snake_case,
        custom_scalars=settings.scalars,
        plugin_manager=_manager(project.schema, recorder),
        default_optional_fields_to_none=settings.default_optional_fields_to_none,
        include_typename=settings.include_typename,
    )
    return OperationClasses(recorder.classes, generator.get_imports())


def _manager(schema: GraphQLSchema, recorder: "_Recorder") -> PluginManager:
    manager = PluginManager(schema)
    manager.plugins = [recorder]
    return manager


@dataclass
class _Places(Visitor):
    """Definitions of the fields and types of the selection sets, by the nodes' `id`."""

    type_info: TypeInfo
    fields: dict[int, GraphQLField] = field(default_factory=dict[int, GraphQLField])
    types: dict[int, GraphQLNamedType] = field(
        default_factory=dict[int, GraphQLNamedType]
    )

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def of(cls, operation: FlatOperation, schema: GraphQLSchema) -> "_Places":
        places = cls(TypeInfo(schema))
        visit(operation.definition, TypeInfoVisitor(places.type_info, places))
        return places

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        definition = self.type_info.get_field_def()
        if definition is None:
            return
        self.fields[id(node)] = definition
        type_ = named_type(definition)
        if node.selection_set is not None and is_object_type(type_):
            self.types[id(node.selection_set)] = type_


class _Recorder(NamesPlugin):
    """Writes down the classes that ariadne-codegen makes for one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        config_dict: Config,
        operation: FlatOperation,
        places: _Places,
    ) -> None:
        super().__init__(schema, config_dict)  # pyright: ignore[reportUnknownMemberType]
        self.operation = operation
        self.places = places
        self.classes: list[RawClass] = []
        self._fields: dict[int, RawField] = {}

    def generate_result_field(
        self,
        field_implementation: ast.AnnAssign,
        operation_definition: ExecutableDefinitionNode,
        field: FieldNode,
    ) -> ast.AnnAssign:
        key = (field.alias or field.name).value
        self._fields[id(field_implementation)] = RawField(
            key, field_implementation, self.places.fields.get(id(field))
        )
        return field_implementation

    def generate_result_class(
        self,
        class_def: ast.ClassDef,
        operation_definition: ExecutableDefinitionNode,
        selection_set: SelectionSetNode,
    ) -> ast.ClassDef:
        fields = tuple(
            self._fields[id(statement)]
            for statement in class_def.body
            if isinstance(statement, ast.AnnAssign)
        )
        _check_names(fields, selection_set)
        self.classes.append(
            RawClass(
                name=class_def.name,
                fields=fields,
                type_=self.places.types.get(id(selection_set)),
                fragment=self.operation.fragment_names.get(id(selection_set)),
                selection=selection_set,
            )
        )
        return class_def


def _check_names(fields: tuple[RawField, ...], node: SelectionSetNode) -> None:
    keys: dict[str, str] = {}
    for item in fields:
        if keys.setdefault(item.name, item.key) != item.key:
            raise CodegenError(
                f"{keys[item.name]!r} and {item.key!r} both become {item.name!r} in"
                " Python; give one of them an alias",
                node,
            )
