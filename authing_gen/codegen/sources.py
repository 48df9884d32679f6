"""Finds and reads files of GraphQL, each node with its file and line."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from graphql import DocumentNode, GraphQLSyntaxError, Lexer, Source, Token, TokenKind
from graphql import (
    parse as _parse,  # pyright: ignore[reportUnknownVariableType]
)

from .errors import CodegenError

_ENDINGS = {".graphql", ".graphqls", ".gql"}


_NOT_OURS = (".#", "._")
"""What editors and macOS leave beside the files that one writes."""


def graphql_files(path: Path) -> list[Path]:
    """The files of a folder and of those in it, in order; a file is itself all."""
    return sorted(_within(path, set())) if path.is_dir() else [path]


def _within(folder: Path, seen: set[Path]) -> Iterator[Path]:
    """Each real folder is read once: links may lead in a circle."""
    seen.add(folder.resolve())
    for path in folder.iterdir():
        if path.is_dir():
            if path.resolve() not in seen:
                yield from _within(path, seen)
        elif path.suffix.lower() in _ENDINGS and not path.name.startswith(_NOT_OURS):
            yield path


def schema_files(sources: Iterable[str]) -> Iterator[Path]:
    """The files that a configuration calls the schema.

    Args:
        sources: Files, folders, and names of Python objects that tell of files.

    Raises:
        CodeGenException: A source is none of these.
        CodegenError: A module cannot be imported.
    """
    for source in sources:
        path = Path(source)
        if path.exists():
            yield from graphql_files(path)
        else:
            # It imports httpx, which takes longer than to generate a small package.
            from ariadne_codegen.exceptions import CodeGenException
            from ariadne_codegen.schema import resolve_schema_paths

            try:
                found = resolve_schema_paths([source])
            except CodeGenException:
                raise
            except Exception as error:  # Of somebody else's module.
                said = f"{type(error).__name__}: {error}"
                raise CodegenError(f"cannot import {source}: {said}") from error
            for each in found:
                yield from graphql_files(each)


def read_source(path: Path) -> Source:
    """Read a file.

    Raises:
        CodegenError: It is not UTF-8.
        OSError: It cannot be read.
    """
    try:
        # Editors of Windows write a mark before the first character.
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CodegenError(
            f"{path.as_posix()} is not UTF-8: byte {error.start + 1} cannot be read"
        ) from error
    return Source(text, path.as_posix())


def parse_source(source: Source) -> DocumentNode:
    """Parse a file, which may hold nothing but comments.

    Raises:
        GraphQLSyntaxError: Its syntax is wrong.
    """
    if Lexer(source).advance().kind is TokenKind.EOF:
        return DocumentNode(definitions=())
    return _parse(source)


def same_but_comments(before: bytes, after: bytes) -> bool:
    """Whether two texts differ in comments and blanks at most."""
    try:
        first, second = (
            list(_words(Source(each.decode()))) for each in (before, after)
        )
    except (GraphQLSyntaxError, UnicodeDecodeError):
        return before == after
    return first == second


def _words(source: Source) -> Iterator[tuple[TokenKind, str | None]]:
    lexer = Lexer(source)
    token: Token = lexer.advance()
    while token.kind is not TokenKind.EOF:
        yield token.kind, token.value
        token = lexer.advance()
