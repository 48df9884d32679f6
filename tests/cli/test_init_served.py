"""`authing-gen init --url` and `--schema`: a project of a server's schema."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from graphql import build_schema, introspection_from_schema

from .commands import plain_environment, run

ROOT = Path(__file__).parents[2]

THEIRS = """
schema { query: Root mutation: Changes }
directive @internal on FIELD_DEFINITION
scalar When @specifiedBy(url: "https://when.test")
interface Node { id: ID! }
"A ship."
type Ship implements Node {
  id: ID! name: String old: Int @deprecated at(zone: String!): When
}
union Thing = Ship
enum Size { S @deprecated(reason: "small") L }
input By @oneOf { id: ID size: Size }
type Root {
  ship(id: ID!): Ship
  thing: Thing
  ships(by: By, count: Int = 3): [Ship!]! @internal
}
type Changes { sink(id: ID!): Boolean }
type Subscription { sunk: Ship }
"""


@pytest.fixture
def serve() -> Iterator[Callable[[], tuple[str, list[str]]]]:
    """A server of that schema; what it is sent as Authorization."""
    answer = json.dumps({"data": introspection_from_schema(build_schema(THEIRS))})
    tokens: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            tokens.append(self.headers.get("authorization", ""))
            body = answer.encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield lambda: (f"http://127.0.0.1:{server.server_port}/graphql", tokens)
    server.shutdown()
    server.server_close()


@pytest.mark.heavy
def test_server_is_taken_over(
    serve: Callable[[], tuple[str, list[str]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, tokens = serve()
    done = run(
        *("init", str(tmp_path), "--package", "fleet", "--url", url),
        *("--header", "Authorization: Bearer $FLEET_TOKEN"),
        environment={"FLEET_TOKEN": "s3cret"},
    )
    assert done.exit_code == 0, done.output
    assert tokens == ["Bearer s3cret"]
    monkeypatch.chdir(tmp_path)
    assert not any(
        "s3cret" in path.read_text() for path in tmp_path.rglob("*") if path.is_file()
    )
    assert (tmp_path / "queries/ships.graphql").read_text() == (
        "query ships {\n  ships {\n    id\n    name\n    old\n  }\n}\n"
    )
    # The README calls what the project has.
    readme = (tmp_path / "README.md").read_text()
    assert "client.ships()" in readme
    assert "user_exist" not in readme
    assert f"authing-gen diff --url {url}" in readme
    generated = run("generate")
    assert generated.exit_code == 0, generated.output
    same = run("diff", "--url", url, "--gateway", "USERS")
    assert same.exit_code == 0, same.output
    tested = subprocess.run(
        [sys.executable, "-W", "error", "-m", "pytest", "-p", "no:asyncio"],
        cwd=tmp_path,
        env=plain_environment({"PYTHONPATH": str(tmp_path)}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in tested.stdout, tested.stdout + tested.stderr
    for checked in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]):
        subprocess.run(
            [sys.executable, "-m", *checked],
            env=plain_environment({"MYPYPATH": str(ROOT / "generated")}),
            check=True,
        )


def test_schema_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "theirs.graphql").write_text(THEIRS)
    folder = tmp_path / "fleet"
    theirs = str(tmp_path / "theirs.graphql")
    done = run("init", str(folder), "--schema", theirs)
    assert done.exit_code == 0, done.output
    written = (folder / "schema/server.graphql").read_text()
    assert 'scalar When @specifiedBy(url: "https://when.test")' in written
    assert "input By @oneOf {" in written
    assert "schema {\n  query: Root\n  mutation: Changes\n" in written


def test_their_gateway_stays_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = "enum Gateway { VISA } type Query { gateway: Gateway }"
    (tmp_path / "theirs.graphql").write_text(theirs)
    folder = tmp_path / "pay"
    done = run("init", str(folder), "--schema", str(tmp_path / "theirs.graphql"))
    assert done.exit_code == 0, done.output
    assert "VISA" in (folder / "schema/server.graphql").read_text()
    monkeypatch.chdir(folder)
    generated = run("generate")
    assert generated.exit_code == 0, generated.output
    enums = (folder / "pay/generated/enums.py").read_text()
    assert "class Gateway(OpenEnum):" in enums
    assert "import Gateway as AuthingGateway" in enums


FOREIGN = """
directive @gateway(url: String!) on FIELD_DEFINITION
directive @secret(level: Int!) on FIELD_DEFINITION
union Thing = Ship
type Ship { id(zone: String!): ID @secret(level: 3) }
"""


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ('ship: Ship @gateway(url: "x")', {"ship": {"__typename": "Ship"}}),
        ("things: [Thing!]!", {"things": [{"__typename": "Ship"}]}),
        ("thing: Thing ships(count: Int = 1): [ID]", {"ships": ["1"]}),
    ],
)
def test_directives_of_other_meaning_and_what_has_nothing_to_ask_for(
    query: str,
    answer: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "theirs.graphql").write_text(f"{FOREIGN} type Query {{ {query} }}")
    folder = tmp_path / "fleet"
    done = run("init", str(folder), "--schema", str(tmp_path / "theirs.graphql"))
    assert done.exit_code == 0, done.output
    assert "@gateway(url" not in (folder / "schema/server.graphql").read_text()
    monkeypatch.chdir(folder)
    assert run("generate").exit_code == 0
    test = (folder / "tests/test_fleet.py").read_text()
    told = test.partition("ANSWER = ")[2].partition("\n\n\n")[0]
    assert ast.literal_eval(told) == answer


REFUSED = {
    "both": (("--url", "http://x.test", "--schema", "y"), "give either"),
    "no file": (("--schema", "y"), "cannot read y"),
    "plain http": (("--url", "http://x.test/g"), "plain http to x.test"),
    "unset variable": (
        ("--url", "http://127.0.0.1:1", "--header", "A: $NOBODY_HAS_SET"),
        "NOBODY_HAS_SET is not set",
    ),
    "nobody there": (("--url", "http://127.0.0.1:1"), "cannot reach"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, tmp_path: Path) -> None:
    options, told = REFUSED[name]
    refused = run("init", str(tmp_path / "new"), *options)
    assert refused.exit_code == 2
    assert told in refused.stderr
    assert not (tmp_path / "new").exists()
