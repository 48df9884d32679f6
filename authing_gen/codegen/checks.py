"""Refuses what GraphQL allows and Python, or the client, does not."""

from collections.abc import Iterable
from pathlib import Path

from graphql import (
    GraphQLInputObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
)

from .directives import ENUMS, enums_of, named_type
from .errors import CodegenError, Problems
from .given import types_within, variable_type
from .package_names import MODULES, PUBLIC_NAMES
from .project import Project
from .runtime import Runtime
from .table import OperationRecord
from .twins import twin_class, twin_module

CLIENT_ATTRIBUTES = {
    *{"aclose", "close", "execute", "headers", "http_client", "raw", "schema_file"},
    *{"url", "with_raw_response"},
    *{
        "as_user",
        "execute_document",
        "find_user",
        "iter_users",
        "oidc",
        "sms",
        "user_pool_id",
    },
    *{"users_by_ids", "with_options"},
}
"""What the clients and `AsyncAuthing` have already."""


def check_settings(project: Project) -> None:
    """Refuse a configuration that the client and its synchronous twin cannot have."""
    settings = project.settings
    if project.runtime:
        _check_runtime(project, project.runtime)
    clients = [settings.client_name, settings.base_client_name]
    modules = [settings.client_file_name, project.base_client_module]
    others = ["__init__", settings.input_types_module_name]
    others += _included(settings.files_to_include)
    for name in (
        *_repeated([*clients, *map(twin_class, clients), *PUBLIC_NAMES]),
        *_repeated([*modules, *map(twin_module, modules), *others, *MODULES]),
    ):
        raise CodegenError(
            f"two things of the package would be called {name!r}: choose another"
            " client_name, base_client_name, client_file_name,"
            " base_client_module_name or input_types_module_name, or another name in"
            " files_to_include"
        )


def _included(paths: Iterable[str]) -> list[str]:
    return [Path(path).stem for path in paths if path.endswith(".py")]


def _check_runtime(project: Project, runtime: Runtime) -> None:
    base_client = project.settings.base_client_name
    if project.settings.target_package_name == runtime.name:
        raise CodegenError(f"{runtime.name!r} cannot be its own runtime")
    if project.own_base_client:
        raise CodegenError(
            "leave base_client_file_path out: the base client is the runtime's"
        )
    if base_client not in runtime.names(project.base_client_module):
        raise CodegenError(
            f"the runtime {runtime.name!r} has no base client {base_client!r}"
        )


def _repeated(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def check_enums(project: Project, problems: Problems) -> None:
    """Refuse directives that take no enum, as ours do: the table needs them."""
    for directive, name in ENUMS.items():
        if name not in enums_of(project.schema):
            found = project.schema.get_directive(directive)
            raise CodegenError(
                f"@{directive} must take the enum {name!r}, as in authing-gen's"
                " directives.graphql; or else call this directive otherwise",
                found.ast_node if found else None,
            )
    if project.runtime:
        with problems.gathered():
            project.runtime.check_enums(project.schema)


def check_inputs(project: Project, problems: Problems) -> None:
    """Refuse inputs that hold files, where all of them are generated."""
    for type_ in project.schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType) and project.all_inputs:
            with problems.gathered():
                _check_files(type_)


def _check_files(type_: GraphQLInputObjectType) -> None:
    for slot in type_.fields.values():
        if named_type(slot).name == "Upload":
            raise CodegenError(
                "the client sends no files: with include_all_inputs, no input can hold"
                " an Upload",
                slot.ast_node,
            )


def check_operations(project: Project, problems: Problems) -> None:
    """Refuse operations that have no name."""
    for operation in project.operations:
        if operation.name is None:
            with problems.gathered():
                raise CodegenError("the operation needs a name", operation)


def check_uploads(operation: OperationDefinitionNode, schema: GraphQLSchema) -> None:
    """Refuse variables that hold files: the client sends JSON."""
    for node in operation.variable_definitions:
        if "Upload" in types_within(variable_type(schema, node)):
            raise CodegenError(
                "the client sends no files: a variable cannot hold an Upload", node
            )


def check_record(record: OperationRecord) -> None:
    """Refuse a default for what must be encrypted: it would travel as it is."""
    for definition in record.flat.source.variable_definitions:
        name = definition.variable.name.value
        encrypted = {path.split(".")[0] for path in record.encrypted}
        if definition.default_value is not None and name in encrypted:
            raise CodegenError(
                "an @encrypted value cannot have a default", definition.default_value
            )


def client_names(project: Project) -> set[str]:
    """What no method can be called: the client, or a module, has the name."""
    settings = project.settings
    return CLIENT_ATTRIBUTES | {
        "base_model",
        project.base_client_module,
        settings.client_file_name,
        settings.enums_module_name,
        settings.fragments_module_name,
        settings.input_types_module_name,
    }
