"""Names that become one in Python: one gets a suffix, and that is told."""

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from authing_client import OPERATIONS, Client
from authing_gen import AsyncAuthing
from authing_gen.codegen.generation import render
from authing_gen.codegen.names import method_name

SCHEMA = """
type Query {
  cat(fooBar: String, foo_bar: String, in: In): Cat
}
type Cat { jwks_uri: String _jwks_uri: String clientId: ID client_id: ID id: ID }
input In { clientId: ID client_id: ID _clientId: ID clientID: ID other: In }
"""


@pytest.fixture
def made(
    generate_text: Callable[[str, str], Path],
) -> Callable[[str], dict[str, ast.Module]]:
    """Generates from operations; the result is the modules."""

    def run(queries: str) -> dict[str, ast.Module]:
        package = generate_text(SCHEMA, queries)
        return {
            path.stem: ast.parse(path.read_text(encoding="utf-8"))
            for path in package.glob("*.py")
        }

    return run


def fields(module: ast.Module, name: str) -> dict[str, str]:
    """Names of a class's fields in Python, and in GraphQL."""
    (found,) = (
        each
        for each in module.body
        if isinstance(each, ast.ClassDef) and each.name == name
    )
    return {
        ast.unparse(each.target): _alias(each.value) or ast.unparse(each.target)
        for each in found.body
        if isinstance(each, ast.AnnAssign)
    }


def _alias(value: ast.expr | None) -> str:
    keywords = value.keywords if isinstance(value, ast.Call) else []
    found = {each.arg: ast.literal_eval(each.value) for each in keywords}
    assert found.get("validation_alias") == found.get("serialization_alias")
    return str(found.get("validation_alias", ""))


def methods(module: ast.Module) -> dict[str, list[str]]:
    """The methods of the client, and their parameters."""
    return {
        each.name: [argument.arg for argument in each.args.kwonlyargs]
        for class_ in module.body
        if isinstance(class_, ast.ClassDef)
        for each in class_.body
        if isinstance(each, ast.AsyncFunctionDef)
    }


def test_fields(made: Callable[[str], dict[str, ast.Module]]) -> None:
    modules = made(
        "query cat($in: In) { cat(in: $in)"
        " { _jwks_uri jwks_uri clientId client_id at: id At: id } }"
    )
    assert fields(modules["models"], "Cat") == {
        "jwks_uri": "jwks_uri",
        "jwks_uri_": "_jwks_uri",
        "client_id": "client_id",
        "client_id_": "clientId",
        "at": "at",
        "at_": "At",
    }
    assert fields(modules["inputs"], "In") == {
        "client_id": "client_id",
        "client_id_": "_clientId",
        "client_id_2": "clientID",
        "client_id_3": "clientId",
        "other": "other",
    }


def test_methods_and_parameters(made: Callable[[str], dict[str, ast.Module]]) -> None:
    modules = made(
        "query getCat { cat { id } } query get_cat { cat { id } }"
        " query client($fooBar: String, $foo_bar: String)"
        " { cat(fooBar: $fooBar, foo_bar: $foo_bar) { id } }"
    )
    assert methods(modules["client"]) == {
        "get_cat_": [],
        "get_cat": [],
        "client_": ["foo_bar_", "foo_bar"],
    }
    shown = ast.unparse(modules["client"])
    assert "{'fooBar': foo_bar_, 'foo_bar': foo_bar}" in shown


def test_names_do_not_depend_on_the_order(
    made: Callable[[str], dict[str, ast.Module]],
) -> None:
    queries = ["query getCat { cat { id } }", "query get_cat { cat { id } }"]
    first = methods(made(" ".join(queries))["client"])
    assert methods(made(" ".join(queries[::-1]))["client"]) == first


@pytest.mark.parametrize("client", [AsyncAuthing, Client])
def test_operation_that_would_hide_an_attribute(
    client: type, made: Callable[[str], dict[str, ast.Module]]
) -> None:
    own = {method_name(operation) for operation in OPERATIONS}
    own |= {f"iter_{name}" for name in own - {"users"}}
    # Of the instance, not of the class.
    attributes = {*dir(client), "headers", "http_client", "oidc", "sms", "url"} - own
    names = sorted(name for name in attributes if not name.startswith("_"))
    modules = made("\n".join(f"query {name} {{ cat {{ id }} }}" for name in names))
    assert [*methods(modules["client"])] == [f"{name}_" for name in names]


def test_it_is_told(
    config_of: Callable[..., dict[str, object]], tmp_path: Path
) -> None:
    (tmp_path / "s.graphql").write_text(SCHEMA + "type Subscription { meow: Int }")
    (tmp_path / "q.graphql").write_text(
        "query execute { cat { client_id clientId } }\nsubscription news { meow }"
    )
    schema, queries = tmp_path / "s.graphql", tmp_path / "q.graphql"
    output = render(config_of(schema, queries, tmp_path))
    told = [str(note).replace(f"{tmp_path}/", "") for note in output.notes]
    assert told[0] == (
        "q.graphql:2:1: the client knows no subscriptions: news is left out"
    )
    assert (
        "q.graphql:1:33: 'clientId' is 'client_id_' in Python: 'client_id' has"
        " 'client_id'"
    ) in told
    assert (
        "q.graphql:1:1: 'execute' is 'execute_' in Python: the client has 'execute'"
    ) in told


def test_operations_whose_names_differ_in_capitals(
    import_text: Callable[[str, str], ModuleType],
) -> None:
    """Each has data of its own, though one class is called like the other."""
    made: Any = import_text(
        SCHEMA, "query Cat { cat { id } } query cat { cat { clientId } }"
    )
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        document: str = json.loads(request.content)["query"]
        asked.append(document)
        (field,) = re.findall(r"id|clientId", document)
        return httpx.Response(200, json={"data": {"cat": {field: "1"}}})

    http_client = httpx.Client(transport=httpx.MockTransport(answer))
    client = made.Client("https://example.com", http_client=http_client)
    one, other = client.cat(), client.cat_()
    assert {
        one.model_dump_json(by_alias=True),
        other.model_dump_json(by_alias=True),
    } == {
        '{"id":"1"}',
        '{"clientId":"1"}',
    }
    assert len({*asked}) == 2
