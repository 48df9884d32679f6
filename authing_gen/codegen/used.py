"""Which inputs and enums the operations use; others are not generated."""

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLSchema,
    NamedTypeNode,
    TypeInfo,
    TypeInfoVisitor,
    TypeNode,
    Visitor,
    visit,
)

from .directives import named_type
from .project import Project
from .runtime import ENUMS


def type_name(node: TypeNode) -> str:
    """Name of the type inside of lists and non-null."""
    while not isinstance(node, NamedTypeNode):
        inner = getattr(node, "type", None)
        assert isinstance(inner, TypeNode)
        node = inner
    return node.name.value


def inputs_below(name: str, schema: GraphQLSchema) -> set[str]:
    """An input type, and all types that can be given inside of it."""
    seen, rest = set[str](), [name]
    while rest:
        if (name := rest.pop()) not in seen:
            seen.add(name)
            type_ = schema.type_map.get(name)
            if isinstance(type_, GraphQLInputObjectType):
                rest += [named_type(slot).name for slot in type_.fields.values()]
    return seen


def used_types(project: Project) -> set[str]:
    """Names of the inputs and enums of operations, and of the directives."""
    used = {*ENUMS}
    if project.all_inputs:
        for name, type_ in project.schema.type_map.items():
            if isinstance(type_, GraphQLInputObjectType):
                used |= inputs_below(name, project.schema)
    for operation in project.operations:
        for node in operation.variable_definitions:
            used |= inputs_below(type_name(node.type), project.schema)
    type_info = TypeInfo(project.schema)
    finder = _Selected(type_info)
    visit(project.document, TypeInfoVisitor(type_info, finder))
    return used | finder.enums


def without_unused(schema: GraphQLSchema, project: Project) -> GraphQLSchema:
    """The same schema without the inputs and enums that are not to be generated.

    What is generated of it are inputs and enums only; all else stays as it is.
    """
    used = used_types(project)
    left_out = tuple(
        kind
        for kind, wanted in (
            (GraphQLEnumType, project.all_enums),
            (GraphQLInputObjectType, project.all_inputs),
        )
        if not wanted
    )
    part = GraphQLSchema.__new__(GraphQLSchema)
    vars(part).update(vars(schema))
    part.type_map = {
        name: type_
        for name, type_ in schema.type_map.items()
        if name in used or not isinstance(type_, left_out)
    }
    return part


class _Selected(Visitor):
    """Finds the enums among what is selected."""

    def __init__(self, type_info: TypeInfo) -> None:
        super().__init__()
        self._type_info = type_info
        self.enums: set[str] = set()

    def enter_field(self, _: FieldNode, *__: object) -> None:
        definition = self._type_info.get_field_def()
        if definition and isinstance(named_type(definition), GraphQLEnumType):
            self.enums.add(named_type(definition).name)
