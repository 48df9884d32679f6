"""`authing-gen diff --apply=breaking`: our schema and operations become theirs."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from .commands import run
from .conftest import DiffEdited
from .projects import SCHEMA, tree
from .test_diff import CHANGES

ZOO = "schema/zoo.graphql"


@pytest.fixture
def apply(diff_edited: DiffEdited) -> Callable[..., Result]:
    """Applies an edit of our schema."""

    def edit_and_apply(*replacements: str, options: tuple[str, ...] = ()) -> Result:
        return diff_edited(*replacements, options=("--apply=breaking", *options))

    return edit_and_apply


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_written(name: str, zoo: Path) -> None:
    old, new, _, _ = CHANGES[name]
    theirs = SCHEMA.replace(old, new)
    (zoo / "theirs.graphql").write_text(theirs, encoding="utf-8")
    for gateway in ("USERS", "OAUTH"):
        given = ("diff", "--schema", "theirs.graphql", "--gateway", gateway)
        done = run(*given, "--apply=breaking")
        assert done.exit_code == 0, done.output
        assert run(*given).exit_code == 0
        generated = run("generate")
        assert generated.exit_code == 0, generated.output


def test_what_is_said_at_the_end_is_what_is_there_now(zoo: Path) -> None:
    theirs = "type Query { cat(name: String!): Cat, cats: [Cat!]! }\n"
    theirs += "type Cat { age: Int }\n"
    (zoo / "theirs.graphql").write_text(theirs, encoding="utf-8")
    given = ("diff", "--schema", "theirs.graphql", "--gateway", "USERS")
    assert "None of them fits" in run(*given).stdout
    done = run(*given, "--apply=breaking")
    assert "None of them fits" not in done.stdout
    assert done.stdout.endswith("No differences; no operation is sent there.\n")


REMOVALS: dict[str, tuple[str, str]] = {
    # What theirs lacks; what is taken out of ours.
    "a field, with the comment above it": (
        "  weight: Int\n",
        "  # Grams.\n  weight: Int\n",
    ),
    "a field, with the comment behind it": (
        "  mood: Mood, # How it is.\n",
        "  mood: Mood, # How it is.\n",
    ),
    "the last field": ("  friend: Cat\n", "  friend: Cat\n"),
    "the first field on one line": (" price: Int,", " price: Int,"),
    "the last field on one line": (
        ", day(zone: String): String }",
        ", day(zone: String): String }",
    ),
    "the only argument": ("day(zone: String)", "day(zone: String)"),
    "the last argument": ("name: String!, mood: Mood", ", mood: Mood"),
    "an enum value": ("CALM WILD", " WILD"),
    "an input field, described": (
        '  """Part of the name."""\n  name: String\n',
        '  """Part of the name."""\n  name: String\n',
    ),
}
KEPT = {
    "the last field on one line": " }",
    "the only argument": "day",
    "the last argument": "name: String!",
    "an enum value": "CALM",
}


@pytest.mark.parametrize("name", REMOVALS)
def test_what_is_gone_goes_with_all_that_belongs_to_it(
    name: str, zoo: Path, apply: Callable[..., Result]
) -> None:
    old, removed = REMOVALS[name]
    kept = KEPT.get(name, "")
    assert apply(old, kept).exit_code == 0
    kept = kept if removed == old else ""
    assert (zoo / ZOO).read_text(encoding="utf-8") == SCHEMA.replace(removed, kept)


def test_types_that_nothing_mentions_any_more_go(
    zoo: Path, apply: Callable[..., Result]
) -> None:
    path = zoo / ZOO
    more = """
interface Node { id: ID }

# Bought or found.
union Thing = Toy | Stone

"A toy."
type Toy implements Node { id: ID size: Size! of: Owner }
type Stone { grams: Int }
enum Size { S M }

type Owner { name: String }
extend type Query { things: [Thing] owner: Owner }
"""
    path.write_text(SCHEMA + more, encoding="utf-8")
    done = apply(
        more, "\ntype Owner { name: String }\nextend type Query {owner: Owner}"
    )
    assert done.exit_code == 0, done.output
    assert path.read_text(encoding="utf-8") == (
        SCHEMA + "\ninterface Node { id: ID }"
        "\n\ntype Owner { name: String }\nextend type Query { owner: Owner }\n"
    )


def test_members_and_interfaces(zoo: Path, apply: Callable[..., Result]) -> None:
    path = zoo / ZOO
    more = """
interface Node { id: ID }
interface Named { name: String }
type Toy implements Node & Named { id: ID name: String }
type Stone implements Node { id: ID }
union Thing = Toy | Stone
extend type Query { things: [Thing] node: Node named: Named }
"""
    path.write_text(SCHEMA + more, encoding="utf-8")
    done = apply(
        "type Toy implements Node & Named",
        "type Toy implements Named",
        "type Stone implements Node { id: ID }",
        "type Stone { id: ID }\ntype Leaf implements Node { id: ID }",
        "Toy | Stone",
        "Leaf | Stone",
    )
    assert done.exit_code == 0, done.output
    written = path.read_text(encoding="utf-8")
    assert "type Toy implements Named {" in written
    assert "type Stone { id: ID }" in written
    assert "union Thing = Stone | Leaf\n" in written


def test_extensions_of_which_nothing_is_left(
    zoo: Path, apply: Callable[..., Result]
) -> None:
    path = zoo / ZOO
    more = """
interface Node { id: ID }
interface Named { name: String }
type Toy { id: ID name: String }
extend type Toy implements Node
extend type Toy implements Named { size: Int }
type Stone { id: ID }
union Thing = Toy
extend union Thing = Stone
extend type Query { things: [Thing] node: Node named: Named }
"""
    path.write_text(SCHEMA + more, encoding="utf-8")
    done = apply(
        "extend type Toy implements Node\n",
        "",
        "{ size: Int }",
        "",
        "extend union Thing = Stone",
        "type Leaf implements Node { id: ID } extend union Thing = Leaf",
    )
    assert done.exit_code == 0, done.output
    written = path.read_text(encoding="utf-8")
    assert "Node\n" not in written
    assert "\nextend type Toy implements Named\n" in written
    assert "\nunion Thing = Toy | Leaf\n" in written
    assert "extend union" not in written
    assert run("generate").exit_code == 0


@pytest.mark.parametrize("there", [False, True])
def test_an_input_takes_one_field_or_several(
    there: bool, zoo: Path, apply: Callable[..., Result]
) -> None:
    path = zoo / ZOO
    one, several = "input CatInput @oneOf {", "input CatInput {"
    if there:
        path.write_text(SCHEMA.replace(several, one), encoding="utf-8")
    assert run("generate").exit_code == 0
    before, after = (one, several) if there else (several, one)
    done = apply(before, after)
    assert done.exit_code == 0, done.output
    assert after in path.read_text(encoding="utf-8")
    assert ("Breaks callers" in run("generate").stdout) is not there


def test_operations_on_interfaces_and_unions_are_cut_down(
    zoo: Path, apply: Callable[..., Result]
) -> None:
    path = zoo / "queries/things.graphql"
    more = """
interface Node { id: ID name: String }
type Toy implements Node { id: ID name: String size: Int }
type Stone implements Node { id: ID name: String }
union Thing = Toy | Stone
extend type Query { things: [Thing] node: Node }
"""
    (zoo / ZOO).write_text(SCHEMA + more, encoding="utf-8")
    path.write_text(
        "query node { node { ...Named } }\n"
        "query things { things { ... on Toy { size } ... on Stone { name } } }\n"
        "fragment Named on Node { name }\n",
        encoding="utf-8",
    )
    done = apply(*(" size: Int }", " }", "ID name: String", "ID", "Toy | Stone", "Toy"))
    assert done.exit_code == 0, done.output
    assert not path.exists()
    assert run("generate").exit_code == 0


def test_each_is_listed(zoo: Path, apply: Callable[..., Result]) -> None:
    done = apply("  weight: Int\n", "", "price: Int,", "price: Int!,")
    assert done.exit_code == 0, done.output
    told = " ".join(done.stdout.split())
    assert "Written (2)" in told
    assert f"{ZOO}: Cat.weight was removed." in told
    assert f"{ZOO}: Ticket.price changed type from Int to Int!." in told
    assert "Taken out of operations (1)" in told
    assert "queries/cat.graphql: field weight: Cannot query field" in told


def test_operations_are_cut_down(zoo: Path, apply: Callable[..., Result]) -> None:
    (zoo / "queries/all.graphql").write_text(
        """# All of it.
query all($like: CatInput) {
  cats(like: $like) {
    # In grams.
    weight
    ...Friend
  }
}

query mood($name: String!, $mood: Mood) {
  cat(name: $name, mood: $mood) { name }
}

fragment Friend on Cat {
  friend { weight }
  name
}
""",
        encoding="utf-8",
    )
    done = apply(
        "  weight: Int\n",
        "",
        "  friend: Cat\n",
        "",
        "name: String!, mood: Mood",
        "name: ID!",
        "  ticket(day: String): Ticket @gateway(name: OAUTH)\n",
        "",
        options=("--gateway", "USERS"),
    )
    assert done.exit_code == 0, done.output
    assert (zoo / "queries/all.graphql").read_text(encoding="utf-8") == (
        """# All of it.
query all($like: CatInput) {
  cats(like: $like) {
    ...Friend
  }
}

query mood($name: ID!) {
  cat(name: $name) { name }
}

fragment Friend on Cat {
  name
}
"""
    )
    assert run("generate").exit_code == 0
    # The ticket is another gateway's.
    assert (zoo / "queries/ticket.graphql").exists()


def test_operations_of_a_root_that_is_gone(
    zoo: Path, apply: Callable[..., Result]
) -> None:
    feed = "type Mutation { feed(grams: Int): Int }\n"
    (zoo / ZOO).write_text(SCHEMA + feed, encoding="utf-8")
    path = zoo / "queries/feed.graphql"
    path.write_text("mutation feed { feed(grams: 1) }\n", encoding="utf-8")
    done = apply(feed, "", options=("--json",))
    assert done.exit_code == 0, done.output
    [one] = json.loads(done.stdout)["differences"]
    assert one["breaks"][0]["operation"] == "feed"
    assert not path.exists()
    assert run("generate").exit_code == 0


def test_operation_of_which_nothing_is_left(
    zoo: Path, apply: Callable[..., Result]
) -> None:
    ticket = "  ticket(day: String): Ticket @gateway(name: OAUTH)\n"
    done = apply(ticket, "  other: Int\n", options=("--gateway", "OAUTH", "--json"))
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [each["file"] for each in told["fitted"]] == ["queries/ticket.graphql"]
    assert not (zoo / "queries/ticket.graphql").exists()
    assert run("generate").exit_code == 0


@pytest.mark.parametrize("option", ["--apply", "--apply=safe"])
def test_without_being_told_nothing_is_removed(
    option: str, zoo: Path, apply: Callable[..., Result]
) -> None:
    (zoo / "theirs.graphql").write_text(
        SCHEMA.replace("  weight: Int\n", "  w: Int @deprecated\n").replace(
            "price: Int,", 'price: Int @deprecated(reason: "dear"),'
        ),
        encoding="utf-8",
    )
    assert run("diff", "--schema", "theirs.graphql", option).exit_code == 1
    ours = (zoo / ZOO).read_text(encoding="utf-8")
    assert "  weight: Int\n" in ours
    assert "  w: Int @deprecated\n" in ours
    assert 'price: Int @deprecated(reason: "dear"),' in ours


def test_unknown_value_is_refused(zoo: Path) -> None:
    before = tree(zoo)
    refused = run("diff", "--schema", "x", "--apply=everything")
    assert refused.exit_code == 2
    assert tree(zoo) == before
