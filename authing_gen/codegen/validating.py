"""Checks operations against the schema: all of them, or only those that are new."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ariadne_codegen.settings import ClientSettings
from graphql import (
    ASTValidationRule,
    DocumentNode,
    ExecutableDefinitionNode,
    ExecutableDefinitionsRule,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    LoneAnonymousOperationRule,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    OperationType,
    UniqueFragmentNamesRule,
    UniqueOperationNamesRule,
    ValidationRule,
    specified_rules,
    validate,
)

from .errors import CodegenError
from .memory import Memory, Same
from .problems import Problem
from .reach import Reach

Rules = Sequence[type[ASTValidationRule]]
Unit = tuple[ExecutableDefinitionNode, ...]
"""An operation or a fragment with all fragments that it needs."""

_OF_ALL = {
    ExecutableDefinitionsRule,
    LoneAnonymousOperationRule,
    NoUnusedFragmentsRule,
    UniqueFragmentNamesRule,
    UniqueOperationNamesRule,
}
"""The rules that look at several definitions beside each other."""


class RootTypesRule(ValidationRule):
    """Queries and mutations are of a kind that the schema has.

    To graphql-core nothing is wrong with a mutation before it is executed.
    """

    def enter_operation_definition(
        self, node: OperationDefinitionNode, *_: object
    ) -> None:
        """Report an operation whose fields no type has."""
        kind = node.operation
        is_ours = kind is not OperationType.SUBSCRIPTION
        if is_ours and self.context.schema.get_root_type(kind) is None:
            self.report_error(GraphQLError(f"The schema has no {kind.value}.", node))


ALL_RULES: Rules = (*specified_rules, RootTypesRule)
"""Everything that operations must fulfil."""


def rules_of(settings: ClientSettings) -> list[type[ASTValidationRule]]:
    """What operations must fulfil."""
    names = {rule.__name__.removesuffix("Rule"): rule for rule in specified_rules}
    for name in settings.skip_validation_rules:
        if name not in names:
            raise CodegenError(
                f"skip_validation_rules: there is no rule {name!r}; there are"
                f" {', '.join(sorted(names))}"
            )
    skipped = {names[name] for name in settings.skip_validation_rules}
    return [rule for rule in ALL_RULES if rule not in skipped]


def check_fit(
    schema: GraphQLSchema, document: DocumentNode, rules: Rules, memory: Memory
) -> None:
    """Refuse operations that do not fit the schema.

    Raises:
        CodegenError: It says all that `validate` says.
    """
    if errors := _errors(schema, document, rules, memory):
        raise CodegenError.of(map(_refusal, errors))


def _errors(
    schema: GraphQLSchema, document: DocumentNode, rules: Rules, memory: Memory
) -> Sequence[GraphQLError]:
    """What does not fit, as `validate` says it.

    Where the same fitted before, but for a few operations, these alone are looked at.
    """
    units = {("fits", Same(schema, *unit)): unit for unit in _units(document)}
    new = [unit for key, unit in units.items() if not memory.knows(key)]
    errors: Sequence[GraphQLError] = ()
    if len(new) == len(units) or not _fit(schema, document, new, rules):
        errors = validate(schema, document, rules)  # With every place of every one.
    if not errors:
        for key in units:
            memory.keep(key)
    return errors


def _units(document: DocumentNode) -> Iterator[Unit]:
    nodes = [
        node
        for node in document.definitions
        if isinstance(node, ExecutableDefinitionNode)
    ]
    fragments = {
        node.name.value: node
        for node in nodes
        if isinstance(node, FragmentDefinitionNode)
    }
    return map(Reach(fragments).of, nodes)


def _fit(
    schema: GraphQLSchema, document: DocumentNode, new: Iterable[Unit], rules: Rules
) -> bool:
    of_all = [rule for rule in rules if rule in _OF_ALL]
    of_one = [rule for rule in rules if rule not in _OF_ALL]
    return not validate(schema, document, of_all) and not any(
        validate(schema, DocumentNode(definitions=unit), of_one) for unit in new
    )


def _refusal(error: GraphQLError) -> Problem:
    if "@mixin" in error.message:
        told = "@mixin is not ours: derive a class from the model where you use it"
        return replace(Problem.of(error), message=told)
    return Problem.of(error)
