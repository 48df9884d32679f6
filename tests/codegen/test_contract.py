"""Schemas that know nothing of our directives, as other services' do."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from authing_gen.codegen.contract import missing
from authing_gen.codegen.errors import CodegenError
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


def test_who_declares_one_keeps_what_is_there(make: Make) -> None:
    own = "directive @secret on FIELD_DEFINITION\nenum Gateway { USERS MOON }\n"
    with pytest.raises(CodegenError, match="must define the enum 'TokenKind'"):
        make(own + SCHEMA)
    schema = make(f"{own}enum TokenKind {{ OWNER }}\n{SCHEMA}") / "schema.graphql"
    assert "@token" not in schema.read_text(encoding="utf-8")


def test_enum_of_theirs_that_fits_is_taken(make: Make) -> None:
    package = make(f"enum Gateway {{ USERS MOON }}\n{SCHEMA}")
    schema = (package / "schema.graphql").read_text(encoding="utf-8")
    assert schema.count("enum Gateway") == 1
    assert "MOON" in (package / "enums.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("definition", ["enum Gateway { VISA }", "scalar Gateway"])
def test_another_thing_of_that_name_is_refused(make: Make, definition: str) -> None:
    with pytest.raises(CodegenError, match="one of whose values is USERS") as caught:
        make(definition + SCHEMA)
    (problem,) = caught.value.problems
    assert problem.places[0].line == 1
