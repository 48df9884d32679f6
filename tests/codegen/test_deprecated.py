"""What the schema deprecates is marked: for editors, type checkers, and who runs it."""

import importlib
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from traceback import walk_tb
from types import ModuleType
from typing import Any, cast

import anyio
import pytest
from typing_extensions import deprecated

from authing_client.frames import sensitive_methods
from authing_gen.codegen.generation import load_config, render

DIRECTIVES = Path(__file__).parent / "cases/directives.graphql"
SCHEMA = """
type Query {
  cat(in: In, name: String @deprecated(reason: "cats have none")): Cat
  oldCat: Cat @deprecated(reason: "Use `cat`.")
  age: Int @deprecated
}
type Cat { name: String @deprecated(reason: "cats have none") mood: Mood }
enum Mood { "At rest." CALM WILD @deprecated(reason: "be calm") }
input In { "Its name." name: String @deprecated(reason: "cats have none") lives: Int }
"""
QUERIES = """
query cat($in: In, $name: String) { cat(in: $in, name: $name) { name mood } }
query oldCat { oldCat { mood } }
query age { age }
"""
CONFIG = """
[tool.ariadne-codegen]
schema_path = "schema"
queries_path = "queries.graphql"
target_package_path = "."
target_package_name = "deprecated_of_a_test"
client_name = "AsyncClient"
plugins = ["authing_gen.codegen.AuthingPlugin"]
"""
USE = """\
from deprecated_of_a_test import Client, AsyncClient


async def use(client: Client, other: AsyncClient) -> None:
    client.cat()
    client.old_cat()
    await other.old_cat()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a package is generated; nothing warns of anything meanwhile."""
    folder = tmp_path_factory.mktemp("deprecated")
    (folder / "schema").mkdir()
    (folder / "schema/cats.graphql").write_text(SCHEMA)
    (folder / "schema/directives.graphql").write_text(DIRECTIVES.read_text())
    (folder / "queries.graphql").write_text(QUERIES)
    (folder / "codegen.toml").write_text(CONFIG)
    (folder / "use.py").write_text(USE)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        render(load_config(folder / "codegen.toml")).write()
    return folder


@pytest.fixture(scope="module")
def package(folder: Path) -> Iterator[ModuleType]:
    """The package, imported."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield importlib.import_module("deprecated_of_a_test")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server that knows one cat."""
    cat = {"name": "Tom", "mood": "WILD"}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            data = {"cat": cat, "oldCat": cat, "age": 3}
            body = json.dumps({"data": data}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def call(package: ModuleType, url: str, name: str, kind: str, **given: Any) -> Any:
    """Call a method of one of the clients."""
    module = cast(Any, package)
    if kind == "Client":
        with module.Client(url) as client:
            return getattr(client, name)(**given)

    async def awaited() -> Any:
        async with module.AsyncClient(url) as client:
            return await getattr(client, name)(**given)

    return anyio.run(awaited)


@pytest.mark.parametrize("kind", ["AsyncClient", "Client"])
def test_operation(package: ModuleType, url: str, kind: str) -> None:
    with pytest.warns(DeprecationWarning, match="Use `cat`") as warned:
        assert call(package, url, "old_cat", kind).mood.value == "WILD"
    assert [Path(each.filename).name for each in warned] == [Path(__file__).name]
    with pytest.warns(DeprecationWarning, match="No longer supported"):
        assert call(package, url, "age", kind) == 3


@pytest.mark.parametrize("kind", ["AsyncClient", "Client"])
def test_field(package: ModuleType, url: str, kind: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        given = cast(Any, package).In(name="Tom", lives=9)
        cat = call(package, url, "cat", kind, in_=given)
        assert cat.mood.value == "WILD"
        assert "Tom" in repr(cat)
        assert cat.model_dump()["name"] == "Tom"
    with pytest.warns(DeprecationWarning, match="cats have none"):
        assert cat.name == "Tom"
    with pytest.warns(DeprecationWarning, match="cats have none"):
        assert given.name == "Tom"


def test_docstrings(folder: Path) -> None:
    package = folder / "deprecated_of_a_test"
    enums, inputs, client = (
        " ".join((package / f"{name}.py").read_text().split())
        for name in ("enums", "input_types", "client")
    )
    assert 'WILD = "WILD" """Deprecated: be calm"""' in enums
    assert 'CALM = "CALM" """At rest."""' in enums
    assert '"""Its name. Deprecated: cats have none"""' in inputs
    assert "name: Deprecated: cats have none" in client


@pytest.mark.heavy
def test_type_checkers_tell_who_calls(folder: Path) -> None:
    options = ["--strict", "--config-file", os.devnull, "--no-error-summary"]
    more = ["--enable-error-code", "deprecated", "use.py", "deprecated_of_a_test"]
    mypy = run(folder, "mypy", *options, *more)
    lines = [line.split(":")[:2] for line in mypy.splitlines() if "error" in line]
    assert lines == [["use.py", "6"], ["use.py", "7"]], mypy
    settings = {
        "include": ["use.py", "deprecated_of_a_test"],
        "typeCheckingMode": "strict",
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    shown = run(folder, "basedpyright", "--outputjson", "--pythonpath", sys.executable)
    found = [
        (Path(each["file"]).name, each["range"]["start"]["line"] + 1)
        for each in json.loads(shown)["generalDiagnostics"]
        if each["severity"] == "error"
    ]
    assert found == [("use.py", 6), ("use.py", 7)]


def test_it_is_part_of_what_callers_see(folder: Path) -> None:
    assert render(load_config(folder / "codegen.toml")).changes().names == []


@sensitive_methods
class Refusing:
    """Methods that are deprecated and fail."""

    @deprecated("old", stacklevel=2)
    async def awaited(self, password: str) -> None:
        raise ValueError

    @deprecated("old", stacklevel=2)
    def called(self, password: str) -> None:
        raise ValueError


@pytest.mark.filterwarnings("ignore:old")
@pytest.mark.parametrize("name", ["awaited", "called"])
def test_no_frame_of_a_deprecated_method_keeps_what_was_given(name: str) -> None:
    method = getattr(Refusing(), name)
    with pytest.raises(ValueError) as refused:  # noqa: PT011 (it says nothing)
        anyio.run(method, "s3cret") if name == "awaited" else method("s3cret")
    frames = [frame for frame, _ in walk_tb(refused.value.__traceback__)]
    # Others are the program's: anyio's, for who runs it.
    wrappers = ("typing_extensions", "warnings", "_py_warnings")
    ours = [
        frame
        for frame in frames
        if frame.f_code.co_name == name or frame.f_globals["__name__"] in wrappers
    ]
    assert ours
    assert not any("s3cret" in repr(frame.f_locals) for frame in ours)


def run(folder: Path, *command: str) -> str:
    """Run a tool in the folder."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout
