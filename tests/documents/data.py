"""Uses blocks of data: schemas, operations, seeds, configurations."""

import json
from pathlib import Path
from typing import Any

import tomlkit
import yaml
from ariadne_codegen.settings import ClientSettings
from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    GraphQLSchema,
    NoUnusedFragmentsRule,
    concat_ast,
    parse,
    specified_rules,
    validate,
)
from graphql.utilities import build_ast_schema

import authing_gen
from authing_sandbox.seeding.seed_file import read_seed

from .pages import ROOT, Block


def use_graphql(page: list[Block]) -> None:
    """Extend our schema by what a page defines; its operations must fit the result."""
    parsed = [parse(block.code) for block in page]
    schema = _schema([document for document in parsed if not _is_executable(document)])
    fragments = [
        parse(file.read_text(encoding="utf-8"))
        for file in sorted((ROOT / "queries/fragments").glob("*.graphql"))
    ]
    rules = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]
    for document in filter(_is_executable, parsed):
        assert not validate(schema, concat_ast([document, *fragments]), rules)


def use_toml(block: Block) -> None:
    """Parse it; what it tells ariadne-codegen must be settings of ariadne-codegen."""
    tool: dict[str, Any] = tomlkit.parse(block.code).unwrap().get("tool", {})
    known = ClientSettings.__dataclass_fields__.keys() | {"runtime"}
    assert tool.get("ariadne-codegen", {}).keys() <= known


def use_yaml(block: Block, folder: Path) -> None:
    """Read a seed of the sandbox; parse what is something else."""
    content: dict[str, Any] = yaml.safe_load(block.code)
    if content.keys() & {"pool", "users", "rules"}:
        file = folder / "seed.yaml"
        file.write_text(block.code, encoding="utf-8")
        seed = read_seed(file)
        assert len(seed.users) == len(content.get("users", []))


def use_json(block: Block) -> None:
    """Parse it."""
    json.loads(block.code)


def use_text(block: Block) -> None:
    """Every error that a tree of errors names is there."""
    for word in block.code.replace(",", " ").split():
        if word.endswith("Error") and word.isidentifier():
            assert hasattr(authing_gen, word), word


def _is_executable(document: DocumentNode) -> bool:
    return isinstance(document.definitions[0], ExecutableDefinitionNode)


def _schema(more: list[DocumentNode]) -> GraphQLSchema:
    files = sorted((ROOT / "schema").glob("*.graphql"))
    ours = [parse(file.read_text(encoding="utf-8")) for file in files]
    return build_ast_schema(concat_ast([*ours, *more]))
