"""The schema and the operations that a configuration names, parsed with their places.

ariadne-codegen reads the same files but joins them into one text; here every node knows
its file and line.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, cast

from ariadne_codegen import config as ariadne_config
from ariadne_codegen.settings import ClientSettings
from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Source,
    build_ast_schema,
    concat_ast,
    print_ast,
    validate_schema,
)
from graphql.validation.validate import validate_sdl

from .contract import missing
from .default_cycles import check_default_cycles
from .errors import CodegenError, Problems
from .kinds import check_kinds
from .memory import Memory, Same
from .package_names import RAW_CLIENT
from .problems import Place
from .reach import Reach
from .runtime import Runtime
from .settings import check_keys
from .sources import graphql_files, parse_source, read_source, schema_files
from .twins import Twins, twin_class, twin_module
from .validating import check_fit, rules_of
from .wire_types import answered_types, with_typenames

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
    added: DocumentNode
    """What the schema needs besides, and does not define itself."""
    document: DocumentNode
    own_base_client: bool
    """Whether the configuration names a base client, instead of taking ours."""
    runtime: Runtime | None
    """The package whose modules the generated one shares, if it shares any."""
    all_enums: bool = False
    """Whether enums are generated that no operation uses."""
    all_inputs: bool = False
    """Whether inputs are generated that no operation uses."""
    memory: Memory = field(default_factory=Memory)
    """What earlier generations have found out."""

    @classmethod
    def load(
        cls, config: Config, *, fitting: bool = True, memory: Memory | None = None
    ) -> "Project":
        """Read what the configuration names.

        Args:
            config: The configuration.
            fitting: Whether operations that do not fit the schema are refused.
            memory: What earlier generations of the same configuration have found out.

        Raises:
            CodegenError: A file has wrong syntax, the schema is not valid, or an
                operation does not fit the schema.
        """
        check_keys(config)
        # ariadne-codegen does not say what its dicts hold.
        settings: ClientSettings = cast(Any, ariadne_config).get_client_settings(config)
        # `Modules` writes them; what ariadne-codegen made of them would be thrown away.
        settings.include_all_enums = settings.include_all_inputs = False
        names = settings.schema_paths or [settings.schema_path]
        memory = memory or Memory()
        sources = [read_source(path) for path in schema_files(names)]
        if not sources:
            raise CodegenError(f"{', '.join(names)}: no file there ends in .graphql")
        definitions = _parse(sources, memory)
        queries = graphql_files(Path(settings.queries_path))
        _check_definitions(definitions, {path.resolve() for path in queries})
        added = missing(definitions)
        schema = memory.once(
            ("schema", Same(*definitions)),
            lambda: build_schema(concat_ast([*definitions, added])),
        )
        documents = _parse(map(read_source, queries), memory)
        rules = rules_of(settings)
        if fitting:
            check_fit(schema, concat_ast(documents), rules, memory)
        tool = config["tool"]
        runtime = tool.get("authing-gen", {}).get("runtime")
        return cls(
            settings=settings,
            schema=schema,
            schema_sources=tuple(sources),
            added=added,
            document=concat_ast(_asking(documents, schema, memory)),
            own_base_client="base_client_file_path" in tool["ariadne-codegen"],
            runtime=Runtime(runtime) if runtime else None,
            all_enums=tool["ariadne-codegen"].get("include_all_enums", False),
            all_inputs=tool["ariadne-codegen"].get("include_all_inputs", False),
            memory=memory,
        )

    @cached_property
    def operations(self) -> list[OperationDefinitionNode]:
        """The queries and mutations, in the order of their files."""
        return [
            node
            for node in self._all_operations
            if node.operation is not OperationType.SUBSCRIPTION
        ]

    @property
    def subscriptions(self) -> list[OperationDefinitionNode]:
        """What the client does not know how to do."""
        kind = OperationType.SUBSCRIPTION
        return [node for node in self._all_operations if node.operation is kind]

    @property
    def _all_operations(self) -> list[OperationDefinitionNode]:
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

    @cached_property
    def reach(self) -> Reach:
        """Which fragments an operation consists of."""
        return Reach(self.fragments)

    @property
    def sdl(self) -> str:
        """The files of the schema, one after the other, and what it needs besides."""
        texts = [
            f"# {Path(source.name).name}\n\n{source.body.strip()}\n"
            for source in self.schema_sources
        ]
        if self.added.definitions:
            texts.append(f"# Added by authing-gen.\n\n{print_ast(self.added)}\n")
        return "\n".join(texts)

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


def _parse(sources: Iterable[Source], memory: Memory) -> list[DocumentNode]:
    problems = Problems()
    documents: list[DocumentNode] = []
    for source in sources:
        with problems.gathered():
            key = "document", source.name, source.body
            documents.append(memory.once(key, partial(_parse_one, source)))
    problems.refuse()
    return documents


def _parse_one(source: Source) -> DocumentNode:
    try:
        return parse_source(source)
    except GraphQLError as error:
        raise CodegenError.from_graphql([error]) from error


def _check_definitions(schema: Iterable[DocumentNode], queries: set[Path]) -> None:
    """Refuse operations that stand in the schema: nobody would read them."""
    for document in schema:
        for node in document.definitions:
            if (
                isinstance(node, ExecutableDefinitionNode)
                and (place := Place.of(node))
                and Path(place.file).resolve() not in queries
            ):
                raise CodegenError(
                    "this belongs to the operations, not to the schema: move it to"
                    " queries_path",
                    node,
                )


def _asking(
    documents: Iterable[DocumentNode], schema: GraphQLSchema, memory: Memory
) -> list[DocumentNode]:
    """The documents, which ask for `__typename` where there are several types."""
    answered = answered_types(schema)
    return [
        memory.once(
            ("asking", Same(schema, document)),
            partial(with_typenames, document, schema, answered),
        )
        for document in documents
    ]


def build_schema(document: DocumentNode) -> GraphQLSchema:
    """Make a schema of its definitions.

    Raises:
        CodegenError: It is not valid.
    """
    if errors := validate_sdl(document):
        raise CodegenError.from_graphql(errors)
    check_kinds(document)
    check_default_cycles(document)
    schema = build_ast_schema(document)
    if errors := validate_schema(schema):
        raise CodegenError.from_graphql(errors)
    return schema
