"""Packages that share the modules of another one."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from ariadne_codegen import main as ariadne_main

from authing_gen.codegen import CodegenError

Config = dict[str, Any]

SCHEMA = """
type Query { cat(color: Color, name: String @encrypted): Cat @gateway(name: OAUTH) }
type Cat { name: String! color: Color }
enum Color { RED }
"""
QUERIES = "query cat($color: Color) { cat(color: $color) { name color } }"

SAME = (
    *("AsyncBaseClient", "BaseClient", "BaseModel", "Gateway", "GraphQLClientError"),
    *("Operation", "RawResponse", "RequestOptions", "TokenKind", "UnsetType"),
)

SCRIPT = f"""
import authing_client, own
for name in {SAME}:
    assert getattr(own, name) is getattr(authing_client, name), name
assert issubclass(own.AsyncClient, authing_client.AsyncBaseClient)
assert issubclass(own.Client, authing_client.BaseClient)
assert issubclass(own.Cat, authing_client.BaseModel)
assert isinstance(own.OPERATIONS["cat"], authing_client.Operation)
assert own.OPERATIONS["cat"].gateway is authing_client.Gateway.OAUTH
assert own.Color.RED.value == "RED"
assert "type Cat" in own.Client.schema_file.read_text(encoding="utf-8")
"""

TYPED = """
from typing import assert_type

import authing_client
import own

async def use(client: own.AsyncClient, sync_client: own.Client) -> None:
    base: authing_client.AsyncBaseClient = client
    sync_base: authing_client.BaseClient = sync_client
    assert_type(await client.cat(color=own.Color.RED, timeout=1), own.Cat | None)
    raw = sync_client.with_raw_response.cat()
    assert_type(raw, authing_client.RawResponse[own.Cat | None])
"""


@pytest.fixture
def generate_own(
    config_of: Callable[..., Config], tmp_path: Path
) -> Callable[..., Path]:
    """Generates the package `own` with a runtime; the result is the folder above it."""

    def run(schema: str = SCHEMA, runtime: str = "authing_client", **more: Any) -> Path:
        (tmp_path / "schema.graphql").write_text(schema, encoding="utf-8")
        (tmp_path / "queries.graphql").write_text(QUERIES, encoding="utf-8")
        config = config_of(
            tmp_path / "schema.graphql",
            tmp_path / "queries.graphql",
            tmp_path,
            **{"target_package_name": "own", **more},
        )
        config["tool"]["authing-gen"] = {"runtime": runtime}
        cast(Any, ariadne_main).client(config)
        return tmp_path

    return run


def test_classes_are_those_of_the_runtime(
    generate_own: Callable[..., Path], root: Path
) -> None:
    run("-W", "error", "-c", SCRIPT, path=generate_own(), root=root)


ONE_OF = """
import authing_client.one_of, own, pydantic
assert issubclass(own.CatBy, authing_client.one_of.OneOf)
assert own.CatBy(id="1").model_dump(exclude_unset=True) == {"id": "1"}
try:
    own.CatBy(id="1", name="Tom")
except pydantic.ValidationError as error:
    assert "Exactly one of these" in str(error)
else:
    raise AssertionError
"""


def test_inputs_take_one_field(generate_own: Callable[..., Path], root: Path) -> None:
    by = "input CatBy @oneOf { id: ID name: String }"
    folder = generate_own(f"{SCHEMA} {by}", include_all_inputs=True)
    run("-W", "error", "-c", ONE_OF, path=folder, root=root)


@pytest.mark.heavy
def test_package_is_typed(generate_own: Callable[..., Path], root: Path) -> None:
    folder = generate_own()
    (folder / "use.py").write_text(TYPED, encoding="utf-8")
    options = ["--strict", "--config-file", os.devnull, "--cache-dir", os.devnull]
    run("-m", "mypy", *options, "own", "use.py", path=folder, root=root)


def test_only_the_schema_is_the_packages_own(
    generate_own: Callable[..., Path],
) -> None:
    package = generate_own() / "own"
    for name in ("base_client", "sync_base_client", "base_model", "wire", "options"):
        code = (package / f"{name}.py").read_text(encoding="utf-8")
        assert f"from authing_client.{name} import " in code
        assert "class " not in code
        assert "def " not in code


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"runtime": "no_such_package"}, "the runtime 'no_such_package'"),
        ({"runtime": "no.such.package"}, "the runtime 'no.such.package'"),
        ({"runtime": "json"}, "the runtime 'json' has no module"),
        ({"target_package_name": "authing_client"}, "cannot be its own runtime"),
        (
            {
                "base_client_name": "Base",
                "base_client_file_path": "{tmp}/base.py",
            },
            "leave base_client_file_path out",
        ),
    ],
)
def test_what_cannot_work_is_refused(
    arguments: dict[str, Any],
    message: str,
    generate_own: Callable[..., Path],
    tmp_path: Path,
) -> None:
    (tmp_path / "base.py").write_text("class Base: ...", encoding="utf-8")
    settings = {
        name: value.format(tmp=tmp_path) if value else []
        for name, value in arguments.items()
    }
    schema = (
        "type Query { cat(color: Color): Cat } type Cat { name: String color: Color}"
    )
    with pytest.raises(CodegenError, match=message):
        generate_own(f"{schema} enum Color {{ RED }}", **settings)


@pytest.fixture
def generate_with_more(
    generate_own: Callable[..., Path], cases: Path, tmp_path: Path
) -> Callable[[str], Path]:
    """Generates from a schema in which an enum of the directives has the value MOON."""
    directives = (cases / "directives.graphql").read_text(encoding="utf-8")

    def run(enum: str) -> Path:
        schema = directives.replace(f"enum {enum} {{", f"enum {enum} {{\n  MOON")
        return generate_own(
            schema + SCHEMA.replace("OAUTH", "MOON" if enum == "Gateway" else "OAUTH"),
            schema_paths=[],
            schema_path=str(tmp_path / "schema.graphql"),
        )

    return run


@pytest.mark.heavy
def test_package_has_gateways_that_the_runtime_lacks(
    generate_with_more: Callable[[str], Path], root: Path
) -> None:
    script = """
import authing_client, own
assert own.OPERATIONS["cat"].gateway is own.Gateway.MOON
assert isinstance(own.OPERATIONS["cat"], authing_client.Operation)
assert own.TokenKind is authing_client.TokenKind
"""
    folder = generate_with_more("Gateway")
    run("-W", "error", "-c", script, path=folder, root=root)
    options = ["--strict", "--config-file", os.devnull, "--cache-dir", os.devnull]
    run("-m", "mypy", *options, "own", path=folder, root=root)


def test_kind_of_token_that_the_runtime_lacks_is_refused(
    generate_with_more: Callable[[str], Path],
) -> None:
    with pytest.raises(CodegenError, match=r"TokenKind of the runtime .* has no MOON"):
        generate_with_more("TokenKind")


def run(*arguments: str, path: Path, root: Path) -> None:
    """Run Python in a folder, with the project's generated package on the path."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=path,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(path),
            "MYPYPATH": str(root / "generated"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
