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
    specified_rules,
    validate,
    validate_schema,
)
from graphql.validation.validate import validate_sdl

from .errors import CodegenError
from .kinds import check_kinds
from .package_names import RAW_CLIENT
from .runtime import Runtime
from .sources import parse_source, read_source
from .twins import Twins, twin_class, twin_module
from .wire_types import with_typenames

SUPPORT = Path(__file__).parent / "support"
"""The modules that every generated package holds as they are."""

SCHEMA_FILE = "schema.graphql"
"""Name of the schema's file in the generated package."""

Config = dict[str, Any]


@dataclass(frozen=True)
class Project:
    """A schema and the operations written against it."""

    settings: ClientSettings
    schema: GraphQLSchema
    schema_sources: tuple[Source, ...]
    document: DocumentNode
    own_base_client: bool
    """Whether the configuration names a base client, instead of taking ours."""
    runtime: Runtime | None
    """The package whose modules the generated one shares, if it shares any."""

    @classmethod
    def load(cls, config: Config, *, fitting: bool = True) -> "Project":
        """Read what the configuration names.

        Args:
            config: The configuration.
            fitting: Whether operations that do not fit the schema are refused.

        Raises:
            CodegenError: A file has wrong syntax, the schema is not valid, or an
                operation does not fit the schema.
        """
        # ariadne-codegen does not say what its dicts hold.
        settings: ClientSettings = cast(Any, ariadne_config).get_client_settings(config)
        sources = settings.schema_paths or [settings.schema_path]
        schema_files = [read_source(path) for path in resolve_schema_paths(sources)]
        schema = build_schema(_parse(schema_files))
        queries = Path(settings.queries_path)
        files = sorted(walk_graphql_files(queries)) if queries.is_dir() else [queries]
        document = _parse(map(read_source, files))
        rules = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]
        if fitting and (errors := validate(schema, document, rules)):
            raise CodegenError.from_graphql(errors)
        tool = config["tool"]
        runtime = tool.get("authing-gen", {}).get("runtime")
        return cls(
            settings=settings,
            schema=schema,
            schema_sources=tuple(schema_files),
            document=with_typenames(document, schema),
            own_base_client="base_client_file_path" in tool["ariadne-codegen"],
            runtime=Runtime(runtime) if runtime else None,
        )

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
    def sdl(self) -> str:
        """The files of the schema, one after the other."""
        return "\n".join(
            f"# {Path(source.name).name}\n\n{source.body.strip()}\n"
            for source in self.schema_sources
        )

    @property
    def base_client_file(self) -> Path:
        """The base client's module: ours, unless the configuration names another."""
        if self.own_base_client:
            return Path(self.settings.base_client_file_path)
        return SUPPORT / "base_client.py"

    @property
    def base_client_module(self) -> str:
        """Name of the module of the base client in the generated package."""
        own_name = self.own_base_client and self.settings.base_client_module_name
        return own_name or self.base_client_file.stem

    @cached_property
    def twins(self) -> Twins:
        """What the synchronous twins are called."""
        settings = self.settings
        classes = (settings.client_name, settings.base_client_name)
        modules = (settings.client_file_name, self.base_client_module)
        return Twins(
            classes={name: twin_class(name) for name in classes}
            | {RAW_CLIENT: twin_class(RAW_CLIENT)},
            modules={name: twin_module(name) for name in modules},
        )

    @property
    def package_path(self) -> Path:
        """The folder that the generated package is written to."""
        settings = self.settings
        return Path(settings.target_package_path) / settings.target_package_name


def _parse(sources: Iterable[Source]) -> DocumentNode:
    try:
        return concat_ast([parse_source(source) for source in sources])
    except GraphQLError as error:
        raise CodegenError.from_graphql([error]) from error


def build_schema(document: DocumentNode) -> GraphQLSchema:
    """Make a schema of its definitions.

    Raises:
        CodegenError: It is not valid.
    """
    if errors := validate_sdl(document):
        raise CodegenError.from_graphql(errors)
    check_kinds(document)
    schema = build_ast_schema(document)
    if errors := validate_schema(schema):
        raise CodegenError.from_graphql(errors)
    return schema
