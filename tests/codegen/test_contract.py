"""Schemas that know nothing of our directives, as other services' do."""

import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from authing_gen.codegen.contract import missing
from authing_gen.codegen.errors import CodegenError
from authing_gen.codegen.generate import generate as generate_package
from authing_gen.codegen.sources import parse_source, read_source

SCHEMA = """
type Query { cat(name: String): Cat }
type Cat { name: String }
"""
QUERY = "query cat($name: String) { cat(name: $name) { name } }"

Make = Callable[[str], Path]


@pytest.fixture
def make(generate: Callable[..., Path], tmp_path: Path) -> Make:
    """Generates from a schema alone; the result is the folder of the package."""

    def run(schema: str) -> Path:
        (tmp_path / "cats.graphql").write_text(schema, encoding="utf-8")
        (tmp_path / "cat.graphql").write_text(QUERY, encoding="utf-8")
        return generate(
            tmp_path / "cats.graphql",
            tmp_path / "cat.graphql",
            tmp_path,
            target_package_name="bare",
            schema_paths=[str(tmp_path / "cats.graphql")],
        )

    return run


def test_it_is_generated_as_if_they_were_declared(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = make(SCHEMA)
    monkeypatch.syspath_prepend(package.parent)
    made: Any = import_module("bare")

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"data": {"cat": {"name": "Tom"}}})

    http_client = httpx.Client(transport=httpx.MockTransport(answer))
    client = made.Client("https://example.com", http_client=http_client)
    assert client.cat().name == "Tom"
    (operation,) = made.OPERATIONS.values()
    assert (operation.gateway, operation.tokens) == (made.Gateway.USERS, ())
    # The schema of the package is whole: whoever reads it needs nothing besides.
    whole = parse_source(read_source(package / "schema.graphql"))
    assert missing([whole]).definitions == ()


def test_they_may_be_used_without_a_declaration(make: Make) -> None:
    used = SCHEMA.replace("): Cat", "): Cat @gateway(name: OAUTH)")
    operations = (make(used) / "operations.py").read_text(encoding="utf-8")
    assert "gateway=Gateway.OAUTH" in operations


def test_who_declares_one_keeps_it(make: Make) -> None:
    own = "directive @secret on FIELD_DEFINITION\nenum Gateway { USERS MOON }\n"
    package = make(own + SCHEMA)
    schema = (package / "schema.graphql").read_text(encoding="utf-8")
    assert schema.count("directive @secret") == schema.count("enum Gateway") == 1
    assert "MOON" in (package / "enums.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("definition", ["enum Gateway { VISA }", "scalar Gateway"])
def test_directive_needs_its_enum(make: Make, definition: str) -> None:
    used = SCHEMA.replace("): Cat", "): Cat @gateway(name: USERS)")
    with pytest.raises(CodegenError, match="one of whose values is USERS") as caught:
        make(definition + used)
    (problem,) = caught.value.problems
    assert problem.places[0].line == 1


def test_directive_of_another_meaning_is_refused(make: Make) -> None:
    own = "directive @token(scope: String) on FIELD_DEFINITION\n"
    with pytest.raises(CodegenError, match="@token must take the enum 'TokenKind'"):
        make(own + SCHEMA)


FOREIGN = {
    "enums": (
        "enum Gateway { VISA USERS } enum TokenKind { JWT }",
        'made.Gateway("NEW").value == "NEW" and made.AuthingGateway.USERS',
    ),
    "inputs": (
        "input Gateway { id: ID } input TokenKind { id: ID }",
        'made.Gateway(id="1").id == "1" and made.AuthingTokenKind.OWNER',
    ),
    "scalars": ("scalar Gateway scalar TokenKind", "made.AuthingGateway.USERS"),
    "names that ours would get": (
        "enum Gateway { VISA } enum AuthingGateway { A } enum TokenKind { JWT }",
        "made.Gateway.VISA and made.AuthingGateway_.USERS",
    ),
}
PAYING = "type Query { pay(by: Gateway, with: TokenKind): Boolean } "
PAY = "query pay($by: Gateway, $with: TokenKind) { pay(by: $by, with: $with) }"


@pytest.mark.heavy
@pytest.mark.parametrize("runtime", [{}, {"runtime": "authing_client"}])
@pytest.mark.parametrize("kind", FOREIGN)
def test_types_of_theirs_are_theirs(
    kind: str,
    runtime: dict[str, str],
    config_of: Callable[..., dict[str, Any]],
    root: Path,
    tmp_path: Path,
) -> None:
    definitions, true = FOREIGN[kind]
    schema, operation = tmp_path / "paying.graphql", tmp_path / "pay.graphql"
    schema.write_text(PAYING + definitions, encoding="utf-8")
    operation.write_text(PAY, encoding="utf-8")
    config = config_of(schema, operation, tmp_path, schema_paths=[str(schema)])
    config["tool"]["authing-gen"] = runtime
    generate_package(config)
    script = f"""
import made
(pay,) = made.OPERATIONS.values()
assert (pay.gateway, pay.tokens) == ("USERS", ())
assert {true}
"""
    for arguments in (
        ["-W", "error", "-c", script],
        ["-m", "mypy", "--strict", "--config-file", os.devnull, "made"],
    ):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=tmp_path,
            env={"PYTHONPATH": str(tmp_path), "MYPYPATH": str(root / "generated")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
