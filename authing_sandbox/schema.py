"""The schema: found, read and joined with what answers it."""

from pathlib import Path

from ariadne import make_executable_schema
from graphql import GraphQLSchema

from . import contract, resolvers


def schema_directory() -> Path:
    """Where `schema/` is: in the installed package, or at the top of the checkout."""
    package = Path(__file__).parent
    for candidate in (package / "schema", package.parent / "schema"):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"no schema/ beside or above {package}")


def build_schema() -> GraphQLSchema:
    """Make the schema executable, with its contract in force."""
    files = sorted(schema_directory().glob("*.graphql"))
    schema = make_executable_schema(
        [file.read_text(encoding="utf-8") for file in files],
        *resolvers.bindables,
        convert_names_case=True,
    )
    contract.enforce(schema)
    return schema
