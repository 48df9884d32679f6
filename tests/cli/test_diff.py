"""`authing-gen diff`: what differs, and which of our operations it breaks."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from graphql import build_schema, introspection_from_schema
from typer.testing import Result

from authing_sandbox import Sandbox

from .commands import run
from .projects import SCHEMA, copy_project, make_zoo, tree

DIRECTIVES = (
    "directive @gateway(name: String) on FIELD_DEFINITION\n"
    "directive @token(accepts: [String]) on FIELD_DEFINITION\n"
)


@pytest.fixture
def against(zoo: Path) -> Callable[..., Result]:
    """Compares with our schema after an edit."""

    def compare(old: str, new: str, *options: str) -> Result:
        assert old in SCHEMA
        path = zoo / "theirs.graphql"
        # What travels by introspection: no directives, and no enums of theirs.
        path.write_text(SCHEMA.replace(old, new), encoding="utf-8")
        return run("diff", "--schema", "theirs.graphql", *options)

    return compare


def differences(done: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(done.stdout)["differences"]
    return found


CHANGES: dict[str, tuple[str, str, tuple[str, str, str], str | None]] = {
    # What is replaced by what; severity, kind and coordinate; how it breaks what.
    "field removed": (
        "  weight: Int\n",
        "",
        ("breaking", "FIELD_REMOVED", "Cat.weight"),
        "cat: Cannot query field 'weight' on type 'Cat'. queries/cat.graphql:4:5",
    ),
    "field that we do not use removed": (
        "  friend: Cat\n",
        "",
        ("breaking", "FIELD_REMOVED", "Cat.friend"),
        None,
    ),
    "field may be null now": (
        "  name: String!\n  # G",
        "  name: String\n  # G",
        ("dangerous", "FIELD_MAY_BE_NULL", "Cat.name"),
        "cat: the model expects a value queries/cat.graphql:3:5",
    ),
    "text that is an identifier now": (
        "  name: String!\n  # G",
        "  name: ID!\n  # G",
        ("safe", "FIELD_TYPE_CHANGED_SAFELY", "Cat.name"),
        None,
    ),
    "field of another type": (
        "  name: String!\n  # G",
        "  name: Int!\n  # G",
        ("breaking", "FIELD_CHANGED_KIND", "Cat.name"),
        "cat: the model expects the type of before queries/cat.graphql:3:5",
    ),
    "field is never null now": (
        "price: Int,",
        "price: Int!,",
        ("safe", "FIELD_TYPE_CHANGED_SAFELY", "Ticket.price"),
        None,
    ),
    "argument removed": (
        "(name: String!, mood: Mood)",
        "(name: String!)",
        ("breaking", "ARG_REMOVED", "Query.cat(mood:)"),
        "cat: Unknown argument 'mood' on field 'Query.cat'. queries/cat.graphql:2:20",
    ),
    "argument that must be given": (
        "(name: String!, mood: Mood)",
        "(name: String!, mood: Mood, age: Int!)",
        ("breaking", "REQUIRED_ARG_ADDED", "Query.cat(age:)"),
        "cat: Field 'cat' argument 'age' of type 'Int!' is required, but it was not"
        " provided. queries/cat.graphql:2:3",
    ),
    "argument that must be given now": (
        "ticket(day: String)",
        "ticket(day: String!)",
        ("breaking", "ARG_CHANGED_KIND", "Query.ticket(day:)"),
        "ticket: Variable '$day' of type 'String' used in position expecting type"
        " 'String!'. queries/ticket.graphql:1:14",
    ),
    "input that takes one field": (
        "input CatInput {",
        "input CatInput @oneOf {",
        ("breaking", "ONE_OF_ADDED", "CatInput"),
        "cats: callers may give several fields queries/cats.graphql:1:12",
    ),
    "argument that may be left out now": (
        "name: String!, mood",
        "name: String, mood",
        ("safe", "ARG_TYPE_CHANGED_SAFELY", "Query.cat(name:)"),
        None,
    ),
    "argument that may be left out": (
        "(name: String!, mood: Mood)",
        "(name: String!, mood: Mood, age: Int)",
        ("dangerous", "OPTIONAL_ARG_ADDED", "Query.cat(age:)"),
        None,
    ),
    "default of an argument that we give": (
        "ticket(day: String)",
        'ticket(day: String = "x")',
        ("dangerous", "ARG_DEFAULT_VALUE_CHANGE", "Query.ticket(day:)"),
        None,
    ),
    "input field removed": (
        '  """Part of the name."""\n  name: String\n',
        "",
        ("breaking", "FIELD_REMOVED", "CatInput.name"),
        "cats: callers may give it queries/cats.graphql:1:12",
    ),
    "input field that must be given": (
        "  mood: Mood\n}",
        "  mood: Mood\n  age: Int!\n}",
        ("breaking", "REQUIRED_INPUT_FIELD_ADDED", "CatInput.age"),
        "cats: callers cannot give it queries/cats.graphql:1:12",
    ),
    "input field that may be left out": (
        "  mood: Mood\n}",
        "  mood: Mood\n  age: Int\n}",
        ("dangerous", "OPTIONAL_INPUT_FIELD_ADDED", "CatInput.age"),
        None,
    ),
    "input field with a default": (
        "  mood: Mood\n}",
        "  mood: Mood = CALM\n}",
        ("dangerous", "INPUT_FIELD_DEFAULT_CHANGE", "CatInput.mood"),
        None,
    ),
    "enum value removed": (
        "CALM WILD",
        "CALM",
        ("breaking", "VALUE_REMOVED_FROM_ENUM", "Mood.WILD"),
        "cat: callers may give it queries/cat.graphql:1:27",
    ),
    "enum value added": (
        "CALM WILD",
        "CALM WILD SAD",
        ("safe", "VALUE_ADDED_TO_ENUM", "Mood.SAD"),
        None,
    ),
    "root field removed": (
        "  ticket(day: String): Ticket @gateway(name: OAUTH)\n",
        "  ticketing: Ticket",
        ("breaking", "FIELD_REMOVED", "Query.ticket"),
        "ticket: Cannot query field 'ticket' on type 'Query'. Did you mean"
        " 'ticketing'? queries/ticket.graphql:2:3",
    ),
    "kind of a type": (
        "type Ticket { price: Int, day(zone: String): String }",
        "scalar Ticket",
        ("breaking", "TYPE_CHANGED_KIND", "Ticket"),
        "ticket: Field 'ticket' must not have a selection since type 'Ticket' has no"
        " subfields. queries/ticket.graphql:2:21",
    ),
    "deprecated": (
        "  weight: Int\n",
        '  weight: Int @deprecated(reason: "Rude.")\n',
        ("safe", "DEPRECATED", "Cat.weight"),
        None,
    ),
    "described": (
        "enum Mood",
        '"How it is."\nenum Mood',
        ("safe", "DESCRIPTION_ADDED", "Mood"),
        None,
    ),
    "described in other words": (
        '"""A cat."""',
        '"""Feline."""',
        ("safe", "", ""),
        None,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_change(name: str, against: Callable[..., Result]) -> None:
    old, new, (severity, kind, coordinate), breaks = CHANGES[name]
    found = differences(against(old, new, "--gateway", "USERS", "--json"))
    found += differences(against(old, new, "--gateway", "OAUTH", "--json"))
    by_place = {(one["kind"], one["coordinate"]): one for one in found}
    if kind:
        one = by_place[kind, coordinate]
        assert one["severity"] == severity
        told = [
            f"{each['operation']}: {each['how']}"
            f" {each['file']}:{each['line']}:{each['column']}"
            for each in one["breaks"]
        ]
        assert breaks in told if breaks else told == []
    else:
        assert found == []


def test_union_and_interface(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(make_zoo(tmp_path))
    ours = """
      type Query { pet: Pet being: Being }
      interface Being { name: String }
      type Cat implements Being { name: String }
      type Dog implements Being { name: String }
      union Pet = Cat | Dog
      scalar Old
    """
    theirs = """
      type Query { pet: Pet being: Being bird: Bird }
      interface Being { name: String }
      interface Flying { name: String }
      type Cat { name: String }
      type Dog implements Being & Flying { name: String }
      type Bird implements Being { name: String }
      union Pet = Cat | Bird
    """
    for path in tmp_path.glob("queries/*"):
        path.unlink()
    (tmp_path / "schema/zoo.graphql").write_text(ours, encoding="utf-8")
    (tmp_path / "theirs.graphql").write_text(theirs, encoding="utf-8")
    query = "query pet { pet { ... on Cat { name } ... on Dog { name } } }"
    (tmp_path / "queries/pet.graphql").write_text(query, encoding="utf-8")
    found = differences(run("diff", "--schema", "theirs.graphql", "--json"))
    told = {(one["kind"], one["coordinate"]): one["breaks"] for one in found}
    assert set(told) == {
        ("TYPE_REMOVED_FROM_UNION", "Pet"),
        ("IMPLEMENTED_INTERFACE_REMOVED", "Cat"),
        ("TYPE_ADDED_TO_UNION", "Pet"),
        ("IMPLEMENTED_INTERFACE_ADDED", "Dog"),
        ("TYPE_ADDED", "Bird"),
        ("TYPE_ADDED", "Flying"),
        ("FIELD_ADDED", "Query.bird"),
    }
    # Unions and interfaces are open: no answer fails for what is new in them.
    for new in (("TYPE_ADDED_TO_UNION", "Pet"), ("IMPLEMENTED_INTERFACE_ADDED", "Dog")):
        assert told[new] == []
    severities = {one["kind"]: one["severity"] for one in found}
    assert severities["TYPE_ADDED_TO_UNION"] == "safe"
    assert severities["IMPLEMENTED_INTERFACE_ADDED"] == "safe"
    assert severities["TYPE_REMOVED_FROM_UNION"] == "breaking"


def test_default_of_an_argument_that_we_leave_out(zoo: Path) -> None:
    path = zoo / "schema/zoo.graphql"
    ours = path.read_text(encoding="utf-8").replace("weight:", "weight(unit: Mood):")
    path.write_text(ours, encoding="utf-8")
    theirs = ours.replace("unit: Mood", "unit: Mood = CALM")
    (zoo / "theirs.graphql").write_text(theirs, encoding="utf-8")
    [one] = differences(run("diff", "--schema", "theirs.graphql", "--json"))
    assert one["kind"] == "ARG_DEFAULT_VALUE_CHANGE"
    [broken] = one["breaks"]
    assert (broken["operation"], broken["line"]) == ("cat", 4)
    assert broken["how"] == "it leaves the argument out"


def test_argument_that_we_leave_out_must_be_given(zoo: Path) -> None:
    path = zoo / "schema/zoo.graphql"
    ours = path.read_text(encoding="utf-8").replace("weight:", "weight(unit: Mood):")
    path.write_text(ours, encoding="utf-8")
    theirs = ours.replace("(unit: Mood): Int", "(unit: Mood!): Float")
    (zoo / "theirs.graphql").write_text(theirs, encoding="utf-8")
    found = differences(run("diff", "--schema", "theirs.graphql", "--json"))
    # Both are about the same field, and each breaks the operation in its own way.
    told = {one["kind"]: one["breaks"] for one in found}
    assert set(told) == {"ARG_CHANGED_KIND", "FIELD_CHANGED_KIND"}
    [missing] = told["ARG_CHANGED_KIND"]
    assert "argument 'unit' of type 'Mood!' is required" in missing["how"]
    [misread] = told["FIELD_CHANGED_KIND"]
    assert misread["how"] == "the model expects the type of before"


def test_service_that_promises_less(against: Callable[..., Result]) -> None:
    shown = against("  name: String!\n  # G", "  name: String\n  # G").stdout
    assert "Dangerous (1)\n  Cat.name may be null: String! became String." in shown
    assert "    may break cat, cats: the model expects a value" in shown
    assert "3 operations checked: 0 break, 2 may break, 1 fit." in shown
    told = json.loads(
        against("  name: String!\n  # G", "  name: String\n  # G", "--json").stdout
    )
    checked = {"checked": 3, "broken": [], "at_risk": ["cat", "cats"]}
    assert told["operations"] == checked
    assert not any(each["certain"] for each in told["differences"][0]["breaks"])


def test_null_at_another_place_of_a_list(zoo: Path) -> None:
    path = zoo / "schema/zoo.graphql"
    ours = path.read_text(encoding="utf-8").replace("[Cat!]!", "[Cat!]")
    path.write_text(ours, encoding="utf-8")
    theirs = ours.replace("[Cat!]", "[Cat]!")
    (zoo / "theirs.graphql").write_text(theirs, encoding="utf-8")
    [one] = differences(run("diff", "--schema", "theirs.graphql", "--json"))
    assert (one["severity"], one["kind"]) == ("dangerous", "FIELD_MAY_BE_NULL")
    assert [each["operation"] for each in one["breaks"]] == ["cats"]


def test_no_differences(against: Callable[..., Result]) -> None:
    done = against("# Grams.", "# Kilograms.")
    assert done.exit_code == 0
    assert "No differences; all 3 operations fit." in done.stdout


def test_for_people(against: Callable[..., Result]) -> None:
    done = against("  weight: Int\n", "  age: Int\n")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == (
        "Compared with theirs.graphql (USERS and OAUTH)"
    )
    assert "Breaking (1)\n  Cat.weight was removed." in done.stdout
    assert "    breaks cat: Cannot query field 'weight' on type 'Cat'." in done.stdout
    assert "Safe (1)\n  Cat.age was added." in done.stdout
    assert "3 operations checked: 1 break, 0 may break, 2 fit." in done.stdout
    assert all(len(line.rstrip()) <= 80 for line in done.stdout.splitlines())


def test_gateway_restricts(against: Callable[..., Result]) -> None:
    ticket = "  ticket(day: String): Ticket @gateway(name: OAUTH)\n"
    assert against(ticket, "", "--gateway", "USERS").exit_code == 0
    assert against(ticket, "  x: Int", "--gateway", "OAUTH").exit_code == 1
    # It has all that the users gateway has, so that is what it is taken for.
    guessed = against(ticket, "")
    assert guessed.exit_code == 0
    assert "theirs.graphql (USERS)" in guessed.stdout


def test_introspection_json(zoo: Path) -> None:
    theirs = build_schema(DIRECTIVES + SCHEMA.replace("  weight: Int\n", ""))
    answer = {"data": introspection_from_schema(theirs)}
    for name, value in (("answer", answer), ("data", answer["data"])):
        (zoo / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")
        found = differences(run("diff", "--schema", f"{name}.json", "--json"))
        assert [one["coordinate"] for one in found] == ["Cat.weight"]


def test_folder_and_other_root_names(zoo: Path) -> None:
    (zoo / "theirs").mkdir()
    roots = SCHEMA.replace("type Query {", "schema { query: Root } type Root {")
    (zoo / "theirs/all.graphql").write_text(roots, encoding="utf-8")
    assert run("diff", "--schema", "theirs").exit_code == 0
    assert run("diff", "--schema", "schema").exit_code == 0
    # Ours, called by another name: what is new is added to it.
    (zoo / "schema/zoo.graphql").write_text(roots, encoding="utf-8")
    more = SCHEMA.replace("type Query {", "type Query { dear: Ticket")
    (zoo / "theirs/all.graphql").write_text(more, encoding="utf-8")
    [one] = differences(run("diff", "--schema", "theirs", "--apply", "--json"))
    assert one["coordinate"] == "Root.dear"
    assert run("diff", "--schema", "theirs").exit_code == 0


def test_sandbox_has_what_we_say(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both gateways together, and each by itself: the part that it answers."""
    monkeypatch.chdir(copy_project(tmp_path))
    users, oauth = ("--url", sandbox.users_url), ("--url", sandbox.oauth_url)
    both = json.loads(run("diff", *users, *oauth, "--json").stdout)
    assert both["differences"] == []
    assert both["operations"]["broken"] == []
    assert [source["gateways"] for source in both["sources"]] == [["USERS"], ["OAUTH"]]
    alone = json.loads(run("diff", *oauth, "--json").stdout)
    assert alone["differences"] == []
    assert 0 < alone["operations"]["checked"] < both["operations"]["checked"]
    # Each answers its own part only: taken for the other one, much is missing.
    wrong = json.loads(run("diff", *oauth, "--gateway", "USERS", "--json").stdout)
    assert "login" in wrong["operations"]["broken"]


class Gateway(BaseHTTPRequestHandler):
    """Answers introspection as the test says, and remembers what it is sent."""

    answer: Any = None
    status = 200
    seen: dict[str, str] | None = None

    def do_POST(self) -> None:
        type(self).seen = dict(self.headers)
        self.rfile.read(int(self.headers["content-length"]))
        body = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        self.send_response(self.status)
        self.send_header("content-length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def gateways() -> Iterator[Callable[[Any], str]]:
    """Starts servers that answer with one value; the result is the URL."""
    servers: list[HTTPServer] = []

    def start(answer: Any) -> str:
        handler = type("Handler", (Gateway,), {"answer": answer})
        server = HTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/graphql"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def introspection_of(sdl: str) -> dict[str, Any]:
    return {"data": introspection_from_schema(build_schema(DIRECTIVES + sdl))}


def test_root_field_that_moved(zoo: Path, gateways: Callable[[Any], str]) -> None:
    ticket = "  ticket(day: String): Ticket @gateway(name: OAUTH)\n"
    users = gateways(introspection_of(SCHEMA))
    oauth = gateways(introspection_of("type Query { other: Int }"))
    assert ticket in SCHEMA
    names = ("--gateway", "USERS", "--gateway", "OAUTH")
    found = differences(run("diff", "--url", users, "--url", oauth, *names, "--json"))
    moved = {one["coordinate"]: one for one in found}["Query.ticket"]
    assert moved["kind"] == "MOVED_TO_ANOTHER_GATEWAY"
    assert moved["text"] == "Query.ticket is answered by the gateway USERS."
    assert moved["breaks"][0]["operation"] == "ticket"


def test_headers(zoo: Path, gateways: Callable[[Any], str]) -> None:
    answer = introspection_of(SCHEMA)
    handler = type("Handler", (Gateway,), {"answer": answer})
    server = HTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    (zoo / "headers").write_text("Authorization: Bearer s3cret\n", encoding="utf-8")
    url = f"http://127.0.0.1:{server.server_port}/graphql"
    done = run("diff", "--url", url, "--header", "X-A: b: c", "--header", "@headers")
    server.shutdown()
    server.server_close()
    assert done.exit_code == 0, done.output
    seen: dict[str, str] = vars(handler)["seen"]
    assert (seen["X-A"], seen["Authorization"]) == ("b: c", "Bearer s3cret")
    assert "s3cret" not in done.output


UNANSWERED: dict[str, tuple[Any, str]] = {
    "refused": (
        {"errors": [{"message": "introspection is off"}]},
        "answers no introspection (introspection is off)",
    ),
    "no JSON": ("<html>", "answers with status 200 and no JSON"),
    "something else": ([1], "answers no introspection"),
    "half a schema": ({"data": {"__schema": {"types": [{}]}}}, "is wrong"),
    "an empty schema": ({"data": {"__schema": {"types": []}}}, "neither queries nor"),
}


@pytest.mark.parametrize("name", UNANSWERED)
def test_gateway_that_does_not_answer(
    name: str, zoo: Path, gateways: Callable[[Any], str]
) -> None:
    answer, told = UNANSWERED[name]
    url = gateways(answer).replace("://", "://ada:s3cret@") + "?key=s3cret"
    refused = run("diff", "--url", url)
    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert told in refused.stderr.replace("\n", " ")
    assert "s3cret" not in refused.output


def test_gateway_that_is_not_there(zoo: Path) -> None:
    refused = run("diff", "--url", "http://127.0.0.1:1/graphql", "--json")
    assert refused.exit_code == 2
    assert "cannot reach http://127.0.0.1:1/graphql" in refused.stderr
    assert "cannot reach" in json.loads(refused.stdout)["errors"][0]["message"]


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        (("--allow-insecure-http",), {}),
        ((), {"AUTHING_ALLOW_INSECURE_HTTP": "1"}),
    ],
)
def test_plain_http_may_be_allowed(
    zoo: Path, options: tuple[str, ...], environment: dict[str, str]
) -> None:
    asked = ("diff", "--url", "http://x.invalid/g", *options)
    refused = run(*asked, environment=environment)
    assert refused.exit_code == 2
    assert "cannot reach http://x.invalid/g" in refused.stderr


REFUSED = {
    "neither": ((), "give either --url or --schema"),
    "both": (("--url", "http://x", "--schema", "y"), "give either"),
    "gateways": (("--url", "http://x", "--gateway", "A", "--gateway", "B"), "one --g"),
    "unknown gateway": (("--schema", "y", "--gateway", "A"), "it has USERS, OAUTH"),
    "no file": (("--schema", "y"), "cannot read y: no such file"),
    "no header": (("--url", "http://x", "--header", "s3cret"), "`Name: value`"),
    "no URL": (("--url", "https://ada:s3cret/g@x.test/"), "cannot reach the URL"),
    "plain http": (
        ("--url", "http://ada:s3cret@x.test/g?key=s3cret"),
        "plain http to x.test shows the headers to everybody",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, zoo: Path) -> None:
    before = tree(zoo)
    options, told = REFUSED[name]
    refused = run("diff", *options)
    assert refused.exit_code == 2
    assert told in refused.stderr
    assert "s3cret" not in refused.output
    assert tree(zoo) == before


def test_mistake_in_their_schema_is_shown(zoo: Path) -> None:
    (zoo / "theirs.graphql").write_text("type Query { cat Cat }\n", encoding="utf-8")
    refused = run("diff", "--schema", "theirs.graphql")
    assert refused.exit_code == 2
    assert (
        refused.stderr
        == """\
error: Syntax Error: Expected ':', found Name 'Cat'.
  --> theirs.graphql:1:18
   |
 1 | type Query { cat Cat }
   |                  ^^^
"""
    )


ROOTED = """
type Query { node: Node dear: Dear @gateway(name: OAUTH) }
type Node { id: ID query: Query! }
type Dear { id: ID }
type Mutation { rename: Payload }
type Payload { query: Query! node: Node }
"""


def test_types_that_mention_the_queries(zoo: Path) -> None:
    (zoo / "schema/zoo.graphql").write_text(ROOTED, encoding="utf-8")
    for query in (zoo / "queries").glob("*.graphql"):
        query.unlink()
    (zoo / "queries/all.graphql").write_text(
        "query node { ...Root }"
        " fragment Root on Query { node { query { node { id } } } }",
        encoding="utf-8",
    )
    same = ROOTED.replace(
        "type Query", "schema { query: Root mutation: Mutation } type Root"
    ).replace("query: Query!", "query: Root!")
    for theirs in (ROOTED, same):
        (zoo / "theirs.graphql").write_text(theirs, encoding="utf-8")
        done = run("diff", "--schema", "theirs.graphql", "--gateway", "USERS")
        assert done.exit_code == 0, done.output
    (zoo / "theirs.graphql").write_text(
        ROOTED.replace("node: Node dear", "x: Int dear")
    )
    done = run("diff", "--schema", "theirs.graphql", "--gateway", "USERS", "--json")
    told = json.loads(done.stdout)
    assert [one["coordinate"] for one in told["differences"]] == [
        "Query.node",
        "Query.x",
    ]
    # Its root selection is a fragment.
    assert told["operations"] == {"checked": 1, "broken": ["node"], "at_risk": []}


def test_defaults_of_scalars_of_ones_own(zoo: Path) -> None:
    more = '\nscalar JSON\nextend type Query { j(k: JSON = {x: [1, "a"]}): Int }\n'
    (zoo / "theirs.graphql").write_text(SCHEMA + more, encoding="utf-8")
    done = run("diff", "--schema", "theirs.graphql", "--apply")
    assert done.exit_code == 0, done.output
    assert 'j(k: JSON = {x: [1, "a"]}): Int' in "".join(
        path.read_text(encoding="utf-8") for path in (zoo / "schema").glob("*.graphql")
    )
    assert run("diff", "--schema", "theirs.graphql").exit_code == 0
