"""Refuses what GraphQL allows and Python, or the client, does not."""

from collections.abc import Iterable

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    NameNode,
    Node,
    OperationDefinitionNode,
    OperationType,
)

from .errors import CodegenError
from .names import python_name
from .package_names import MODULES, PUBLIC_NAMES
from .project import Project
from .runtime import ENUMS, Runtime
from .table import OperationRecord
from .twins import twin_class, twin_module

CLIENT_ATTRIBUTES = {
    *{"aclose", "close", "execute", "headers", "http_client", "raw", "schema_file"},
    *{"url", "with_raw_response"},
    *{"as_user", "execute_document", "iter_users", "oidc", "sms", "user_pool_id"},
    *{"users_by_ids", "with_options"},
}
"""What the clients and `AsyncAuthing` have already."""


def check_settings(project: Project) -> None:
    """Refuse a configuration that the client and its synchronous twin cannot have."""
    settings = project.settings
    if not settings.async_client:
        raise CodegenError(
            "leave async_client out: the package holds both clients, and the"
            " synchronous one is made from the other"
        )
    if settings.opentelemetry_client and not project.own_base_client:
        raise CodegenError("leave opentelemetry_client out: no such base client")
    if settings.enums_module_name != "enums":
        raise CodegenError("leave enums_module_name out: other modules need 'enums'")
    if project.runtime:
        _check_runtime(project, project.runtime)
    clients = [settings.client_name, settings.base_client_name]
    modules = [settings.client_file_name, project.base_client_module]
    for name in (
        *_repeated([*clients, *map(twin_class, clients), *PUBLIC_NAMES]),
        *_repeated([*modules, *map(twin_module, modules), *MODULES]),
    ):
        raise CodegenError(
            f"two things of the package would be called {name!r}: choose another"
            " client_name, base_client_name, client_file_name or"
            " base_client_module_name"
        )


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


def check_enums(project: Project) -> None:
    """Refuse a schema without the enums of the directives: the table needs them."""
    for name in ENUMS:
        if not isinstance(project.schema.type_map.get(name), GraphQLEnumType):
            raise CodegenError(
                f"the schema must define the enum {name!r}: add authing-gen's"
                " directives.graphql to it"
            )
    if project.runtime:
        project.runtime.check_enums(project.schema)


def check_inputs(project: Project) -> None:
    """Refuse two fields of one Python name."""
    for type_ in project.schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            _check_names(
                (name, python_name(name, field, is_field=True), field.ast_node)
                for name, field in type_.fields.items()
            )


def check_operations(project: Project) -> None:
    """Refuse operations that cannot be methods.

    Raises:
        CodegenError: An operation has no name, is a subscription, or gets a name that
            is taken; or two of its variables get one Python name.
    """
    for operation in project.operations:
        if operation.name is None:
            raise CodegenError("the operation needs a name", operation)
        if operation.operation is OperationType.SUBSCRIPTION:
            raise CodegenError("the client knows no subscriptions", operation)
        _check_method_name(project, operation, operation.name)
        _check_names(
            (
                definition.variable.name.value,
                python_name(definition.variable.name.value, definition),
                definition.variable,
            )
            for definition in operation.variable_definitions
        )
    _check_names(
        (name.value, python_name(name.value, operation), operation)
        for operation in project.operations
        if (name := operation.name)
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


def _check_method_name(
    project: Project, operation: OperationDefinitionNode, name: NameNode
) -> None:
    method = python_name(name.value, operation)
    settings = project.settings
    modules = {
        "base_model",
        project.base_client_module,
        settings.client_file_name,
        settings.enums_module_name,
        settings.fragments_module_name,
        settings.input_types_module_name,
    }
    if method in CLIENT_ATTRIBUTES | modules:
        raise CodegenError(
            f"no operation can be called {name.value!r}: the client needs the name",
            operation,
        )


def _check_names(names: Iterable[tuple[str, str, Node | None]]) -> None:
    seen: dict[str, str] = {}
    for name, python, node in names:
        if python in seen:
            raise CodegenError(
                f"{seen[python]!r} and {name!r} both become {python!r} in Python", node
            )
        seen[python] = name
