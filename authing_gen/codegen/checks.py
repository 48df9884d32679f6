"""Refuses what GraphQL allows and Python, or the client, does not."""

from collections.abc import Iterable

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    NameNode,
    Node,
    OperationDefinitionNode,
    OperationType,
)

from .errors import CodegenError
from .names import python_name
from .project import Project
from .table import OperationRecord

CLIENT_ATTRIBUTES = {
    *{"aclose", "execute", "headers", "http_client", "url"},
    *{"as_user", "oidc", "sms", "user_pool_id", "with_options"},
}
"""What the base client and `AsyncAuthing` have already."""


def check_enums(schema: GraphQLSchema) -> None:
    """Refuse a schema without the enums of the directives: the table needs them."""
    for name in ("Gateway", "TokenKind"):
        if not isinstance(schema.type_map.get(name), GraphQLEnumType):
            raise CodegenError(f"the schema must define the enum {name!r}")


def check_inputs(schema: GraphQLSchema) -> None:
    """Refuse an input two of whose fields get one Python name."""
    for type_ in schema.type_map.values():
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
