"""The plugin: what is put into ariadne-codegen's hooks.

ariadne-codegen reads the settings. Beside other plugins it also formats the modules and
writes the package; where this one is alone, `write_package` does. What the modules hold
is the same.
"""

import ast
from collections.abc import Mapping
from functools import partial

from graphql import (
    ExecutableDefinitionNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    OperationDefinitionNode,
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
from .docstrings import attribute_docstrings
from .errors import Problems
from .examples import check_examples, check_examples_of
from .flatten import flatten
from .memory import Same
from .modules import Modules
from .names import NamesPlugin
from .package import Package, head
from .package_names import is_generated
from .paging import not_paged
from .problems import Problem
from .project import Config, Project
from .table import OperationRecord, build_record


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
        self.package = Package(self.project, self.modules)

    @property
    def notes(self) -> list[Problem]:
        """What a generation does that one may not expect."""
        return [
            *_left_out(self.project),
            *suffixes(self.modules),
            *not_paged(
                self.project.schema, self.modules.records, self.modules.models.results
            ),
        ]

    def generate_inputs_module(self, module: ast.Module) -> ast.Module:
        """Write the inputs."""
        return _module(self.modules.inputs())

    def generate_enums_module(self, module: ast.Module) -> ast.Module:
        """Write the enums."""
        return _module(self.modules.enums())

    def generate_inputs_code(self, generated_code: str) -> str:
        """Write the docstrings of the fields."""
        return attribute_docstrings(generated_code, self.project.memory)

    def generate_enums_code(self, generated_code: str) -> str:
        """Write the docstrings of the values."""
        return attribute_docstrings(generated_code, self.project.memory)

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
        module.body = self.package.init()
        return module

    def get_file_comment(
        self,
        comment: str,
        code: str,
        source: str | None = None,
    ) -> str:
        """Say where the file comes from."""
        return head(code)

    def generate_files(self, generated_files: list[str]) -> list[str]:
        """Write the modules that ariadne-codegen does not know."""
        files = self.package.own_files()
        self._write(files)
        # ariadne-codegen copies its own base client where no other one is named.
        theirs = {f"{self.project.settings.base_client_module_name}.py"}
        written = {*generated_files} - theirs | files.keys()
        _remove_others(self.project, written)
        return sorted(written)

    def write_package(self) -> None:
        """Write the package without ariadne-codegen, which would write the same."""
        self.project.package_path.mkdir(exist_ok=True)
        files = self.package.files()
        self._write(files)
        _remove_others(self.project, {*files})

    def _write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            (self.project.package_path / name).write_bytes(text.encode())


def _records(project: Project) -> dict[str, OperationRecord]:
    """Check a project and trace its operations, by name."""
    check_settings(project)
    problems = Problems()
    check_enums(project, problems)
    check_directives(project.schema, problems)
    check_examples(project.schema, problems)
    check_inputs(project, problems)
    check_operations(project, problems)
    records: dict[str, OperationRecord] = {}
    for operation in project.operations:
        with problems.gathered():
            record = project.memory.once(
                ("record", Same(project.schema, *project.reach.of(operation))),
                partial(_record, operation, project),
            )
            records[record.name] = record
    problems.refuse()
    return records


def _record(operation: OperationDefinitionNode, project: Project) -> OperationRecord:
    check_uploads(operation, project.schema)
    flat = flatten(operation, project.schema, project.fragments)
    record = build_record(flat, project.schema)
    check_record(record)
    check_examples_of(operation, project.schema, record.places)
    return record


def _left_out(project: Project) -> list[Problem]:
    return [
        Problem.at(
            f"the client knows no subscriptions: {node.name.value if node.name else ''}"
            " is left out",
            node,
        )
        for node in project.subscriptions
    ]


def _module(body: list[ast.stmt]) -> ast.Module:
    return ast.fix_missing_locations(ast.Module(body, []))


def _remove_others(project: Project, written: set[str]) -> None:
    """Remove modules that earlier generations wrote and this one does not."""
    for path in project.package_path.glob("*.py"):
        if path.name not in written and is_generated(path):
            path.unlink()
