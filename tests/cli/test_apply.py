"""`authing-gen diff --apply`: what is added, and that all else keeps its bytes."""

import json
from collections.abc import Callable
from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from .commands import run
from .conftest import DiffEdited
from .projects import SCHEMA, copy_project, edit, tree

ZOO = "schema/zoo.graphql"


@pytest.fixture
def apply(diff_edited: DiffEdited) -> Callable[..., Result]:
    """Applies what an edit of our schema adds to it."""

    def edit_and_apply(*replacements: str, options: tuple[str, ...] = ()) -> Result:
        return diff_edited(*replacements, options=("--apply", *options))

    return edit_and_apply


def added(before: str, after: str) -> list[str]:
    """The lines that were added; all others are the same, in the same order."""
    lines = list(ndiff(before.splitlines(True), after.splitlines(True)))
    assert not [line for line in lines if line.startswith("- ")]
    return [line[2:].rstrip("\n") for line in lines if line.startswith("+ ")]


PLACES: dict[str, tuple[str, str, str, str]] = {
    # What is replaced by what in theirs; what is replaced by what in ours.
    "field at the end, after a comment on the line before": (
        "  friend: Cat\n",
        '  friend: Cat\n  "How old."\n  age(unit: String = "a"): Int!\n',
        "  friend: Cat\n",
        '  friend: Cat\n  """How old."""\n  age(unit: String = "a"): Int!\n',
    ),
    "field in the middle, which comes last here": (
        "  name: String!\n  # Grams.",
        "  name: String!\n  age: Int\n  # Grams.",
        "  friend: Cat\n",
        "  friend: Cat\n  age: Int\n",
    ),
    "field on the one line of its type": (
        "type Ticket { price: Int,",
        'type Ticket { "From 0." row: Int, price: Int,',
        "day(zone: String): String }",
        'day(zone: String): String "From 0." row: Int }',
    ),
    "argument on the one line of its field": (
        "ticket(day: String)",
        "ticket(day: String, row: [Int!] = [1])",
        "ticket(day: String)",
        "ticket(day: String, row: [Int!] = [1])",
    ),
    "first argument": (
        "  weight: Int\n",
        "  weight(unit: String): Int\n",
        "  weight: Int\n",
        "  weight(unit: String): Int\n",
    ),
    "first arguments, described": (
        "  weight: Int\n",
        '  weight("Name." unit: String, on: Int): Int\n',
        "  weight: Int\n",
        '  weight(\n    """Name."""\n    unit: String\n    on: Int\n  ): Int\n',
    ),
    "enum value": ("CALM WILD", "SAD CALM WILD", "CALM WILD", "CALM WILD SAD"),
    "input field": (
        "  mood: Mood\n}",
        "  mood: Mood\n  age: Int = 3\n}",
        "  mood: Mood\n}",
        "  mood: Mood\n  age: Int = 3\n}",
    ),
    "description of a type": (
        "enum Mood",
        '"""How it is."""\nenum Mood',
        "enum Mood",
        '"""How it is."""\nenum Mood',
    ),
    "description of a field, of two lines": (
        "  friend: Cat\n",
        '  """\n  Another one.\n\n  Or itself.\n  """\n  friend: Cat\n',
        "  friend: Cat\n",
        '  """\n  Another one.\n\n  Or itself.\n  """\n  friend: Cat\n',
    ),
    "descriptions on one line": (
        "type Ticket { price: Int, day(zone: String): String }",
        'type Ticket { "Yen." price: Int, "D" day("\\"Z\\"" zone: String): String }',
        "type Ticket { price: Int, day(zone: String): String }",
        'type Ticket { "Yen." price: Int, "D" day("\\"Z\\"" zone: String): String }',
    ),
    "a description in other words than ours": (
        '"""A cat."""',
        '"""A feline."""',
        "",
        "",
    ),
}


@pytest.mark.parametrize("name", PLACES)
def test_place(name: str, zoo: Path, apply: Callable[..., Result]) -> None:
    theirs_old, theirs_new, old, new = PLACES[name]
    done = apply(theirs_old, theirs_new)
    assert done.exit_code == 0, done.output
    assert (zoo / ZOO).read_text(encoding="utf-8") == SCHEMA.replace(old, new)
    assert run("diff", "--schema", "theirs.graphql").exit_code == 0


def test_types_stand_where_they_are_used(
    zoo: Path, apply: Callable[..., Result]
) -> None:
    (zoo / "schema/other.graphql").write_text("type Keeper { id: ID! }\n")
    edit(zoo / ZOO, "  cat(", "  keeper: Keeper\n  cat(")
    before = tree(zoo)
    done = apply(
        "# The zoo.",
        """
type Keeper { id: ID! home: House shift(of: Shift): Int }
"Where one lives."
interface House { doors: [Door!]! }
type Hut implements House { doors: [Door!]! roof: Roof }
union Roof = Tiles | Straw
type Tiles { count: Int }
type Straw { count: Int }
scalar Door
input Shift { from: Hour = NOON to: Hour, again: Shift }
enum Hour { NOON @deprecated NIGHT @deprecated(reason: "Dark.") }
""",
    )
    assert done.exit_code == 0, done.output
    after = tree(zoo)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {"schema/other.graphql", "schema/added.graphql", "theirs.graphql"}
    other = after["schema/other.graphql"].decode()
    assert other.startswith(
        "type Keeper { id: ID! home: House shift(of: Shift): Int }\n"
    )
    for text in (
        '"""Where one lives."""\ninterface House {\n  doors: [Door!]!\n}\n',
        'enum Hour {\n  NOON @deprecated\n  NIGHT @deprecated(reason: "Dark.")\n}\n',
        "input Shift {\n  from: Hour = NOON\n  to: Hour\n  again: Shift\n}\n",
        "scalar Door\n",
    ):
        assert text in other
    # Nothing that was there before mentions it.
    loose = after["schema/added.graphql"].decode()
    assert loose.startswith("# What other servers have")
    assert "type Hut implements House {\n  doors: [Door!]!\n  roof: Roof\n}\n" in loose
    assert "union Roof = Tiles | Straw\n" in loose
    assert run("diff", "--schema", "theirs.graphql").exit_code == 0


def test_root_field_and_what_to_check(zoo: Path, apply: Callable[..., Result]) -> None:
    done = apply(
        "type Query {\n",
        "type Query {\n  count: Int\n  dear(price: Int): Ticket\n",
        options=("--gateway", "OAUTH"),
    )
    assert done.exit_code == 0, done.output
    ours = (zoo / ZOO).read_text(encoding="utf-8")
    # Beside the type that it answers with.
    assert added(SCHEMA, ours) == [
        "  # To check: introspection tells nothing of @token, @userPool, @encrypted.",
        "  dear(price: Int): Ticket @gateway(name: OAUTH)",
    ]
    assert (zoo / "schema/added.graphql").read_text(encoding="utf-8") == (
        "# What other servers have and the other files have no place for.\n\n"
        "extend type Query {\n"
        "  # To check: introspection tells nothing of @token, @userPool, @encrypted.\n"
        "  count: Int @gateway(name: OAUTH)\n"
        "}\n"
    )
    assert "check @token, @userPool and @encrypted" in done.stdout
    assert run("generate").exit_code == 0


def test_directives_of_sdl_are_kept(zoo: Path, apply: Callable[..., Result]) -> None:
    field = "dear(key: String @encrypted): Ticket @token(accepts: [USER])"
    done = apply("type Query {\n", f"type Query {{\n  {field} @theirs\n")
    assert done.exit_code == 0, done.output
    assert added(SCHEMA, (zoo / ZOO).read_text(encoding="utf-8")) == [f"  {field}"]
    assert "check @" not in done.stdout


def test_root_that_is_not_there_yet(zoo: Path, apply: Callable[..., Result]) -> None:
    done = apply("# The zoo.", "type Mutation { feed(grams: Int!): Cat }")
    assert done.exit_code == 0, done.output
    assert run("diff", "--schema", "theirs.graphql").exit_code == 0
    assert added(SCHEMA, (zoo / ZOO).read_text(encoding="utf-8"))[-4:] == [
        "type Mutation {",
        "  # To check: introspection tells nothing of @token, @userPool, @encrypted.",
        "  feed(grams: Int!): Cat",
        "}",
    ]


def test_what_is_not_safe_is_left(zoo: Path, apply: Callable[..., Result]) -> None:
    done = apply(
        "  weight: Int\n",
        "  age: Int\n",
        "ticket(day: String)",
        "ticket(day: String!)",
        "price: Int,",
        "price: Int!,",
        options=("--json",),
    )
    assert done.exit_code == 1
    told: dict[str, Any] = json.loads(done.stdout)
    assert [each["coordinate"] for each in told["written"]] == ["Cat.age"]
    assert told["written"][0]["file"] == ZOO
    assert told["left"] == ["Cat.weight", "Query.ticket(day:)", "Ticket.price"]
    ours = (zoo / ZOO).read_text(encoding="utf-8")
    assert added(SCHEMA, ours) == ["  age: Int"]


def test_what_would_not_be_valid_is_not_written(
    zoo: Path, apply: Callable[..., Result]
) -> None:
    before = tree(zoo / "schema")
    # `Cat` is no input of ours, and is left as it is.
    done = apply(
        '"""A cat."""\ntype Cat {\n  name: String!\n  # Grams.\n  weight: Int\n'
        "  mood: Mood, # How it is.\n  friend: Cat\n}",
        "input Cat { name: String }",
        "  mood: Mood\n}",
        "  mood: Mood\n  friend: Cat\n}",
        "(name: String!, mood: Mood): Cat",
        "(name: String!, mood: Mood): Int",
        "cats(like: CatInput): [Cat!]!",
        "cats(like: CatInput): Int",
    )
    assert done.exit_code == 2
    assert "'Cat' is no input" in done.stderr
    assert f"--> {ZOO}:" in done.stderr
    assert tree(zoo / "schema") == before


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_line_ends_and_a_last_line_without_one(
    ending: str, zoo: Path, apply: Callable[..., Result]
) -> None:
    ours = SCHEMA.rstrip("\n").replace("\n", ending)
    (zoo / ZOO).write_bytes(ours.encode())
    done = apply(
        "mood: Mood, # How it is.",
        "mood: Mood, keeper(\nfor: Int): Keeper",
        "type Ticket",
        "type Keeper { id: ID }\ntype Ticket",
        "enum Mood",
        '"Two\\nlines." enum Mood',
    )
    assert done.exit_code == 0, done.output
    written = (zoo / ZOO).read_bytes().decode()
    expected = SCHEMA.rstrip("\n")
    expected = expected.replace(
        "  friend: Cat\n", "  friend: Cat\n  keeper(for: Int): Keeper\n"
    ).replace("enum Mood", '"""\nTwo\nlines.\n"""\nenum Mood')
    expected += "\n\ntype Keeper {\n  id: ID\n}\n"
    assert written == expected.replace("\n", ending)


@pytest.mark.heavy
def test_our_own_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into several files of ours, some with empty lines between their fields."""
    monkeypatch.chdir(copy_project(tmp_path))
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    for path in (tmp_path / "schema").glob("*.graphql"):
        (theirs / path.name).write_bytes(path.read_bytes())
    edit(
        theirs / "mfa.graphql",
        "  shareKey: String @secret\n",
        "  shareKey: String @secret\n  codes: [MFACode!] @secret\n",
    )
    edit(
        theirs / "users.graphql",
        '  """\n  Say whether a user with',
        '  """How many."""\n  usersCount(of: String @userPool): UsersCount\n\n'
        '  """\n  Say whether a user with',
    )
    with (theirs / "common.graphql").open("a") as file:
        file.write("type UsersCount { total: Int }\ntype MFACode { code: String! }\n")
    before = tree(tmp_path / "schema")
    done = run("diff", "--schema", "theirs", "--apply")
    assert done.exit_code == 0, done.output
    after = tree(tmp_path / "schema")
    lines = {
        name: added(before.get(name, b"").decode(), after[name].decode())
        for name in after
        if before.get(name) != after[name]
    }
    assert lines["mfa.graphql"] == [
        "  codes: [MFACode!] @secret",
        "",
        "type MFACode {",
        "  code: String!",
        "}",
    ]
    assert '  """How many."""' in lines["added.graphql"]
    assert "  usersCount(of: String @userPool): UsersCount" in lines["added.graphql"]
    assert len(lines) == 2
    assert run("diff", "--schema", "theirs").exit_code == 0


def test_types_that_what_is_added_leads_to(apply: Callable[..., Result]) -> None:
    """Nothing reached `Toy` before; then it is compared, too."""
    done = apply(
        "type Ticket {",
        "type Toy { price: Int }\ntype Ticket { toy: Toy,",
    )
    assert done.exit_code == 0


def test_unreachable_type_of_ours_is_compared_once_it_is_reached(
    zoo: Path, apply: Callable[..., Result]
) -> None:
    path = zoo / ZOO
    path.write_text(path.read_text("utf-8") + "\ntype Toy { price: Int }\n", "utf-8")
    done = apply(
        "type Toy { price: Int }",
        "type Toy { price: Int, name: String }",
        "type Ticket {",
        "type Ticket { toy: Toy,",
    )
    assert done.exit_code == 0
    assert "name: String" in path.read_text("utf-8").partition("type Toy")[2]
    assert run("diff", "--schema", "theirs.graphql").exit_code == 0


def test_field_of_an_interface_that_a_type_of_ours_lacks(
    zoo: Path, apply: Callable[..., Result]
) -> None:
    path = zoo / ZOO
    more = (
        "\ninterface Node { id: ID }\ntype A implements Node { id: ID }"
        "\nextend type Query { node: Node }\n"
    )
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    done = apply(
        "interface Node { id: ID }",
        "interface Node { id: ID, at: Int }",
        "type A implements Node { id: ID }",
        "type B implements Node { id: ID, at: Int }",
        "type Ticket {",
        "type Ticket { toy: Int,",
    )
    assert done.exit_code == 1
    assert "toy: Int" in path.read_text("utf-8")
    assert "Node.at was added." in done.stdout.partition("Left")[2]


def test_what_is_given_may_be_a_password(apply: Callable[..., Result]) -> None:
    done = apply(
        "  mood: Mood\n}",
        "  mood: Mood\n  secret: String\n}",
        "ticket(day: String)",
        "ticket(day: String, pin: String)",
        "type Ticket {",
        "type Ticket { toy: Int,",
    )
    assert done.exit_code == 0
    assert done.stdout.count("check @encrypted, @secret and @userPool") == 2
