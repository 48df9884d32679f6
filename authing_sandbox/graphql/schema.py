"""The schema: found, read and joined with what answers it."""

from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from ariadne import ObjectType, SchemaBindable, convert_schema_names
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    assert_valid_schema,
    build_ast_schema,
    parse,  # pyright: ignore[reportUnknownVariableType]
)

from .. import resolvers
from . import access_fields, answers, contract


def schema_directory() -> Path:
    """Where `schema/` is: in the installed package, or at the top of the checkout."""
    package = Path(__file__).parents[1]
    for candidate in (package / "schema", package.parent / "schema"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"no schema/ beside or above {package}")


def read_schema() -> str:
    """All files of the schema, as one document."""
    files = sorted(schema_directory().glob("*.graphql"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def build_schema() -> GraphQLSchema:
    """Make the schema executable, with its contract in force.

    It is made once for all servers of a process, as it keeps nothing of any: half of
    what a start costs, to a test suite that starts many.
    """
    return _build(read_schema())


@lru_cache(maxsize=1)
def _build(text: str) -> GraphQLSchema:
    # Whether the files are good SDL, `make generate` and the tests say: it takes as
    # long as all the rest.
    schema = build_ast_schema(parse(text), assume_valid_sdl=True)
    for bindable in (*resolvers.bindables, *access_fields.bindables):
        _bind(bindable, schema)
    contract.refuse_unknown(schema)
    # They answer whatever has no resolver by then.
    for bindable in answers.bindables:
        _bind(bindable, schema)
    convert_schema_names(schema, None)
    assert_valid_schema(schema)
    contract.enforce(schema)
    return schema


def _bind(bindable: SchemaBindable, schema: GraphQLSchema) -> None:
    """Join resolvers with what the schema has; it may have lost some of it."""
    if not isinstance(bindable, ObjectType):
        bindable.bind_to_schema(schema)
        return
    type_ = schema.type_map.get(bindable.name)
    known: dict[str, Any] = cast(Any, bindable)._resolvers
    if isinstance(type_, GraphQLObjectType):
        for name in known.keys() & type_.fields.keys():
            type_.fields[name].resolve = known[name]
