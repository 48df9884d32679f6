"""`authing-gen diff --url`: servers that know more or less of introspection."""

import json
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from graphql import build_schema, introspection_from_schema
from graphql import (
    graphql_sync as _graphql_sync,  # pyright: ignore[reportUnknownVariableType]
)

from .commands import run
from .projects import make_zoo

OURS = """
enum Kind { BIG SMALL }
input In { old: String new: String }
type Query { a(x: Int, y: Int, o: In): Int kind: Kind }
"""
THEIRS = """
enum Kind { BIG SMALL @deprecated(reason: "grown") }
input In { old: String @deprecated(reason: "use new") new: String }
type Query { a(x: Int @deprecated(reason: "use y"), y: Int, o: In): Int kind: Kind }
"""
NEW = """
scalar Url @specifiedBy(url: "https://url.test")
input By @oneOf { id: ID name: String }
extend type Query { url(by: By): Url }
"""
DEPRECATIONS = ["In.old", "Kind.SMALL", "Query.a(x:)"]

Serve = Callable[..., str]


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of our schema and one operation, which is the current folder."""
    make_zoo(tmp_path)
    monkeypatch.chdir(tmp_path)
    for path in (tmp_path / "queries").iterdir():
        path.unlink()
    (tmp_path / "schema/zoo.graphql").write_text(OURS, encoding="utf-8")
    query = "query a($x: Int, $o: In) { a(x: $x, o: $o) kind }"
    (tmp_path / "queries/a.graphql").write_text(query, encoding="utf-8")
    return tmp_path


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers of a schema; the result is the URL."""
    servers: list[ThreadingHTTPServer] = []

    def start(
        sdl: str, unknown: str = "", status: int = 400, asked: list[str] | None = None
    ) -> str:
        schema = build_schema(sdl)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["content-length"])
                query = json.loads(self.rfile.read(length))["query"]
                if asked is not None:
                    asked.append(query)
                if unknown and re.search(unknown, query):
                    self.answer(status, {"errors": [{"message": "what is that?"}]})
                else:
                    answered = json.dumps(_graphql_sync(schema, query).formatted)
                    # What the server says it knows.
                    names = r'(?:, )?{"name": "(?:%s)"(?:, "args": \[[^]]*\])?}'
                    told = re.sub(names % (unknown or "-"), "", answered)
                    self.answer(200, json.loads(told.replace("[, ", "[")))

            def answer(self, status: int, value: object) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/graphql"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def differences(url: str) -> list[dict[str, Any]]:
    told = json.loads(run("diff", "--url", url, "--gateway", "USERS", "--json").stdout)
    found: list[dict[str, Any]] = told["differences"]
    return found


def test_what_is_deprecated_is_not_removed(zoo: Path, serve: Serve) -> None:
    found = differences(serve(THEIRS))
    assert {one["kind"] for one in found} == {"DEPRECATED"}
    assert sorted(one["coordinate"] for one in found) == DEPRECATIONS


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize(
    "unknown",
    ["isOneOf", "specifiedByURL", "isRepeatable", "isOneOf|isRepeatable"],
)
def test_server_of_the_middle_ages_is_asked_for_what_it_knows(
    unknown: str, status: int, zoo: Path, serve: Serve
) -> None:
    asked: list[str] = []
    found = differences(serve(THEIRS, unknown, status, asked))
    assert sorted(one["coordinate"] for one in found) == DEPRECATIONS
    assert len(asked) == 3


@pytest.mark.parametrize("status", [200, 400])
def test_old_server_hides_what_is_deprecated(
    status: int, zoo: Path, serve: Serve
) -> None:
    """It knows deprecated values of enums only; nothing says more of it."""
    unknown = r"(?:args|inputFields)\(includeDeprecated|isOneOf|specifiedByURL|__type\("
    found = differences(serve(OURS, unknown, status))
    assert found == []


def test_what_introspection_tells_of_new_types_is_written(
    zoo: Path, serve: Serve
) -> None:
    url = serve(OURS + NEW)
    done = run("diff", "--url", url, "--gateway", "USERS", "--apply")
    assert done.exit_code == 0, done.output
    written = (zoo / "schema/added.graphql").read_text(encoding="utf-8")
    assert 'scalar Url @specifiedBy(url: "https://url.test")\n' in written
    assert "input By @oneOf {\n  id: ID\n  name: String\n}\n" in written
    assert run("generate").exit_code == 0


@pytest.mark.parametrize(("unknown", "told"), [("", 1), ("isOneOf", 0)])
def test_old_server_does_not_say_whether_an_input_takes_one_field(
    unknown: str, told: int, zoo: Path, serve: Serve
) -> None:
    ours = OURS.replace("input In", "input In @oneOf")
    (zoo / "schema/zoo.graphql").write_text(ours, encoding="utf-8")
    found = differences(serve(OURS, unknown))
    assert [each["kind"] for each in found] == ["ONE_OF_REMOVED"] * told


DEFAULTS = """
enum F { A B }
input O { f: F = B, l: [F!] }
type Query {
  a(o: O = {f: A, l: [B]}, e: F = A, l: [F!]! = [A, B], s: String = "A"): Int
}
"""
QUOTED = {
    "in quotes": {
        "{f: A, l: [B]}": '{f: "A", l: ["B"]}',
        "A": '"A"',
        "B": '"B"',
        "[A, B]": '["A", "B"]',
    },
    "as JSON": {
        "{f: A, l: [B]}": '{"f": "A", "l": ["B"]}',
        "A": '"A"',
        "B": '"B"',
        "[A, B]": '["A", "B"]',
    },
    "a list that is one value": {"{f: A, l: [B]}": '{f: "A", l: "B"}'},
}


@pytest.mark.parametrize("how", QUOTED)
def test_defaults_of_enums_in_quotes(how: str, zoo: Path) -> None:
    (zoo / "schema/zoo.graphql").write_text(DEFAULTS, encoding="utf-8")
    (zoo / "queries/a.graphql").write_text("query a { a }", encoding="utf-8")
    theirs = json.dumps({"data": introspection_from_schema(build_schema(DEFAULTS))})
    for plain, quoted in QUOTED[how].items():
        default = f'"defaultValue": {json.dumps(plain)}'
        assert default in theirs
        theirs = theirs.replace(default, f'"defaultValue": {json.dumps(quoted)}')
    (zoo / "theirs.json").write_text(theirs, encoding="utf-8")
    done = run("diff", "--schema", "theirs.json", "--gateway", "USERS")
    assert done.exit_code == 0, done.output


def test_default_that_nobody_can_read_is_none(zoo: Path) -> None:
    theirs = json.dumps({"data": introspection_from_schema(build_schema(DEFAULTS))})
    theirs = theirs.replace('"defaultValue": "A"', '"defaultValue": "<A>"')
    (zoo / "theirs.json").write_text(theirs, encoding="utf-8")
    (zoo / "schema/zoo.graphql").write_text(DEFAULTS, encoding="utf-8")
    (zoo / "queries/a.graphql").write_text("query a { a }", encoding="utf-8")
    done = run("diff", "--schema", "theirs.json", "--gateway", "USERS", "--json")
    [one] = json.loads(done.stdout)["differences"]
    assert one["coordinate"] == "Query.a(e:)"
