"""What stops a generation."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager

from graphql import GraphQLError, Node

from .problems import Problem


class CodegenError(Exception):
    """The schema or an operation is wrong: each line starts with file and line."""

    def __init__(self, message: str, node: Node | None = None) -> None:
        self._describe((Problem.at(message, node),))

    def _describe(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> "CodegenError":
        """Make one error of all that is wrong."""
        error = cls("")
        error._describe(tuple(problems))
        return error

    @classmethod
    def from_graphql(cls, errors: Iterable[GraphQLError]) -> "CodegenError":
        """Make one error of what graphql-core found wrong."""
        return cls.of(Problem.of(error) for error in errors)


class Problems:
    """All that is wrong, found in many steps: nobody wants one mistake a run."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    @contextmanager
    def gathered(self) -> Generator[None, None, None]:
        """Go on after an error of ours; it is remembered."""
        try:
            yield
        except CodegenError as error:
            self._found += error.problems

    def refuse(self) -> None:
        """Stop where anything has been found.

        Raises:
            CodegenError: It names all of it.
        """
        if self._found:
            raise CodegenError.of(dict.fromkeys(self._found))
