"""The schema and the operations that a configuration names, parsed with their places.

ariadne-codegen reads the same files but joins them into one text; here every node knows
its file and line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from ariadne_codegen import config as ariadne_config
from ariadne_codegen.schema import resolve_schema_paths, walk_graphql_files
from ariadne_codegen.settings import ClientSettings
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    Source,
    build_ast_schema,
    concat_ast,
    parse,
    specified_rules,
    validate,
    validate_schema,
)
from graphql.validation.validate import validate_sdl

from .errors import CodegenError

Config = dict[str, Any]


@dataclass(frozen=True)
class Project:
    """A schema and the operations written against it."""

    settings: ClientSettings
    schema: GraphQLSchema
    document: DocumentNode

    @classmethod
    def load(cls, config: Config) -> "Project":
        """Read what the configuration names.

        Raises:
            CodegenError: A file has wrong syntax, the schema is not valid, or an
                operation does not fit the schema.
        """
        # ariadne-codegen does not say what its dicts hold.
        settings: ClientSettings = cast(Any, ariadne_config).get_client_settings(config)
        sources = settings.schema_paths or [settings.schema_path]
        schema = _build_schema(_parse_files(resolve_schema_paths(sources)))
        queries = Path(settings.queries_path)
        files = sorted(walk_graphql_files(queries)) if queries.is_dir() else [queries]
        document = _parse_files(files)
        rules = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]
        if errors := validate(schema, document, rules):
            raise CodegenError.from_graphql(errors)
        return cls(settings, schema, document)

    @cached_property
    def operations(self) -> list[OperationDefinitionNode]:
        """The operations, in the order of their files."""
        return [
            node
            for node in self.document.definitions
            if isinstance(node, OperationDefinitionNode)
        ]

    @cached_property
    def fragments(self) -> dict[str, FragmentDefinitionNode]:
        """The fragments by name."""
        return {
            node.name.value: node
            for node in self.document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    @property
    def base_client_module(self) -> str:
        """Name of the module of the base client in the generated package."""
        settings = self.settings
        path = Path(settings.base_client_file_path)
        return settings.base_client_module_name or path.stem

    @property
    def package_path(self) -> Path:
        """The folder that the generated package is written to."""
        settings = self.settings
        return Path(settings.target_package_path) / settings.target_package_name


def _parse_files(paths: Iterable[Path]) -> DocumentNode:
    return concat_ast([_parse_file(path) for path in paths])


def _parse_file(path: Path) -> DocumentNode:
    try:
        return parse(Source(path.read_text(encoding="utf-8"), path.as_posix()))
    except GraphQLError as error:
        raise CodegenError.from_graphql([error]) from error


def _build_schema(document: DocumentNode) -> GraphQLSchema:
    if errors := validate_sdl(document):
        raise CodegenError.from_graphql(errors)
    schema = build_ast_schema(document)
    if errors := validate_schema(schema):
        raise CodegenError.from_graphql(errors)
    return schema
