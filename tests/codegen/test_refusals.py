"""What the generator refuses, each with the file, line and column of the mistake.

The mistake stands at the `^`, which is taken out before the text is generated from.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from authing_gen.codegen import CodegenError
from authing_gen.codegen.__main__ import main

Config = dict[str, Any]

SCHEMA = """
type Query {
  cat(name: String @userPool, key: String @encrypted, keys: KeysInput): Cat
  lion(keys: [String!] @encrypted): Cat
  dog(name: String): Dog @token(accepts: [USER])
  pet: Pet @gateway(name: OAUTH)
}

input KeysInput {
  pool: String! @userPool
  front: String @encrypted
  back: String @encrypted
  label: String
}

interface Pet {
  name: String
  friend: Pet
}

type Cat implements Pet {
  name: String!
  friend: Pet
  toy(size: Int): Toy
}

type Dog implements Pet {
  name: String
  friend: Pet
}

type Toy {
  foo_bar: String
  fooBar: String
  parts(size: Int): Toy
}
"""

QUERIES = "query cat { cat { name } }"

WRONG_SCHEMAS = {
    "syntax": ("type Query { cat: Int ^", "Syntax Error"),
    "unknown type": ("type Query { cat: ^Cat }", "Unknown type 'Cat'"),
    "unknown directive": ("type Query { cat: Int ^@loud }", "Unknown directive"),
    "unfinished interface": (
        "interface Pet { ^name: Int } type Cat implements Pet { age: Int }"
        " type Query { cat: Int }",
        "Interface field Pet.name expected",
    ),
    "gateway below the root": (
        "type Query { cat: Int } type Cat { name: String ^@gateway(name: USERS) }",
        "@gateway works on fields of Query and Mutation only",
    ),
    "token below the root": (
        "type Query { cat: Int } type Cat { name: String ^@token(accepts: [USER]) }",
        "@token works on fields of Query and Mutation only",
    ),
    "token on an interface": (
        "type Query { cat: Int } interface Pet { name: Int ^@token(accepts: [USER]) }",
        "@token works on fields of Query and Mutation only",
    ),
    "no token": ("type Query { cat: Int ^@token(accepts: []) }", "accepts no token"),
    "unknown gateway": ("type Query { cat: Int @gateway(name: ^MOON) }", "MOON"),
    "unknown token": ("type Query { cat: Int @token(accepts: ^[KING]) }", "KING"),
    "encrypted number": (
        "type Query { cat(age: Int ^@encrypted): Int }",
        "@encrypted works on a String, not on Int",
    ),
    "encrypted number of an input": (
        "type Query { cat: Int } input CatInput { age: Int! ^@encrypted }",
        "@encrypted works on a String, not on Int",
    ),
    "user pool of a number": (
        "type Query { cat(pool: Int ^@userPool): Int }",
        "@userPool works on a String, not on Int",
    ),
    "user pools": (
        "type Query { cat(pools: [String!] ^@userPool): Int }",
        "@userPool works on a String, not on [String!]",
    ),
    "user pool of an ID": (
        "type Query { cat: Int } input CatInput { pool: ID ^@userPool }",
        "@userPool works on a String, not on ID",
    ),
    "operation": (
        "type Query { cat: Int } ^query cat { cat }",
        "belongs to the operations, not to the schema",
    ),
    "default within itself": (
        "type Query { cat(like: CatInput): Int }"
        " input CatInput { name: String friend: CatInput = ^{name: null} }",
        "the default leads back to 'CatInput' itself",
    ),
    "defaults that hold each other": (
        "type Query { cat(like: CatInput): Int }"
        " input CatInput { dogs: [DogInput!] = ^[{cat: null}] }"
        " input DogInput { name: String } extend input DogInput { cat: CatInput = {} }",
        "the default leads back to 'CatInput' itself",
    ),
    "user pool as a choice": (
        "type Query { cat: Int }"
        " input CatInput @oneOf { pool: String ^@userPool id: ID }",
        "in an input with @oneOf it cannot stand",
    ),
}

WRONG_QUERIES = {
    "syntax": ("query cat { cat { name } ^", "Syntax Error"),
    "unknown field": ("query cat { ^kat { name } }", "Cannot query field 'kat'"),
    "wrong type": (
        "query cat(^$age: Int) { cat(name: $age) { name } }",
        "type 'Int' used in position",
    ),
    "unknown directive": ("query cat { cat ^@loud { name } }", "Unknown directive"),
    "no such root": ("^mutation cat { cat { name } }", "The schema has no mutation"),
    "no name": ("^{ cat { name } }", "name"),
    "tokens that differ": (
        "^query both { cat { name } dog { name } }",
        "'cat' and 'dog' are not sent alike",
    ),
    "gateways that differ": (
        "^query both { cat { name } pet { name } }",
        "'cat' and 'pet' are not sent alike",
    ),
    "introspection": (
        "query types { ^__schema { types { name } } }",
        "introspection is not an operation of the client",
    ),
    "encrypted constant": (
        'query cat { cat(key: ^"mouse") { name } }',
        "an @encrypted value must come from a variable",
    ),
    "encrypted constant in an input": (
        'query cat($p: String!) { cat(keys: {pool: $p, back: ^"mouse"}) { name } }',
        "an @encrypted value must come from a variable",
    ),
    "encrypted constant in a list": (
        'query lion($key: String!) { lion(keys: [$key, ^"mouse"]) { name } }',
        "an @encrypted value must come from a variable",
    ),
    "encrypted default": (
        'query cat($key: String = ^"mouse") { cat(key: $key) { name } }',
        "default",
    ),
    "encrypted in one place": (
        "query cat($key: String) { cat(name: ^$key, key: $key) { name } }",
        "$key is encrypted in one place and plain in another",
    ),
    "encrypted in one field": (
        "query cat($k: String, $p: String!) {"
        " cat(keys: {pool: $p, front: $k, label: ^$k}) { name } }",
        "$k is encrypted in one place and plain in another",
    ),
    "two user pools": (
        "query cat($pool: String, $keys: KeysInput)"
        " { cat(name: ^$pool, keys: $keys) { name } }",
        "$pool and $keys.pool both name the user pool",
    ),
}


WRONG_SETTINGS: dict[str, tuple[dict[str, object], str]] = {
    "synchronous client only": ({"async_client": False}, "leave async_client out"),
    "client that is called as the twin": (
        {"client_name": "BaseClient"},
        "would be called 'BaseClient'",
    ),
    "client that is called as its raw client": (
        {"client_name": "AsyncRawClient"},
        "would be called 'AsyncRawClient'",
    ),
    "module that is called as another one": (
        {"client_file_name": "results"},
        "would be called 'results'",
    ),
    "module that is called as the twin": (
        {"client_file_name": "sync_base_client"},
        "would be called 'sync_base_client'",
    ),
    "enums elsewhere": ({"enums_module_name": "kinds"}, "leave enums_module_name out"),
    "client of another kind": (
        {"opentelemetry_client": True},
        "leave opentelemetry_client out",
    ),
}


def unmarked(text: str) -> tuple[str, str]:
    """The text without its mark, and the line and column of the mark."""
    before, after = text.split("^")
    lines = before.split("\n")
    return before + after, f"{len(lines)}:{len(lines[-1]) + 1}"


@pytest.mark.parametrize("name", WRONG_SCHEMAS)
def test_wrong_schema_is_refused(
    name: str, refusal_of: Callable[[str, str], str], tmp_path: Path
) -> None:
    marked, message = WRONG_SCHEMAS[name]
    schema, place = unmarked(marked)
    refusal = refusal_of(schema, "query cat { cat }")
    assert refusal.startswith(f"{tmp_path}/schema.graphql:{place}: ")
    assert message in refusal


@pytest.mark.parametrize("name", WRONG_QUERIES)
def test_wrong_operation_is_refused(
    name: str, refusal_of: Callable[[str, str], str], tmp_path: Path
) -> None:
    marked, message = WRONG_QUERIES[name]
    queries, place = unmarked(marked)
    refusal = refusal_of(SCHEMA, queries)
    assert refusal.startswith(f"{tmp_path}/queries.graphql:{place}: ")
    assert message in refusal


@pytest.mark.parametrize("name", WRONG_SETTINGS)
def test_wrong_settings_are_refused(
    name: str, generate: Callable[..., Path], tmp_path: Path
) -> None:
    settings, message = WRONG_SETTINGS[name]
    schema, queries = tmp_path / "schema.graphql", tmp_path / "queries.graphql"
    schema.write_text(SCHEMA, encoding="utf-8")
    queries.write_text(QUERIES, encoding="utf-8")
    with pytest.raises(CodegenError, match=message):
        generate(schema, queries, tmp_path, **settings)
    assert not (tmp_path / "made").exists()


def test_every_mistake_of_a_project_is_told(
    refusal_of: Callable[[str, str], str],
) -> None:
    schema = """
    type Query { a(x: Int @encrypted): Int b: Int @token(accepts: []) c(x: In): Int }
    input In { a: [String] @userPool b: Int @encrypted }
    """
    queries = "query one { a ^ } query two { ^ b }".replace(
        "^", "__schema { __typename }"
    )
    refusal = refusal_of(schema, queries)
    for told in ("on Int", "no token", "on [String]"):
        assert told in refusal
    assert refusal.count("introspection is not an operation of the client") == 2
    assert len(refusal.splitlines()) == 6


def test_encrypted_field_of_an_input_inside_of_itself_is_refused(
    refusal_of: Callable[[str, str], str], tmp_path: Path
) -> None:
    schema = """
    type Query { open(box: BoxInput): Int }
    input BoxInput { lock: LockInput inner: BoxInput }
    input LockInput { key: String @encrypted }
    """
    refusal = refusal_of(schema, "query open($box: BoxInput) { open(box: $box) }")
    assert refusal.startswith(f"{tmp_path}/queries.graphql:1:40: ")


def test_every_mistake_has_a_line(refusal_of: Callable[[str, str], str]) -> None:
    refusal = refusal_of(SCHEMA, "query cat { kat { name } } query dog { mouse }")
    assert len(refusal.splitlines()) == 2


@pytest.mark.parametrize("queries", ["query cat { kat }", "query cat {"])
def test_plugin_raises_codegen_error(
    queries: str, generate_text: Callable[[str, str], Path], tmp_path: Path
) -> None:
    place = re.escape(f"{tmp_path}/queries.graphql:1:")
    with pytest.raises(CodegenError, match=place):
        generate_text(SCHEMA, queries)


def test_command_prints_the_mistake_only(
    config_file: Callable[[str, str], Path], root: Path, tmp_path: Path
) -> None:
    config = config_file(SCHEMA, "query cat { mouse }")
    done = subprocess.run(
        [sys.executable, "-m", "authing_gen.codegen", str(config)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"{tmp_path}/queries.graphql:1:13:"
        " Cannot query field 'mouse' on type 'Query'.\n"
    )


def test_refusal_changes_nothing(
    config_file: Callable[[str, str], Path],
    run_command: Callable[[Path], int],
    tmp_path: Path,
) -> None:
    assert run_command(config_file(SCHEMA, QUERIES)) == 0
    before = _contents(tmp_path / "made")
    for marked, _ in WRONG_QUERIES.values():
        assert run_command(config_file(SCHEMA, unmarked(marked)[0])) == 1
    assert _contents(tmp_path / "made") == before


def _contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.iterdir()
    }


@pytest.fixture
def config_file(
    config_of: Callable[..., Config], tmp_path: Path
) -> Callable[[str, str], Path]:
    """Writes a configuration for a schema and operations written in the test."""

    def write(schema: str, queries: str) -> Path:
        schema_path = tmp_path / "schema.graphql"
        queries_path = tmp_path / "queries.graphql"
        schema_path.write_text(schema, encoding="utf-8")
        queries_path.write_text(queries, encoding="utf-8")
        config = config_of(schema_path, queries_path, tmp_path)
        path = tmp_path / "codegen.toml"
        section = config["tool"]["ariadne-codegen"]
        # JSON writes texts, lists and booleans as TOML does.
        lines = [f"{name} = {json.dumps(value)}" for name, value in section.items()]
        text = "\n".join(["[tool.ariadne-codegen]", *lines])
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def run_command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], int]:
    """Runs `python -m authing_gen.codegen` in this process."""

    def run(config: Path) -> int:
        monkeypatch.setattr(sys, "argv", ["authing_gen.codegen", str(config)])
        return main()

    return run


@pytest.fixture
def refusal_of(
    config_file: Callable[[str, str], Path],
    run_command: Callable[[Path], int],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Callable[[str, str], str]:
    """Generates what cannot be generated; the result is what is printed."""

    def run(schema: str, queries: str) -> str:
        assert run_command(config_file(schema, queries)) == 1
        assert not (tmp_path / "made").exists()
        return capsys.readouterr().err

    return run
