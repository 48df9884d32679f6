"""What only the files of the operations say: their folders, and variables' examples."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graphql import GraphQLError, OperationDefinitionNode, VariableDefinitionNode

from ...codegen.errors import CodegenError
from ...codegen.sources import graphql_files, parse_source, read_source
from ..failures import WrongUsage


@dataclass(frozen=True)
class Written:
    """An operation as it is written."""

    folder: str | None = None
    """The folder of its file, where that is below the folder of all of them."""
    variables: Mapping[str, VariableDefinitionNode] = field(
        default_factory=dict[str, VariableDefinitionNode]
    )
    """Its variables by name, with directives that never travel."""


def read_operations(top: Path) -> dict[str, Written]:
    """Read the operations of a folder, or of a file, by their names.

    Raises:
        WrongUsage: A file cannot be read.
    """
    try:
        return {
            node.name.value: Written(
                file.parent.name if top not in (file, file.parent) else None,
                {each.variable.name.value: each for each in node.variable_definitions},
            )
            for file in graphql_files(top)
            for node in _operations(file)
            if node.name
        }
    except (CodegenError, GraphQLError) as error:
        raise WrongUsage(
            f"authing-gen generate has to read {top} first: {error}"
        ) from None


def _operations(file: Path) -> Iterator[OperationDefinitionNode]:
    for node in parse_source(read_source(file)).definitions:
        if isinstance(node, OperationDefinitionNode):
            yield node
