"""The synchronous client and the raw clients have what the client has."""

import ast
import gc
import inspect
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from weakref import ref

import pytest

import authing_client
from authing_client import (
    OPERATIONS,
    AsyncBaseClient,
    AsyncClient,
    AsyncRawClient,
    BaseClient,
    Client,
    RawClient,
)
from authing_gen.codegen.names import method_name
from authing_gen.codegen.twins import twin_class, twin_module

METHODS = sorted(method_name(operation) for operation in OPERATIONS)

ASYNC, SYNC = AsyncClient("https://example.com"), Client("https://example.com")
RAW = [(ASYNC, ASYNC.with_raw_response), (SYNC, SYNC.with_raw_response)]

SCHEMA = """
type Query {
  "The jobs that await approval. Ask often."
  job(asyncId: ID, baseClient: Int): AsyncJob
}

type AsyncJob { name: String! }
"""
QUERIES = "query job($asyncId: ID, $baseClient: Int) {\
 job(asyncId: $asyncId, baseClient: $baseClient) { ...AsyncJob } }\
 fragment AsyncJob on AsyncJob { name }"


@pytest.mark.parametrize("name", METHODS)
def test_twin_has_the_method(name: str) -> None:
    asynchronous, synchronous = getattr(AsyncClient, name), getattr(Client, name)
    assert inspect.signature(synchronous) == inspect.signature(asynchronous)
    assert synchronous.__doc__ == asynchronous.__doc__
    assert inspect.iscoroutinefunction(asynchronous)
    assert not inspect.iscoroutinefunction(synchronous)


@pytest.mark.parametrize(
    ("asynchronous", "synchronous"),
    [(AsyncClient, Client), (AsyncBaseClient, BaseClient)],
)
def test_twin_has_nothing_else(asynchronous: type, synchronous: type) -> None:
    assert _public(synchronous) == _public(asynchronous) - {"aclose"} | {"close"}


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize(("client", "raw"), RAW)
def test_raw_client_has_the_method(
    name: str, client: AsyncClient | Client, raw: AsyncRawClient | RawClient
) -> None:
    method, raw_method = getattr(client, name), getattr(raw, name)
    assert inspect.signature(raw_method) == inspect.signature(method)
    assert raw_method.__doc__ == method.__doc__
    asynchronous = inspect.iscoroutinefunction(method)
    assert inspect.iscoroutinefunction(raw_method) == asynchronous


@pytest.mark.parametrize(("client", "raw"), RAW)
def test_raw_client_has_nothing_else(
    client: AsyncClient | Client, raw: AsyncRawClient | RawClient
) -> None:
    assert sorted(vars(raw)) == METHODS


@pytest.mark.parametrize("kind", [AsyncClient, Client])
def test_raw_methods_are_made_once_for_all_clients(kind: type[AsyncClient]) -> None:
    first, second = (
        kind(f"https://{host}.example.com").with_raw_response.login for host in "ab"
    )
    assert first.__func__ is second.__func__  # type: ignore[attr-defined]
    assert first.__self__ is not second.__self__  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [AsyncClient, Client])
def test_raw_client_keeps_no_client_alive(kind: type[AsyncClient]) -> None:
    client = kind("https://example.com")
    assert callable(client.with_raw_response.login)
    watched = ref(client)
    gc.disable()  # By counting alone, without a search for cycles.
    try:
        del client
        assert watched() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "other", [AsyncClient("https://example.com").login, AsyncClient.login, print]
)
def test_raw_takes_methods_of_the_client_only(other: Any) -> None:
    with pytest.raises(TypeError):
        ASYNC.raw(other)


def test_every_raw_method_is_described_by_one_sentence() -> None:
    package = Path(authing_client.__file__).parent
    functions = [
        function
        for name in ("client.py", "sync_client.py")
        for function in ast.walk(ast.parse((package / name).read_text("utf-8")))
        if isinstance(function, ast.FunctionDef) and function.name == "__init__"
    ]
    assert len(functions) == 2
    for function in functions:
        names = function.body[::2], function.body[1::2]
        for attribute, description in zip(*names, strict=True):
            assert isinstance(attribute, ast.AnnAssign)
            assert isinstance(description, ast.Expr)
            assert isinstance(description.value, ast.Constant)
            assert isinstance(attribute.target, ast.Attribute)
            whole = getattr(Client, attribute.target.attr).__doc__
            text = " ".join(str(description.value.value).split())
            assert text
            assert text in " ".join(whole.split())


def test_schema_is_what_the_package_was_generated_from(root: Path) -> None:
    text = Client.schema_file.read_text(encoding="utf-8")
    assert Client.schema_file == AsyncClient.schema_file
    assert Client.schema_file.parent == Path(authing_client.__file__).parent
    for path in (root / "schema").glob("*.graphql"):
        assert f"# {path.name}\n\n{path.read_text(encoding='utf-8').strip()}\n" in text


def test_words_of_the_schema_stay(generate_text: Callable[[str, str], Path]) -> None:
    package = generate_text(SCHEMA, QUERIES)
    asynchronous = (package / "client.py").read_text(encoding="utf-8")
    synchronous = (package / "sync_client.py").read_text(encoding="utf-8")
    for kept in (
        '"""The jobs that await approval.\n\n        Ask often.\n',
        "from .models import AsyncJob",
        '{"asyncId": async_id, "baseClient": base_client}',
    ):
        assert kept in asynchronous
        assert kept in synchronous
    # Of the raw clients.
    assert '        """The jobs that await approval."""\n' in asynchronous
    assert '        """The jobs that await approval."""\n' in synchronous


def test_base_client_of_your_own_has_a_twin(
    generate: Callable[..., Path], root: Path, tmp_path: Path
) -> None:
    ours = root / "authing_gen/codegen/support/base_client.py"
    base = ours.read_text(encoding="utf-8").replace("AsyncBaseClient", "Transport")
    (tmp_path / "async_transport.py").write_text(base, encoding="utf-8")
    (tmp_path / "schema.graphql").write_text(SCHEMA, encoding="utf-8")
    (tmp_path / "queries.graphql").write_text(QUERIES, encoding="utf-8")
    package = generate(
        tmp_path / "schema.graphql",
        tmp_path / "queries.graphql",
        tmp_path,
        client_name="Api",
        base_client_name="Transport",
        base_client_file_path=str(tmp_path / "async_transport.py"),
    )
    script = (
        "from made import Api, SyncApi, SyncTransport, Transport\n"
        "from made.transport import SyncTransport as Twin\n"
        "assert Twin is SyncTransport is SyncApi.__base__\n"
        "assert Api.__base__ is Transport\n"
        "SyncApi('https://example.com').with_raw_response.job\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "twin"),
    [
        ("AsyncClient", "Client"),
        ("Client", "SyncClient"),
        ("Async", "SyncAsync"),
        ("Asynchron", "SyncAsynchron"),
    ],
)
def test_name_of_a_synchronous_class(name: str, twin: str) -> None:
    assert twin_class(name) == twin


@pytest.mark.parametrize(
    ("name", "twin"), [("client", "sync_client"), ("async_client", "client")]
)
def test_name_of_a_synchronous_module(name: str, twin: str) -> None:
    assert twin_module(name) == twin


def _public(class_: type) -> set[str]:
    return {name for name in dir(class_) if not name.startswith("_")}
