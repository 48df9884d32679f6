"""Projects that are made for measuring: as large, or as entangled, as wanted."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from benchmarks.plain import ROOT

_CONFIG = """
[tool.ariadne-codegen]
schema_path = "schema"
queries_path = "queries"
target_package_path = "generated"
target_package_name = "made_client"
client_name = "AsyncClient"
input_types_module_name = "inputs"
multipart_uploads = false
plugins = ["authing_gen.codegen.AuthingPlugin"]
"""

EDITED = "queries/query0.graphql"
"""What is edited: it selects `name` on a line of its own."""
CHANGED = "generated/made_client/models_of_query_0.py"
"""What the edit changes, where there are many operations."""


def entangled(folder: Path, inputs: int) -> None:
    """Write a project with inputs each of which holds all others, as filters do."""
    names = [f"Filter{number}" for number in range(inputs)]
    fields = "".join(f"  by{name}: {name}\n" for name in names)
    types = [f"input {name} {{\n  text: String\n{fields}}}\n" for name in names]
    root = "type Query { things(where: Filter0): Thing }\ntype Thing { name: String }\n"
    query = (
        "query query0($where: Filter0) {\n  things(where: $where) {\n    name\n  }\n}"
    )
    _write(folder, "\n".join([root, *types]), {EDITED: query})


def large(folder: Path, operations: int) -> None:
    """Write a project with many operations, each with types and an input of its own."""
    numbers = range(operations)
    roots = "".join(f"  thing{n}(where: In{n}): [Thing{n}!]!\n" for n in numbers)
    schema = f"type Query {{\n{roots}}}\n" + "".join(map(_types, numbers))
    queries = {f"queries/query{n}.graphql": _query(n) for n in numbers}
    _write(folder, schema, queries)


def _types(number: int) -> str:
    fields = "".join(f"  field{n}: String\n" for n in range(10))
    return f"""
type Thing{number} {{
  name: String
  owner: Owner{number}
{fields}}}

type Owner{number} {{
  id: ID!
{fields}}}

enum Kind{number} {{ ONE TWO }}

input In{number} {{
  kind: Kind{number}
{fields}}}
"""


def _query(number: int) -> str:
    fields = " ".join(f"field{n}" for n in range(10))
    return f"""query query{number}($where: In{number}) {{
  thing{number}(where: $where) {{
    name
    {fields}
    owner {{ id {fields} }}
  }}
}}
"""


def _write(folder: Path, schema: str, queries: Mapping[str, str]) -> None:
    for name in ("schema", "queries", "generated"):
        (folder / name).mkdir(parents=True)
    shutil.copy(ROOT / "schema/directives.graphql", folder / "schema")
    files = {"codegen.toml": _CONFIG, "schema/made.graphql": schema, **queries}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
