"""Changes, in the files of ours, what other schemas have otherwise or not at all."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import (
    DirectiveNode,
    GraphQLSchema,
    GraphQLUnionType,
    Node,
)

from ..directives import ENCRYPTED, GATEWAY, USER_POOL
from .changes import MAY_BE_NULL, ONE_OF_ADDED, ONE_OF_REMOVED, lookup
from .comparison import Difference
from .edits import end_of, start_of
from .files import SchemaFile, SchemaFiles, Written
from .leftovers import unmentioned
from .sdl import Writer, default_of, deprecation_of

_RETYPED = {
    *{MAY_BE_NULL, "FIELD_CHANGED_KIND", "ARG_CHANGED_KIND"},
    *{f"{what}_TYPE_CHANGED_SAFELY" for what in ("FIELD", "ARG", "INPUT_FIELD")},
}
_DEFAULTS = {"ARG_DEFAULT_VALUE_CHANGE", "INPUT_FIELD_DEFAULT_CHANGE"}
_REMOVED = {"FIELD_REMOVED", "ARG_REMOVED", "VALUE_REMOVED_FROM_ENUM"}
_LISTED = {
    *{"TYPE_REMOVED_FROM_UNION", "TYPE_ADDED_TO_UNION"},
    *{"IMPLEMENTED_INTERFACE_REMOVED", "IMPLEMENTED_INTERFACE_ADDED"},
}

ALTERATIONS = {
    *_RETYPED,
    *_DEFAULTS,
    *_REMOVED,
    *_LISTED,
    *{"TYPE_REMOVED", "TYPE_CHANGED_KIND", "MOVED_TO_ANOTHER_GATEWAY"},
    *{"REQUIRED_ARG_ADDED", "REQUIRED_INPUT_FIELD_ADDED"},
    *{ONE_OF_ADDED, ONE_OF_REMOVED},
}
"""The kinds of changes that may make operations of ours invalid."""

Altered = tuple[Difference, SchemaFile, str | None]
"""What has been written, where, and what the user must look at."""


@dataclass
class Alterations:
    """Writes what is otherwise, and removes what is gone."""

    schema: GraphQLSchema
    files: SchemaFiles
    _members: dict[int, tuple[Written, list[Node]]] = field(
        default_factory=dict[int, tuple[Written, list[Node]]]
    )
    """What is to be removed from a type, a field or an enum, by the node's `id`."""
    _lists: dict[int, "_List"] = field(default_factory=dict[int, "_List"])
    """What unions consist of and types implement, by the node's `id`."""
    _removed: list[Written] = field(default_factory=list[Written])
    """Types to be removed as a whole."""

    def prepare(self, differences: list[Difference]) -> list[Altered]:
        """Write what is otherwise, and find what is to be removed."""
        gone = unmentioned(self.schema, [(one, one.change) for one in differences])
        altered: list[Altered] = []
        done = set[str]()
        for one in differences:
            change = one.change
            if change.kind == "TYPE_REMOVED" and change.coordinate not in gone:
                continue
            if change.kind in _LISTED and change.coordinate in done:
                places = self.files.written(change.coordinate)[:1]
            else:
                places = list(self._alter(one))
            done.add(change.coordinate)
            altered += [(one, place.file, _to_check(place)) for place in places[:1]]
        return altered

    def remove(self, grown: set[int]) -> None:
        """Remove what is gone.

        Args:
            grown: The definitions that something is added to.
        """
        whole = {id(each.node): each for each in self._removed}
        for key, listed in self._lists.items():
            if key not in grown and self._is_emptied(listed.place):
                whole[key] = listed.place
        for each in whole.values():
            each.file.remove(each.node)
        for key, listed in self._lists.items():
            if key not in whole:
                listed.write()
        for key, (owner, nodes) in self._members.items():
            if key not in whole:
                _remove_from(owner, nodes, is_grown=key in grown)

    def _is_emptied(self, place: Written) -> bool:
        """Whether an extension says nothing any more."""
        _, gone = self._members.get(id(place.node), (place, ()))
        return (
            place.node.kind.endswith("extension")
            and not self._lists[id(place.node)].names
            and not getattr(place.node, "directives", ())
            and len(gone) == len(place.members)
        )

    def _alter(self, one: Difference) -> Iterator[Written]:
        kind, coordinate = one.change.kind, one.change.coordinate
        if kind in ("TYPE_REMOVED", "TYPE_CHANGED_KIND"):
            yield from self._replace_type(one)
            return
        if kind in _LISTED:
            yield from self._list(one)
            return
        if kind == ONE_OF_REMOVED:
            yield from self._take_several(coordinate)
            return
        place = self.files.find(parts(coordinate))
        if place is None:
            return
        if kind in _REMOVED:
            self._remove(coordinate, place)
        else:
            theirs = lookup(one.theirs.schema, coordinate) if kind != _MOVED else None
            _EDITS[_edit_of(kind)](place, theirs, one)
        yield place

    def _remove(self, coordinate: str, place: Written) -> None:
        type_name, member, argument = parts(coordinate)
        owner = next(
            each
            for each in self._owners(type_name, member if argument else None)
            if place.node in (*each.members, *each.arguments)
        )
        found = self._members.setdefault(id(owner.node), (owner, []))
        found[1].append(place.node)

    def _owners(self, type_name: str, member: str | None) -> Iterator[Written]:
        for each in self.files.written(type_name):
            if member is None:
                yield each
            elif found := each.member(member):
                yield found

    def _replace_type(self, one: Difference) -> Iterator[Written]:
        places = self.files.written(one.change.coordinate)
        if one.change.kind == "TYPE_CHANGED_KIND":
            type_ = one.theirs.schema.type_map[one.change.coordinate]
            names = [each.name for each in self.schema.directives]
            first, *places = places
            first.file.replace(
                start_of(first.node),
                end_of(first.node),
                Writer(names).definition(type_),
            )
            yield first
        self._removed += places
        yield from places

    def _take_several(self, name: str) -> Iterator[Written]:
        """Take `@oneOf` from an input, wherever it is written."""
        for place in self.files.written(name):
            if found := _directive(place.node, "oneOf"):
                place.file.remove(found)
                yield place

    def _list(self, one: Difference) -> Iterator[Written]:
        """Write the members of a union, or the interfaces that a type implements."""
        name = one.change.coordinate
        theirs = cast(Any, one.theirs.schema.type_map[name])
        is_union = isinstance(theirs, GraphQLUnionType)
        wanted = [each.name for each in _listed(theirs, is_union)]
        # What only another gateway has stays out of sight.
        first, *others = self.files.written(name)
        for place in (first, *others):
            nodes = _listed(place.node, is_union)
            names = [each.name.value for each in nodes if each.name.value in wanted]
            wanted = [each for each in wanted if each not in names]
            if place is first:
                present = {
                    each.name.value
                    for other in others
                    for each in _listed(other.node, is_union)
                }
                names += [each for each in wanted if each not in present]
            self._lists[id(place.node)] = _List(place, nodes, names, is_union)
        yield first


def parts(coordinate: str) -> tuple[str, str | None, str | None]:
    """The type, its member and the argument of that which a coordinate names."""
    match = re.fullmatch(r"(\w+)(?:\.(\w+))?(?:\((\w+):\))?", coordinate)
    assert match
    return match.group(1), match.group(2), match.group(3)


_MOVED = "MOVED_TO_ANOTHER_GATEWAY"


def _edit_of(kind: str) -> str:
    if kind in _RETYPED:
        return "type"
    return "default" if kind in _DEFAULTS else kind


def _retype(place: Written, theirs: Any, _: Difference) -> None:
    type_ = cast(Any, place.node).type
    place.file.replace(start_of(type_), end_of(type_), str(theirs.type))


def _redefault(place: Written, theirs: Any, _: Difference) -> None:
    node = cast(Any, place.node)
    after = node.default_value or node.type
    place.file.replace(end_of(node.type), end_of(after), default_of(theirs))


def _deprecate(place: Written, theirs: Any, _: Difference) -> None:
    place.file.insert(end_of(place.node), f" {deprecation_of(theirs)}")


def _move(place: Written, _: Any, one: Difference) -> None:
    name = one.change.text.rstrip(".").split()[-1]
    text = f"@{GATEWAY}(name: {name})"
    present = _directive(place.node, GATEWAY)
    if present:
        place.file.replace(start_of(present), end_of(present), text)
    else:
        place.file.insert(end_of(cast(Any, place.node).type), f" {text}")


def _take_one(place: Written, *_: object) -> None:
    place.file.insert(end_of(cast(Any, place.node).name), " @oneOf")


_EDITS: dict[str, Callable[[Written, Any, Difference], None]] = {
    "type": _retype,
    "default": _redefault,
    "DEPRECATED": _deprecate,
    ONE_OF_ADDED: _take_one,
    _MOVED: _move,
}


def _directive(node: Node, name: str) -> DirectiveNode | None:
    directives: Iterable[DirectiveNode] = getattr(node, "directives", ())
    return next((each for each in directives if each.name.value == name), None)


def _to_check(place: Written) -> str | None:
    names = [name for name in (ENCRYPTED, USER_POOL) if _directive(place.node, name)]
    return " and ".join(f"@{name}" for name in names) or None


def _remove_from(owner: Written, nodes: list[Node], is_grown: bool) -> None:
    everything = owner.members or owner.arguments
    if len(nodes) < len(everything) or is_grown:
        for node in nodes:
            owner.file.remove(node)
    elif (
        owner.members
        and owner.node.kind.endswith("extension")
        and not getattr(owner.node, "interfaces", ())
        and not getattr(owner.node, "directives", ())
    ):
        owner.file.remove(owner.node)
    else:
        owner.file.remove_list(everything)


def _listed(node: Any, is_union: bool) -> tuple[Any, ...]:
    """The members of a union, or the interfaces of another type."""
    return tuple(node.types if is_union else node.interfaces)


@dataclass(frozen=True)
class _List:
    """The members of a union, or the interfaces that a type implements."""

    place: Written
    nodes: tuple[Node, ...]
    """Those that are there."""
    names: list[str]
    """Those that are to be there."""
    is_union: bool

    def write(self) -> None:
        """Write the new ones in the place of the old ones."""
        node, names = cast(Any, self.place.node), self.names
        if [cast(Any, each).name.value for each in self.nodes] == names:
            return
        head, separator = (" = ", " | ") if self.is_union else (" implements ", " & ")
        text = head + separator.join(names) if names else ""
        end = end_of(self.nodes[-1]) if self.nodes else end_of(node.name)
        self.place.file.replace(end_of(node.name), end, text)
