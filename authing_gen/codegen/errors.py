"""What stops a generation."""

from collections.abc import Iterable

from graphql import GraphQLError, Node, get_location


class CodegenError(Exception):
    """The schema or an operation is wrong: the message starts with file and line."""

    def __init__(self, message: str, node: Node | None = None) -> None:
        self.message = message
        self.where = _where(node)
        super().__init__(f"{self.where}: {message}" if self.where else message)

    @classmethod
    def from_graphql(cls, errors: Iterable[GraphQLError]) -> "CodegenError":
        """Join what graphql-core found wrong, one line an error."""
        return cls("\n".join(_describe(error) for error in errors))


def _where(node: Node | None) -> str:
    if node is None or node.loc is None:
        return ""
    place = get_location(node.loc.source, node.loc.start)
    return f"{node.loc.source.name}:{place.line}:{place.column}"


def _describe(error: GraphQLError) -> str:
    if error.source is None or not error.locations:
        return error.message
    place = error.locations[0]
    return f"{error.source.name}:{place.line}:{place.column}: {error.message}"
