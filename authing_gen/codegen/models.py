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
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLSchema,
    Node,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    is_object_type,
    visit,
)

from .annotations import mentioned, modern
from .collisions import renamed
from .directives import SECRET, has_directive, named_type
from .docstrings import class_docstring, described, docstring, plain_text
from .errors import CodegenError
from .flatten import FlatOperation
from .names import NamesPlugin, method_name
from .package_names import taken_names
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

    operation: str
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


def build_models(
    project: Project, operations: Iterable[FlatOperation], settled: Mapping[int, str]
) -> Models:
    """Write the models that the operations return.

    Args:
        project: Where they come from.
        operations: The operations.
        settled: Python names of fields whose own ones others have, by the nodes' `id`.

    Raises:
        CodegenError: A fragment selects different shapes in different places.
    """
    raw = [_read(project, operation, settled) for operation in operations]
    inner = [raw_class for item in raw for raw_class in item.classes[:-1]]
    names = _Names(inner)
    names.check(inner, _reserved_names(project, raw))
    imports = [import_ for item in raw for import_ in item.imports]
    models = Models(imports=[import_ for import_ in imports if import_.names])
    for raw_class in inner:
        new_names = names.of_operation[raw_class.operation]
        name = new_names[raw_class.name]
        if name not in models.definitions:
            models.definitions[name] = _model(raw_class, name, new_names)
    for data in (item.classes[-1] for item in raw):
        new_names = names.of_operation.get(data.operation, {})
        models.results[data.operation] = _data(data, new_names)
    _say_who_returns(models)
    return models


def _reserved_names(project: Project, raw: Iterable[OperationClasses]) -> set[str]:
    imported = {
        alias.name
        for item in raw
        for import_ in item.imports
        for alias in import_.names
    }
    others = {
        name
        for name, type_ in project.schema.type_map.items()
        if isinstance(type_, GraphQLEnumType | GraphQLInputObjectType)
    }
    return imported | others | taken_names(project.twins)


class _Names:
    """Names for the classes of all operations."""

    def __init__(self, classes: list[RawClass]) -> None:
        self._shapes = _number_shapes(classes)
        self._fragments: dict[tuple[GraphQLNamedType | None, int], str] = {}
        self._claims: dict[str, set[int]] = {}
        self._paths: dict[tuple[GraphQLNamedType | None, int], str] = {}
        for raw_class in classes:
            if raw_class.fragment is not None:
                key = (raw_class.type_, self._shape_of(raw_class))
                self._fragments.setdefault(key, raw_class.fragment)
        for raw_class in classes:
            if raw_class.type_ is not None and not self._fragment_for(raw_class):
                claims = self._claims.setdefault(raw_class.type_.name, set())
                claims.add(self._shape_of(raw_class))
        self.of_operation: dict[str, dict[str, str]] = {}
        """The new names of each operation's classes, by their old ones."""
        for raw_class in classes:
            names = self.of_operation.setdefault(raw_class.operation, {})
            names[raw_class.name] = self._choose(raw_class)

    def check(self, classes: list[RawClass], reserved: set[str]) -> None:
        """Refuse a name for two shapes, or for what has a name already."""
        taken: dict[str, int | None] = dict.fromkeys(reserved)
        for raw_class in classes:
            name = self.of_operation[raw_class.operation][raw_class.name]
            shape = self._shape_of(raw_class)
            if taken.setdefault(name, shape) == shape:
                continue
            if raw_class.fragment is not None and name not in reserved:
                problem = f"fragment {name!r} selects different shapes in two places"
            else:
                problem = f"the name {name!r} is taken"
            raise CodegenError(
                f"{problem}; select these fields by a fragment with another name",
                raw_class.selection,
            )

    def _shape_of(self, raw_class: RawClass) -> int:
        return self._shapes[raw_class.operation, raw_class.name]

    def _fragment_for(self, raw_class: RawClass) -> str | None:
        key = (raw_class.type_, self._shape_of(raw_class))
        return raw_class.fragment or self._fragments.get(key)

    def _choose(self, raw_class: RawClass) -> str:
        if fragment := self._fragment_for(raw_class):
            return str_to_pascal_case(fragment)
        if raw_class.type_ is not None and len(self._claims[raw_class.type_.name]) == 1:
            name = str_to_pascal_case(raw_class.type_.name)
            if name not in map(str_to_pascal_case, self._fragments.values()):
                return name
        key = (raw_class.type_, self._shape_of(raw_class))
        return self._paths.setdefault(key, raw_class.name)


def _number_shapes(classes: list[RawClass]) -> dict[tuple[str, str], int]:
    """Number the shapes, by operation and class; inner classes come first."""
    numbers: dict[Shape, int] = {}
    found: dict[tuple[str, str], int] = {}
    for raw_class in classes:
        inner = {
            name: f"<{number}>"
            for (operation, name), number in found.items()
            if operation == raw_class.operation
        }
        shape = frozenset(
            (item.key, ast.unparse(modern(item.code.annotation, inner)))
            for item in raw_class.fields
        )
        key = (raw_class.operation, raw_class.name)
        found[key] = numbers.setdefault(shape, len(numbers))
    return found


def _model(raw_class: RawClass, name: str, names: Mapping[str, str]) -> ast.ClassDef:
    type_ = raw_class.type_
    text = plain_text((type_ and type_.description) or f"Fields of `{name}`.")
    body: list[ast.stmt] = []
    for item in raw_class.fields:
        body.append(_field(item, names))
        if item.definition and (said := described(item.definition)):
            body.append(docstring(said))
    return _class(name, text, body)


def _data(raw_class: RawClass, names: Mapping[str, str]) -> ast.ClassDef:
    # Whoever calls a method reads no field of its data.
    fields = [_field(item, names, mark=False) for item in raw_class.fields]
    text = f"What `{raw_class.operation}` answers."
    return _class(f"{raw_class.name}Data", text, fields)


def _class(name: str, text: str, body: list[ast.stmt]) -> ast.ClassDef:
    bases: list[ast.expr] = [ast.Name("BaseModel", ast.Load())]
    return ast.ClassDef(name, bases, [], [class_docstring(text), *body], [])


def _field(item: RawField, names: Mapping[str, str], *, mark: bool = True) -> ast.stmt:
    value = item.code.value
    if mark and item.definition:
        value = deprecated(value, item.definition.deprecation_reason)
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
    """Keep the value of a model's field out of the model's repr and serialisations."""
    condition = ast.Name("unless_keeping_secrets", ast.Load())
    return _with(value, repr=ast.Constant(False), exclude_if=condition)


def deprecated(value: ast.expr | None, reason: str | None) -> ast.expr | None:
    """Let who reads a model's field be warned, if it is deprecated."""
    if reason is None:
        return value
    return _with(value, deprecated=ast.Constant(plain_text(reason)))


def _with(value: ast.expr | None, **more: ast.expr) -> ast.Call:
    """Tell pydantic more of a field."""
    keywords = [ast.keyword(name, each) for name, each in more.items()]
    if isinstance(value, ast.Call):
        keywords = [*value.keywords, *keywords]
    elif value is not None:
        keywords = [ast.keyword("default", value), *keywords]
    return ast.Call(ast.Name("Field", ast.Load()), [], keywords)


def _read(
    project: Project, operation: FlatOperation, settled: Mapping[int, str]
) -> OperationClasses:
    places = _Places.of(operation, project.schema)
    recorder = _Recorder(project.schema, {}, operation, places, settled)
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
        settled: Mapping[int, str],
    ) -> None:
        super().__init__(schema, config_dict)  # pyright: ignore[reportUnknownMemberType]
        self.operation = operation
        self.places = places
        self.settled = settled
        self.classes: list[RawClass] = []
        self._fields: dict[int, RawField] = {}

    def process_name(
        self, name: str, node: Node | GraphQLInputField | None = None
    ) -> str:
        return renamed(self.settled, super().process_name(name, node), node)

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
                operation=self.operation.name,
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
