"""The plugin: what ariadne-codegen's hooks add up to.

ariadne-codegen writes the parameters, the inputs and the enums; the plugin adds the
operations table, one model a shape, docstrings, typed options and good names.
"""

import ast
from collections.abc import Collection, Sequence

from ariadne_codegen.utils import format_many
from graphql import (
    ExecutableDefinitionNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
)

from .annotations import modern
from .checks import (
    check_enums,
    check_inputs,
    check_operations,
    check_record,
    check_settings,
    check_uploads,
    client_names,
)
from .collisions import (
    Settled,
    renamed,
    settle_inputs,
    settle_operations,
    settle_selections,
    settle_variables,
)
from .directives import ENCRYPTED, SECRET, USER_POOL, check_directives, has_directive
from .docstrings import (
    attribute_docstrings,
    class_docstring,
    described,
    docstring,
    plain_text,
)
from .errors import Problems
from .flatten import flatten
from .methods import Result, write_method
from .models import build_models, deprecated, hidden
from .names import NamesPlugin
from .operations_module import constant_name, operations_code
from .package_names import HEADER, PUBLIC, RAW_CLIENT, is_generated
from .problems import Problem
from .project import SCHEMA_FILE, Config, Project
from .raw_client import raw_client
from .runtime import Runtime
from .support_modules import support_modules
from .table import OperationRecord, build_record
from .used import without_unused

_CLIENT_IMPORTS = """
import pathlib
from typing import TYPE_CHECKING, Final, Unpack

from typing_extensions import deprecated

from . import operations
from .base_model import UNSET, UnsetType
from .frames import sensitive_methods
from .lazy import LazyModule
from .options import RequestOptions, TokenlessOptions
"""

_ONLY_FOR_TYPES = """
from collections.abc import Sequence
from . import results
"""
"""What type checkers and editors read, and no call needs: it would be imported for
nothing, and the models are most of the package."""

_MENTIONS = """\
# mypy: disable-error-code="deprecated"
# pyright: reportDeprecated=false"""

_LAZY_RESULTS = 'results = LazyModule("results", __name__)'

_LAZY_NAMES = """
if not TYPE_CHECKING:  # Or else they would take any name for one of ours.

    def __getattr__(name):
        if name in _MODULES.values():
            return import_module(f".{name}", __name__)
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f".{_MODULES[name]}", __name__), name)
        globals()[name] = found
        return found
"""

_CLIENT_ATTRIBUTES = f"""
schema_file = pathlib.Path(__file__).with_name({SCHEMA_FILE!r})

@property
def with_raw_response(self) -> {RAW_CLIENT}:
    \"""The same methods; each answers with the HTTP response beside its result.\"""
    return {RAW_CLIENT}(self)
"""


class AuthingPlugin(NamesPlugin):
    """Adds what `ariadne-codegen` leaves out; see the modules beside this one."""

    def __init__(
        self,
        schema: GraphQLSchema,
        config_dict: Config,
        project: Project | None = None,
    ) -> None:
        super().__init__(schema, config_dict)  # pyright: ignore[reportUnknownMemberType]
        self.project = project or Project.load(config_dict)
        self.settled = Settled(self.project.settings.convert_to_snake_case)
        if project is None:
            settle_inputs(schema, self.settled)
        self.by_operation = _records(self.project, self.settled)
        self.models = build_models(
            self.project,
            [record.flat for record in self.by_operation.values()],
            self.settled.names,
        )
        self.notes = [*_left_out(self.project), *self.settled.notes]
        """What a generation does that one may not expect."""
        self.methods: dict[str, OperationRecord] = {}
        self.client_code = ""

    def process_name(
        self, name: str, node: Node | GraphQLInputField | None = None
    ) -> str:
        """Spell a name as people would; no two of them are the same."""
        name = super().process_name(name, node)
        if isinstance(node, OperationDefinitionNode) and node.name:
            # ariadne-codegen has parsed the operations by itself.
            settle_variables(node, self.settled)
            return self.settled.methods.get(node.name.value, name)
        return renamed(self.settled.names, name, node)

    def process_schema(self, schema: GraphQLSchema) -> GraphQLSchema:
        """Leave out inputs and enums that are not to be generated."""
        return without_unused(schema, self.project)

    # The client

    def generate_client_method(
        self,
        method_def: ast.FunctionDef | ast.AsyncFunctionDef,
        operation_definition: OperationDefinitionNode,
    ) -> ast.FunctionDef | ast.AsyncFunctionDef:
        """Write the method and a row of the table."""
        assert isinstance(method_def, ast.AsyncFunctionDef)
        assert operation_definition.name is not None
        name = operation_definition.name.value
        record = self.by_operation[name]
        self.methods[method_def.name] = record
        constant = constant_name(method_def.name)
        result = Result.of(self.models.results[name])
        return write_method(method_def, record, constant, result)

    def generate_client_class(self, class_def: ast.ClassDef) -> ast.ClassDef:
        """Describe the class, name its schema, and give it its raw client."""
        text = "The operations of the schema, one method each."
        attributes = ast.parse(_CLIENT_ATTRIBUTES).body
        methods = [item for item in class_def.body if not isinstance(item, ast.Pass)]
        class_def.body = [docstring(text), *attributes, *methods]
        class_def.decorator_list = [ast.Name("sensitive_methods", ast.Load())]
        return class_def

    def generate_client_module(self, module: ast.Module) -> ast.Module:
        """Keep the class for `generate_files`, which writes the twin beside it."""
        classes = [item for item in module.body if isinstance(item, ast.ClassDef)]
        self.client_code = self._client_code(classes, self._schema_imports(module))
        module.body = []
        return module

    def _client_code(
        self, classes: list[ast.ClassDef], imports: list[ast.ImportFrom]
    ) -> str:
        """Import what the methods mention, and more: ruff drops what they do not."""
        settings = self.project.settings
        body = [
            docstring("The client: one method for every operation."),
            _import_future(),  # The client and its raw client mention each other.
            *ast.parse(_CLIENT_IMPORTS).body,
            _import(self.project.base_client_module, settings.base_client_name),
            *self.models.imports,
            *(item for item in imports if item.level == 0),
            _only_for_types(
                [
                    *ast.parse(_ONLY_FOR_TYPES).body,
                    *_imports("models", self.models.definitions),
                    *(item for item in imports if item.level),
                ],
                instead=ast.parse(_LAZY_RESULTS).body,
            ),
            *classes,
            raw_client(settings.client_name, self.methods),
        ]
        return _unparse(body)

    def _schema_imports(self, module: ast.Module) -> list[ast.ImportFrom]:
        settings = self.project.settings
        wanted = {settings.enums_module_name, settings.input_types_module_name}
        return [
            item
            for item in module.body
            if isinstance(item, ast.ImportFrom)
            and (item.module in wanted or item.level == 0)
        ]

    # Inputs and enums

    def generate_input_field(
        self,
        field_implementation: ast.AnnAssign,
        input_field: GraphQLInputField,
        field_name: str,
    ) -> ast.AnnAssign:
        """Make the user pool optional and mark secrets."""
        value = field_implementation.value
        if has_directive(input_field, USER_POOL) and not _has_default(value):
            value = _with_default_none(value)
            optional = ast.Name("Optional", ast.Load())
            annotation = field_implementation.annotation
            field_implementation.annotation = ast.Subscript(optional, annotation)
        value = deprecated(value, input_field.deprecation_reason)
        if any(has_directive(input_field, name) for name in (SECRET, ENCRYPTED)):
            value = hidden(value)
        field_implementation.value = value
        field_implementation.annotation = modern(field_implementation.annotation)
        return field_implementation

    def generate_inputs_module(self, module: ast.Module) -> ast.Module:
        """Let the inputs mention each other in any order."""
        module.body[:0] = [_import_future(), _SECRETS]
        return module

    def generate_input_class(
        self, class_def: ast.ClassDef, input_type: GraphQLInputObjectType
    ) -> ast.ClassDef:
        """Write the descriptions as docstrings."""
        body: list[ast.stmt] = []
        if input_type.description:
            body.append(class_docstring(plain_text(input_type.description)))
        items = [item for item in class_def.body if isinstance(item, ast.AnnAssign)]
        for item, field in zip(items, input_type.fields.values(), strict=True):
            body.append(item)
            if text := described(field):
                body.append(docstring(text))
        class_def.body = body
        return class_def

    def generate_enum(
        self, class_def: ast.ClassDef, enum_type: GraphQLEnumType
    ) -> ast.ClassDef:
        """Add the descriptions of the enum and its values."""
        body: list[ast.stmt] = []
        if enum_type.description:
            body.append(class_docstring(plain_text(enum_type.description)))
        values = enum_type.values.values()
        for item, value in zip(class_def.body, values, strict=True):
            body.append(item)
            if text := described(value):
                body.append(docstring(text))
        class_def.body = body
        return class_def

    def generate_enums_module(self, module: ast.Module) -> ast.Module:
        """Take the enums of the directives from the runtime, if there is one."""
        if runtime := self.project.runtime:
            shared = runtime.shared_enums(self.project.schema)
            module.body = _with_enums_of(runtime, shared, module.body)
        return module

    def generate_inputs_code(self, generated_code: str) -> str:
        """Write the docstrings of the fields."""
        return attribute_docstrings(generated_code)

    def generate_enums_code(self, generated_code: str) -> str:
        """Write the docstrings of the values."""
        return attribute_docstrings(generated_code)

    # The modules that are not wanted: an empty module is not written.

    def generate_result_types_module(
        self,
        module: ast.Module,
        operation_definition: ExecutableDefinitionNode,
    ) -> ast.Module:
        """Drop the module: the models stand together."""
        module.body = []
        return module

    def generate_fragments_module(
        self,
        module: ast.Module,
        fragments_definitions: dict[str, FragmentDefinitionNode],
    ) -> ast.Module:
        """Drop the module: the models stand together."""
        module.body = []
        return module

    # The package

    def generate_init_module(self, module: ast.Module) -> ast.Module:
        """Export everything public."""
        settings, twins = self.project.settings, self.project.twins
        kept = {settings.enums_module_name, settings.input_types_module_name}
        clients = {
            settings.client_file_name: [settings.client_name, RAW_CLIENT],
            self.project.base_client_module: [settings.base_client_name],
        }
        exports = {
            item.module: _names(item)
            for item in module.body
            if isinstance(item, ast.ImportFrom) and item.module in kept
        }
        for name, classes in clients.items():
            exports[name] = classes
            exports[twins.modules[name]] = [twins.classes[item] for item in classes]
        exports |= PUBLIC
        if self.models.definitions:
            exports["models"] = list(self.models.definitions)
        places = {name: place for place, group in exports.items() for name in group}
        module.body = [
            docstring("A typed client, generated from a GraphQL schema."),
            *ast.parse("from importlib import import_module").body,
            *ast.parse("from typing import TYPE_CHECKING").body,
            _only_for_types(
                [_import(place, *group) for place, group in exports.items()]
            ),
            *ast.parse(f"__all__ = {sorted(places)}").body,
            *ast.parse(f"_MODULES = {dict(sorted(places.items()))}").body,
            *ast.parse(_LAZY_NAMES).body,
        ]
        return module

    def get_file_comment(
        self,
        comment: str,
        code: str,
        source: str | None = None,
    ) -> str:
        """Say where the file comes from."""
        return HEADER

    def generate_files(self, generated_files: list[str]) -> list[str]:
        """Write the modules that ariadne-codegen does not know."""
        modules = {**support_modules(self.project), **self._written()}
        codes = dict(zip(modules, format_many(list(modules.values())), strict=True))
        client = self.project.settings.client_file_name
        for name in ("models", client, self.project.twins.modules[client]):
            codes[name] = attribute_docstrings(codes[name])
        files = {f"{name}.py": _headed(code) for name, code in codes.items()}
        files |= {"py.typed": "", SCHEMA_FILE: f"{HEADER}\n\n{self.project.sdl}"}
        for name, text in files.items():
            path = self.project.package_path / name
            path.write_text(text, encoding="utf-8")
        # ariadne-codegen copies its own base client where no other one is named.
        theirs = {f"{self.project.settings.base_client_module_name}.py"}
        written = {*generated_files} - theirs | files.keys()
        _remove_others(self.project, written)
        return sorted(written)

    def _written(self) -> dict[str, str]:
        """The modules that say what this schema holds, by name."""
        client, twins = self.project.settings.client_file_name, self.project.twins
        constants = {constant_name(name): row for name, row in self.methods.items()}
        return {
            "models": self._models_code("The models that the operations return."),
            "results": self._results_code("The data of each operation's answer."),
            "operations": operations_code(constants),
            client: self.client_code,
            twins.modules[client]: twins.client(self.client_code),
        }

    def _models_code(self, text: str) -> str:
        classes = self.models.definitions.values()
        imports = [*self.models.imports, _SECRETS]
        return _unparse([docstring(text), *imports, *classes])

    def _results_code(self, text: str) -> str:
        models = _imports("models", self.models.definitions)
        classes = self.models.results.values()
        return _unparse([docstring(text), *self.models.imports, *models, *classes])


def _records(project: Project, settled: Settled) -> dict[str, OperationRecord]:
    """Check a project and trace its operations, by name."""
    check_settings(project)
    problems = Problems()
    check_enums(project, problems)
    check_directives(project.schema, problems)
    check_inputs(project, problems)
    check_operations(project, problems)
    settle_inputs(project.schema, settled)
    settle_operations(project, settled, client_names(project))
    records: dict[str, OperationRecord] = {}
    for operation in project.operations:
        with problems.gathered():
            check_uploads(operation, project.schema)
            flat = flatten(operation, project.schema, project.fragments)
            records[flat.name] = build_record(flat, project.schema)
            check_record(records[flat.name])
            settle_selections(flat.definition, settled)
    problems.refuse()
    return records


def _left_out(project: Project) -> list[Problem]:
    return [
        Problem.at(
            f"the client knows no subscriptions: {node.name.value if node.name else ''}"
            " is left out",
            node,
        )
        for node in project.subscriptions
    ]


def _headed(code: str) -> str:
    """Say where a module comes from; what it marks as deprecated it mentions itself."""
    marks = f"\n{_MENTIONS}" if "@deprecated(" in code else ""
    return f"{HEADER}{marks}\n\n{code}"


def _unparse(body: list[ast.stmt]) -> str:
    return ast.unparse(ast.fix_missing_locations(ast.Module(body, [])))


def _only_for_types(
    body: Sequence[ast.stmt], instead: Sequence[ast.stmt] = ()
) -> ast.If:
    """Let type checkers and editors read what is not imported when a program runs."""
    return ast.If(ast.Name("TYPE_CHECKING", ast.Load()), [*body], [*instead])


def _import(module: str | None, *names: str) -> ast.ImportFrom:
    return ast.ImportFrom(module, [ast.alias(name) for name in names], 1)


def _import_future() -> ast.ImportFrom:
    return ast.ImportFrom("__future__", [ast.alias("annotations")], 0)


def _imports(module: str, names: Collection[str]) -> list[ast.ImportFrom]:
    """Import names from a module, if there are any."""
    return [_import(module, *names)] if names else []


_SECRETS = _import("base_model", "unless_keeping_secrets")
"""Where it is not needed, ruff drops it."""


def _names(import_: ast.ImportFrom) -> list[str]:
    return [alias.name for alias in import_.names]


def _with_enums_of(
    runtime: Runtime, shared: Collection[str], body: list[ast.stmt]
) -> list[ast.stmt]:
    """Import the enums that are the runtime's; `__all__` keeps the import."""
    classes = [item for item in body if isinstance(item, ast.ClassDef)]
    own = [item for item in classes if item.name not in shared]
    listed = sorted(item.name for item in classes)
    imports = [item for item in body if isinstance(item, ast.ImportFrom)]
    head = ast.parse(f"{runtime.import_('enums', shared)}\n__all__ = {listed}").body
    return [*imports, *head, *own]


def _has_default(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return any(keyword.arg == "default" for keyword in value.keywords)
    return value is not None


def _with_default_none(value: ast.expr | None) -> ast.expr:
    default = ast.Constant(None)
    if isinstance(value, ast.Call):
        value.keywords.append(ast.keyword("default", default))
        return value
    return default


def _remove_others(project: Project, written: set[str]) -> None:
    """Remove modules that earlier generations wrote and this one does not."""
    for path in project.package_path.glob("*.py"):
        if path.name not in written and is_generated(path):
            path.unlink()
