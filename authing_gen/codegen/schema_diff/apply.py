"""Writes what other schemas add into the files of ours."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from graphql import (
    GraphQLArgument,
    GraphQLEnumValue,
    GraphQLError,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Source,
    concat_ast,
    is_specified_scalar_type,
)

from ..directives import DEFAULT_GATEWAY, GATEWAY, TOKEN, named_type
from ..errors import CodegenError
from ..problems import Problem
from ..project import Project, build_schema
from ..sources import parse_source
from .alterations import ALTERATIONS, Alterations, parts
from .changes import SchemaChange, lookup
from .comparison import Difference
from .files import SchemaFile, SchemaFiles, Written
from .part import root_names
from .sdl import Writer, block, description_text

ADDITIONS = {
    "TYPE_ADDED",
    "FIELD_ADDED",
    "OPTIONAL_ARG_ADDED",
    "OPTIONAL_INPUT_FIELD_ADDED",
    "VALUE_ADDED_TO_ENUM",
    "DESCRIPTION_ADDED",
}
"""The kinds of changes that are written: none makes one of our operations invalid."""

ADDED = ADDITIONS | {"REQUIRED_ARG_ADDED", "REQUIRED_INPUT_FIELD_ADDED"}
"""All that is not there yet; what callers must give breaks those who do not."""

_TO_CHECK = "# To check: introspection tells nothing of @token, @userPool, @encrypted."
_NEW_FILE = "What other servers have and the other files have no place for."


_ANEW = Problem(
    "what differs does not fit into our schema; begin a project of the other one:"
    " authing-gen init --schema FILE, or --url URL"
)


@dataclass(frozen=True)
class Applied:
    """One change that has been written."""

    change: SchemaChange
    file: Path
    check: str | None
    """What the user must look at."""

    @property
    def is_addition(self) -> bool:
        """Whether there is something now that was not there before."""
        return self.change.kind in ADDED


@dataclass
class _Additions:
    """What is to be added to one definition."""

    owner: Written
    texts: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Each as it is written on lines of its own, and on one line."""


def writable(differences: Iterable[Difference], breaking: bool) -> list[Difference]:
    """The differences that can be written, each thing once.

    Args:
        differences: All of them.
        breaking: Whether those are wanted that may break callers.
    """
    differences = list(differences)
    kinds = {*ADDITIONS, "DEPRECATED", *(ALTERATIONS if breaking else ())}
    # The members of a union are written anew: those that are gone would go, too.
    fewer = {
        one.change.coordinate
        for one in differences
        if one.change.kind == "TYPE_REMOVED_FROM_UNION"
    }
    by_coordinate = {
        (one.change.kind, one.change.coordinate): one
        for one in reversed(differences)
        if one.change.kind in kinds
        or (
            one.change.kind == "TYPE_ADDED_TO_UNION"
            and one.change.coordinate not in fewer
        )
    }
    return list(reversed(by_coordinate.values()))


def _is_addition(one: Difference) -> bool:
    return one.change.kind in ADDED


def _fits_into(schema: GraphQLSchema, one: Difference, added: set[str]) -> bool:
    """Whether the types of ours that implement an interface have its new field."""
    type_name, _, field_name = one.change.coordinate.partition(".")
    interface = schema.type_map.get(type_name)
    if one.change.kind != "FIELD_ADDED" or not isinstance(
        interface, GraphQLInterfaceType
    ):
        return True
    implementations = schema.get_implementations(interface)
    return all(
        field_name in cast(Any, type_).fields or f"{type_.name}.{field_name}" in added
        for type_ in (*implementations.objects, *implementations.interfaces)
    )


def apply(project: Project, differences: Iterable[Difference]) -> list[Applied]:
    """Write differences into the files of a schema.

    Raises:
        CodegenError: The schema would not be valid; then nothing is written.
    """
    paths = [Path(source.name) for source in project.schema_sources]
    editor = _Editor(project, SchemaFiles(paths))
    wanted = list(differences)
    alterations = Alterations(project.schema, editor.files)
    altered = alterations.prepare([one for one in wanted if not _is_addition(one)])
    added = {one.change.coordinate for one in wanted}
    applied = editor.add(
        [
            one
            for one in wanted
            if _is_addition(one) and _fits_into(project.schema, one, added)
        ]
    )
    alterations.remove(editor.grown)
    applied += [Applied(one.change, file.path, check) for one, file, check in altered]
    try:
        _check(editor.files)
    except CodegenError as error:
        raise CodegenError.of(
            [*error.problems, _ANEW] if altered else error.problems
        ) from error
    for file in editor.files.changed():
        _replace(file.path, file.edited())
    return applied


class _Editor:
    def __init__(self, project: Project, files: SchemaFiles) -> None:
        self.files = files
        self._roots = set(root_names(project.schema).values())
        self._writer = Writer([each.name for each in project.schema.directives])
        self._new_path = _new_path(project)
        self._defined: set[str] = set()
        """Roots that are new."""
        self._homes: dict[str, SchemaFile] = {}
        """Where types are used that are new."""
        self._members: dict[int, _Additions] = {}
        self._arguments: dict[int, _Additions] = {}
        self._extensions: dict[tuple[str, str], list[str]] = {}
        """Root fields by the file that gets a new extension, and the root."""

    @property
    def grown(self) -> set[int]:
        """The definitions that get members or arguments, by their nodes' `id`."""
        return {*self._members, *self._arguments}

    def add(self, differences: list[Difference]) -> list[Applied]:
        types = [one for one in differences if one.change.kind == "TYPE_ADDED"]
        applied = [self._add(one) for one in differences if one not in types]
        for (file, root), fields in self._extensions.items():
            self._file(file).append(f"{self._opening(root)}{block(fields)}")
        for each in self._members.values():
            each.owner.file.add_members(each.owner, each.texts)
        for each in self._arguments.values():
            each.owner.file.add_arguments(each.owner, each.texts)
        return [*applied, *self._add_types(types)]

    def _add(self, one: Difference) -> Applied:
        change, theirs = one.change, one.theirs.schema
        if change.kind == "DESCRIPTION_ADDED":
            return self._describe(change, theirs)
        if change.kind in ("OPTIONAL_ARG_ADDED", "REQUIRED_ARG_ADDED"):
            return self._add_argument(change, theirs)
        type_name, _, _ = parts(change.coordinate)
        if type_name in self._roots:
            return self._add_root_field(one)
        return self._add_member(change, theirs)

    def _describe(self, change: SchemaChange, theirs: GraphQLSchema) -> Applied:
        owner = self.files.find(parts(change.coordinate))
        assert owner, f"{change.coordinate} is defined"
        text = lookup(theirs, change.coordinate).description or ""
        inline = json.dumps(text, ensure_ascii=False)
        owner.file.describe(owner, description_text(text), inline)
        return Applied(change, owner.file.path, None)

    def _add_argument(self, change: SchemaChange, theirs: GraphQLSchema) -> Applied:
        type_name, member, argument = parts(change.coordinate)
        owner = self.files.find((type_name, member, None))
        assert owner
        assert argument
        definition = cast(Any, lookup(theirs, change.coordinate))
        text = self._both(argument, definition)
        self._arguments.setdefault(id(owner.node), _Additions(owner)).texts.append(text)
        self._uses(definition, owner.file)
        return Applied(change, owner.file.path, _check_of_input(definition))

    def _add_member(self, change: SchemaChange, theirs: GraphQLSchema) -> Applied:
        type_name, member, _ = parts(change.coordinate)
        assert member
        places = self.files.written(type_name)
        owner = next((each for each in places if each.members), places[0])
        definition = cast(Any, lookup(theirs, change.coordinate))
        text = self._both(member, definition)
        self._members.setdefault(id(owner.node), _Additions(owner)).texts.append(text)
        if not isinstance(definition, GraphQLEnumValue):
            self._uses(definition, owner.file)
        return Applied(change, owner.file.path, _check_of_input(definition))

    def _add_root_field(self, one: Difference) -> Applied:
        root, name, _ = parts(one.change.coordinate)
        assert name
        definition = lookup(one.theirs.schema, one.change.coordinate)
        assert isinstance(definition, GraphQLField)
        directives = _directives(definition)
        gateway = one.theirs.gateways[0] if len(one.theirs.gateways) == 1 else None
        extra = ""
        if GATEWAY not in directives and gateway not in (None, DEFAULT_GATEWAY):
            extra = f"@{GATEWAY}(name: {gateway})"
        text = self._writer.element(name, definition, extra)
        inline = self._writer.inline(name, definition, extra)
        check = None
        if TOKEN not in directives:
            check = "@token, @userPool and @encrypted"
            check = check if gateway or GATEWAY in directives else f"@gateway, {check}"
            text = f"{_TO_CHECK}\n{text}"
        file = self._add_to_root(root, definition, (text, inline))
        self._uses(definition, file)
        return Applied(one.change, file.path, check)

    def _add_to_root(
        self, root: str, field: GraphQLField, text: tuple[str, str]
    ) -> SchemaFile:
        home = self.files.file_of(named_type(field).name)
        for owner in self.files.written(root):
            if owner.members and home and owner.file is home:
                added = self._members.setdefault(id(owner.node), _Additions(owner))
                added.texts.append(text)
                return home
        file = home or self.files.new(self._new_path, _NEW_FILE)
        self._extensions.setdefault((str(file.path), root), []).append(text[0])
        return file

    def _opening(self, root: str) -> str:
        """A root is defined once, and extended in each further file."""
        is_new = not self.files.written(root) and root not in self._defined
        self._defined.add(root)
        return f"type {root}" if is_new else f"extend type {root}"

    def _add_types(self, found: list[Difference]) -> list[Applied]:
        types = {one.change.coordinate: one for one in found}
        pending = dict(types)
        applied: list[Applied] = []
        while pending:
            # One that is used by what has been written already, if there is any.
            name = next((each for each in pending if each in self._homes), None)
            name = name or next(iter(pending))
            one = pending.pop(name)
            type_ = one.theirs.schema.type_map[name]
            file = self._homes.get(name) or self.files.new(self._new_path, _NEW_FILE)
            file.append(self._writer.definition(type_))
            for used in _mentioned(type_):
                self._homes.setdefault(used, file)
            applied.append(Applied(one.change, file.path, None))
        return applied

    def _both(self, name: str, definition: Any) -> tuple[str, str]:
        writer = self._writer
        return writer.element(name, definition), writer.inline(name, definition)

    def _uses(self, definition: Any, file: SchemaFile) -> None:
        """Remember where a new type is used first: there it is written."""
        self._homes.setdefault(named_type(definition).name, file)
        if isinstance(definition, GraphQLField):
            for argument in definition.args.values():
                self._homes.setdefault(named_type(argument).name, file)

    def _file(self, path: str) -> SchemaFile:
        return next(file for file in self.files.files if str(file.path) == path)


def _directives(definition: GraphQLField) -> set[str]:
    nodes = definition.ast_node.directives if definition.ast_node else ()
    return {node.name.value for node in nodes}


def _mentioned(type_: GraphQLNamedType) -> Iterator[str]:
    """The types that a type mentions, besides the standard scalars."""
    if isinstance(type_, GraphQLUnionType):
        yield from (each.name for each in type_.types)
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
        yield from (each.name for each in type_.interfaces)
        for field_ in type_.fields.values():
            for each in (field_, *field_.args.values()):
                yield from _if_ours(named_type(each))
    if isinstance(type_, GraphQLInputObjectType):
        for input_field in type_.fields.values():
            yield from _if_ours(named_type(input_field))


def _if_ours(type_: GraphQLNamedType) -> Iterator[str]:
    if not is_specified_scalar_type(type_):
        yield type_.name


def _new_path(project: Project) -> Path:
    """The file for what has no place; where the schema is one file, that one."""
    schema = Path(project.settings.schema_path or project.settings.schema_paths[0])
    return schema / "added.graphql" if schema.is_dir() else schema


def _check_of_input(definition: object) -> str | None:
    """What nobody has said of an argument or input field: it may be a password."""
    if not isinstance(definition, GraphQLArgument | GraphQLInputField):
        return None
    node = definition.ast_node
    return None if node and node.directives else "@encrypted, @secret and @userPool"


def _check(files: SchemaFiles) -> None:
    """Read the edited texts as the generator does."""
    try:
        document = concat_ast(
            [
                parse_source(Source(file.edited(), file.path.as_posix()))
                for file in files.files
            ]
        )
    except GraphQLError as error:
        raise CodegenError.from_graphql([error]) from error
    build_schema(document)


def _replace(path: Path, text: str) -> None:
    staged = path.with_name(f".{path.name}.new")
    staged.write_bytes(text.encode())
    staged.replace(path)
