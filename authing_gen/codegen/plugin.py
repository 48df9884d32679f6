"""The plugin: what is put into ariadne-codegen's hooks.

ariadne-codegen reads the settings, formats the modules and writes the package; what
they hold is written here.
"""

import ast
from collections.abc import Sequence

from ariadne_codegen.utils import format_many
from graphql import (
    ExecutableDefinitionNode,
    FragmentDefinitionNode,
    GraphQLSchema,
)

from .checks import (
    check_enums,
    check_inputs,
    check_operations,
    check_record,
    check_settings,
    check_uploads,
)
from .collisions import suffixes
from .directives import check_directives
from .docstrings import attribute_docstrings, docstring
from .errors import Problems
from .flatten import flatten
from .modules import Modules
from .names import NamesPlugin
from .operations_module import constant_name, operations_code
from .package_names import HEADER, is_generated
from .problems import Problem
from .project import SCHEMA_FILE, Config, Project
from .support_modules import support_modules
from .table import OperationRecord, build_record

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

_MENTIONS = """\
# mypy: disable-error-code="deprecated"
# pyright: reportDeprecated=false"""


class AuthingPlugin(NamesPlugin):
    """Writes what `ariadne-codegen` would write; see the modules beside this one."""

    def __init__(
        self,
        schema: GraphQLSchema,
        config_dict: Config,
        project: Project | None = None,
    ) -> None:
        super().__init__(schema, config_dict)  # pyright: ignore[reportUnknownMemberType]
        self.project = project or Project.load(config_dict)
        self.modules = Modules(self.project, _records(self.project))

    @property
    def notes(self) -> list[Problem]:
        """What a generation does that one may not expect."""
        return [*_left_out(self.project), *suffixes(self.modules)]

    def generate_inputs_module(self, module: ast.Module) -> ast.Module:
        """Write the inputs."""
        return _module(self.modules.inputs())

    def generate_enums_module(self, module: ast.Module) -> ast.Module:
        """Write the enums."""
        return _module(self.modules.enums())

    def generate_inputs_code(self, generated_code: str) -> str:
        """Write the docstrings of the fields."""
        return attribute_docstrings(generated_code)

    def generate_enums_code(self, generated_code: str) -> str:
        """Write the docstrings of the values."""
        return attribute_docstrings(generated_code)

    # The modules that are not wanted here: an empty module is not written.

    def generate_client_module(self, module: ast.Module) -> ast.Module:
        """Leave it to `generate_files`, which writes the twin beside it."""
        return _module([])

    def generate_result_types_module(
        self,
        module: ast.Module,
        operation_definition: ExecutableDefinitionNode,
    ) -> ast.Module:
        """Drop the module: the models stand together."""
        return _module([])

    def generate_fragments_module(
        self,
        module: ast.Module,
        fragments_definitions: dict[str, FragmentDefinitionNode],
    ) -> ast.Module:
        """Drop the module: the models stand together."""
        return _module([])

    # The package

    def generate_init_module(self, module: ast.Module) -> ast.Module:
        """Export everything public."""
        exports = self.modules.exports()
        places = {name: place for place, group in exports.items() for name in group}
        module.body = [
            docstring("A typed client, generated from a GraphQL schema."),
            *ast.parse("from importlib import import_module").body,
            *ast.parse("from typing import TYPE_CHECKING").body,
            _only_for_types(
                [_import(place, group) for place, group in exports.items()]
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
        methods = self.modules.methods
        constants = {constant_name(name): row for name, row in methods.items()}
        client_code = ast.unparse(_module(self.modules.client()))
        return {
            "models": ast.unparse(_module(self.modules.models_module())),
            "results": ast.unparse(_module(self.modules.results())),
            "operations": operations_code(constants),
            client: client_code,
            twins.modules[client]: twins.client(client_code),
        }


def _records(project: Project) -> dict[str, OperationRecord]:
    """Check a project and trace its operations, by name."""
    check_settings(project)
    problems = Problems()
    check_enums(project, problems)
    check_directives(project.schema, problems)
    check_inputs(project, problems)
    check_operations(project, problems)
    records: dict[str, OperationRecord] = {}
    for operation in project.operations:
        with problems.gathered():
            check_uploads(operation, project.schema)
            flat = flatten(operation, project.schema, project.fragments)
            records[flat.name] = build_record(flat, project.schema)
            check_record(records[flat.name])
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
    marks = f"\n{_MENTIONS}" if "typing_extensions import deprecated" in code else ""
    return f"{HEADER}{marks}\n\n{code}"


def _module(body: list[ast.stmt]) -> ast.Module:
    return ast.fix_missing_locations(ast.Module(body, []))


def _only_for_types(body: Sequence[ast.stmt]) -> ast.If:
    """Let type checkers and editors read what is not imported when a program runs."""
    return ast.If(ast.Name("TYPE_CHECKING", ast.Load()), [*body], [])


def _import(module: str, names: Sequence[str]) -> ast.ImportFrom:
    return ast.ImportFrom(module, [ast.alias(name) for name in names], 1)


def _remove_others(project: Project, written: set[str]) -> None:
    """Remove modules that earlier generations wrote and this one does not."""
    for path in project.package_path.glob("*.py"):
        if path.name not in written and is_generated(path):
            path.unlink()
