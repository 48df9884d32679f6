"""Projects in folders of their own: what `generate` and `diff` work on."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]

CONFIG = """
[tool.ariadne-codegen]
schema_path = "schema"
queries_path = "queries"
target_package_path = "generated"
target_package_name = "zoo_client"
client_name = "AsyncClient"
input_types_module_name = "inputs"
multipart_uploads = false
include_typename = false
plugins = ["authing_gen.codegen.AuthingPlugin"]
"""

SCHEMA = '''# The zoo.

type Query {
  """Read one cat."""
  cat(name: String!, mood: Mood): Cat
  cats(like: CatInput): [Cat!]! @token(accepts: [OWNER])
  ticket(day: String): Ticket @gateway(name: OAUTH)
}

"""A cat."""
type Cat {
  name: String!
  # Grams.
  weight: Int
  mood: Mood, # How it is.
  friend: Cat
}

type Ticket { price: Int, day(zone: String): String }

enum Mood { CALM WILD }

input CatInput {
  """Part of the name."""
  name: String
  mood: Mood
}
'''

QUERIES = {
    "cat": """query cat($name: String!, $mood: Mood) {
  cat(name: $name, mood: $mood) {
    name
    weight
    mood
  }
}
""",
    "cats": """query cats($like: CatInput) {
  cats(like: $like) {
    name
  }
}
""",
    "ticket": """query ticket($day: String) {
  ticket(day: $day) {
    price
  }
}
""",
}


def make_zoo(folder: Path) -> Path:
    """Write a small project; the result is its folder."""
    for name in ("schema", "queries"):
        (folder / name).mkdir()
    (folder / "codegen.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "schema/zoo.graphql").write_text(SCHEMA, encoding="utf-8")
    shutil.copy(ROOT / "schema/directives.graphql", folder / "schema")
    for name, text in QUERIES.items():
        path = folder / f"queries/{name}.graphql"
        path.write_text(text, encoding="utf-8")
    return folder


def copy_project(folder: Path) -> Path:
    """Copy what our own client is generated from, and what is generated."""
    for name in ("schema", "queries", "generated"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "codegen.toml", folder)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def tree(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their names."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
