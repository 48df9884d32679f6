"""Options and values of schemas with input objects, lists of them, own scalars."""

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from authing_gen.cli.arguments import Argument, answers_secret, arguments_of, kebab
from authing_gen.cli.calling import converted, hints_of
from authing_gen.cli.catalogue import Catalogue
from authing_gen.cli.client_source import Entry
from authing_gen.cli.failures import WrongUsage
from authing_gen.cli.gathering import gather
from authing_gen.cli.options import options_of
from authing_gen.cli.rendering import HIDDEN, as_table
from authing_gen.cli.standard_input import StandardInput
from authing_gen.codegen.generation import load_config, render

DIRECTIVES = Path(__file__).parents[1] / "codegen/cases/directives.graphql"
SCHEMA = """
scalar Instant
enum Colour { RED, BLUE }
type Query { doors(floor: Int): [String!] }
type Mutation {
  setLock(lock: LockInput!, json: String): String @secret
  setLocks(locks: [LockInput!]!): String
}
input LockInput {
  "Which door."
  doorName: String!
  code: CodeInput
  colours: [Colour!]
  since: Instant
  open: Boolean
}
input CodeInput { new: String! @encrypted, digits: Int }
"""
QUERIES = """
mutation setLock($lock: LockInput!, $json: String) { setLock(lock: $lock, json: $json) }
mutation setLocks($locks: [LockInput!]!) { setLocks(locks: $locks) }
"""
CONFIG = """
[tool.ariadne-codegen]
schema_path = "schema"
queries_path = "queries.graphql"
target_package_path = "."
target_package_name = "doors_of_a_test"
client_name = "AsyncClient"
input_types_module_name = "inputs"
multipart_uploads = false
include_typename = false
plugins = ["authing_gen.codegen.AuthingPlugin"]
"""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    """A generated package with what the documented operations do not have."""
    folder = tmp_path_factory.mktemp("doors")
    (folder / "schema").mkdir()
    (folder / "schema/doors.graphql").write_text(SCHEMA)
    (folder / "schema/directives.graphql").write_text(DIRECTIVES.read_text())
    (folder / "queries.graphql").write_text(QUERIES)
    (folder / "codegen.toml").write_text(CONFIG)
    command = [sys.executable, "-m", "authing_gen.codegen"]
    subprocess.run(command, cwd=folder, check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield Catalogue(folder / "doors_of_a_test")


def entry_of(catalogue: Catalogue, name: str) -> Entry:
    entry = catalogue.find(name)
    assert entry is not None
    return entry


def gathered(catalogue: Catalogue, name: str, **values: object) -> dict[str, Any]:
    entry = entry_of(catalogue, name)
    arguments = arguments_of(entry, catalogue)
    names = [option.name for option in options_of(arguments, as_user=False)]
    given = {
        name.replace("__", ".").replace("_", "-"): it for name, it in values.items()
    }
    assert set(given) <= set(names)
    return gather(entry, arguments, dict.fromkeys(names) | given, StandardInput())


def hints_of_method(name: str) -> dict[str, Any]:
    package = importlib.import_module("doors_of_a_test.sync_client")
    return hints_of(getattr(package.Client, name))


def test_input_objects_are_dotted(catalogue: Catalogue) -> None:
    arguments = arguments_of(entry_of(catalogue, "setLock"), catalogue)
    assert arguments == [
        Argument(("lock", "doorName"), "text", "Which door."),
        Argument(("lock", "code", "new"), "text", "Travels encrypted.", secret=True),
        Argument(("lock", "code", "digits"), "integer", ""),
        Argument(("lock", "colours"), "text", "", many=True, choices=("RED", "BLUE")),
        Argument(("lock", "since"), "JSON", ""),
        Argument(("lock", "open"), "boolean", ""),
        Argument(("json",), "text", ""),
    ]
    options = {it.name: it for it in options_of(arguments, as_user=False)}
    assert "lock.door-name" in options
    assert "lock.code.new-stdin" in options
    assert "lock.code.new" not in options
    assert options["lock.open"].declaration == "--lock.open/--no-lock.open"
    assert options["json"].type is bool
    assert options["argument-json"].help == ""


def test_dotted_values_become_input_objects(catalogue: Catalogue) -> None:
    given = gathered(
        catalogue,
        "setLock",
        lock__door_name="front",
        insecure_lock__code__new="1234",
        lock__code__digits=4,
        lock__colours=["RED"],
        lock__since="2020-01-01",
        lock__open=False,
        argument_json="{}",
    )
    assert given == {
        "lock": {
            "doorName": "front",
            "code": {"new": "1234", "digits": 4},
            "colours": ["RED"],
            "since": "2020-01-01",
            "open": False,
        },
        "json": "{}",
    }
    arguments = converted(hints_of_method("set_lock"), given)
    assert arguments["lock"].code.new == "1234"
    assert arguments["lock"].colours[0].value == "RED"
    assert "1234" not in repr(arguments)


def test_what_is_missing_inside_is_named(catalogue: Catalogue) -> None:
    given = gathered(catalogue, "setLock", lock__code__digits=4)
    with pytest.raises(WrongUsage, match=r"--lock\.door-name: Field required"):
        converted(hints_of_method("set_lock"), given)


def test_options_win_over_json(catalogue: Catalogue, tmp_path: Path) -> None:
    file = tmp_path / "lock.json"
    file.write_text(
        '{"lock": {"doorName": "front", "code": {"new": "1", "digits": 1}}}'
    )
    given = gathered(catalogue, "set-lock", json_input=str(file), lock__code__digits=2)
    assert given == {"lock": {"doorName": "front", "code": {"new": "1", "digits": 2}}}


def test_lists_of_input_objects_are_json_and_secret(catalogue: Catalogue) -> None:
    (locks,) = arguments_of(entry_of(catalogue, "setLocks"), catalogue)
    assert locks == Argument(("locks",), "JSON", "", required=True, secret=True)
    given = gathered(
        catalogue, "setLocks", insecure_locks='[{"doorName": "a", "open": true}]'
    )
    arguments = converted(hints_of_method("set_locks"), given)
    assert arguments["locks"][0].door_name == "a"


def test_an_answer_can_be_secret_as_a_whole(catalogue: Catalogue) -> None:
    assert answers_secret(entry_of(catalogue, "setLock"), catalogue)
    assert not answers_secret(entry_of(catalogue, "setLocks"), catalogue)
    console = Console(width=80)
    assert str(as_table("1234", console, show_secrets=False, secret=True)) == HIDDEN
    assert str(as_table("1234", console, show_secrets=True, secret=True)) == "1234"


@pytest.mark.parametrize(
    ("name", "option"),
    [("lastIP", "last-ip"), ("_id", "id"), ("MFACode", "mfa-code"), ("type_", "type")],
)
def test_names_of_options(name: str, option: str) -> None:
    assert kebab(name) == option


def arguments_for(folder: Path, schema: str, query: str) -> dict[str, Argument]:
    """The arguments of an operation, by their options."""
    (folder / "schema.graphql").write_text(schema + DIRECTIVES.read_text())
    (folder / "queries.graphql").write_text(query)
    config = CONFIG.replace('"schema"', '"schema.graphql"')
    (folder / "codegen.toml").write_text(config)
    render(load_config(folder / "codegen.toml")).write()
    made = Catalogue(folder / "doors_of_a_test")
    (entry,) = (it for it in made.entries.values() if it.sent.document)
    return {it.option: it for it in arguments_of(entry, made)}


def test_inputs_that_hold_each_other_are_json_where_they_get_too_many(
    tmp_path: Path,
) -> None:
    names = [f"Filter{number}" for number in range(30)]
    fields = "\n".join(f"by{name}: {name}" for name in names)
    arguments = arguments_for(
        tmp_path,
        "type Query { doors(where: Filter0): Int }"
        + "\n".join(f"input {name} {{ code: String {fields} }}" for name in names),
        "query doors($where: Filter0) { doors(where: $where) }",
    )
    assert len(arguments) == 31
    assert arguments["where.code"].kind == "text"
    assert arguments["where.by-filter29"].kind == "JSON"


def test_a_secret_is_found_below_what_is_not_written_out(tmp_path: Path) -> None:
    arguments = arguments_for(
        tmp_path,
        "type Query { doors(where: Where): Int }"
        " input Where { and: [Where!] not: Where floor: Int key: Key }"
        " input Key { teeth: String @secret keyring: Key }",
        "query doors($where: Where) { doors(where: $where) }",
    )
    secret = {option for option, it in arguments.items() if it.secret}
    assert secret == {
        *{"where.and", "where.not"},
        *{"where.key.teeth", "where.key.keyring"},
    }
