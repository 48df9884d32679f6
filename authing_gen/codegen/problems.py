"""What is wrong with a file, and where: enough to show the line and mark the place."""

import re
from dataclasses import dataclass

from graphql import GraphQLError, Node, Source, get_location

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Place:
    """A part of one line of a file."""

    file: str
    line: int
    """Number of the line, from 1."""
    column: int
    """Number of the first character, from 1."""
    width: int
    """Number of characters, 1 at least."""
    text: str
    """The whole line."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    @classmethod
    def in_source(cls, source: Source, start: int, end: int | None = None) -> "Place":
        """Say where two positions of a source are; without an end, a word is marked."""
        where = get_location(source, start)
        lines = source.body.splitlines()
        text = lines[where.line - 1] if where.line <= len(lines) else ""
        if end is None:
            word = _WORD.match(source.body, start)
            end = word.end() if word else start + 1
        column = where.column
        room = max(len(text.rstrip()) - column + 1, 1)
        width = max(min(end - start, room), 1)
        return cls(source.name, where.line, column, width, text)

    @classmethod
    def of(cls, node: Node) -> "Place | None":
        """Say where a node stands, if it has been parsed."""
        if node.loc is None:
            return None
        return cls.in_source(node.loc.source, node.loc.start, node.loc.end)


@dataclass(frozen=True)
class Problem:
    """One mistake."""

    message: str
    places: tuple[Place, ...] = ()
    """Where it is; where there are several, they contradict each other."""

    def __str__(self) -> str:
        return f"{self.places[0]}: {self.message}" if self.places else self.message

    @classmethod
    def at(cls, message: str, node: Node | None) -> "Problem":
        """Describe a mistake in one node."""
        place = Place.of(node) if node else None
        return cls(message, (place,) if place else ())

    @classmethod
    def of(cls, error: GraphQLError) -> "Problem":
        """Describe what graphql-core found wrong."""
        nodes = [Place.of(node) for node in error.nodes or ()]
        places = [place for place in nodes if place]
        if not places and error.source is not None:
            source = error.source
            places = [Place.in_source(source, at) for at in error.positions or ()]
        return cls(error.message, tuple(places))
