"""`authing-gen generate`: what it writes, says and refuses."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from authing_gen.codegen.package_names import HEADER

from .commands import COMMAND, on_terminal, run
from .projects import copy_project, edit, tree


@pytest.fixture
def generated(zoo: Path) -> Path:
    """The small project with its package."""
    assert run("generate").exit_code == 0
    return zoo


def changes_of(output: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(output)
    return found


def test_first_time_and_again(zoo: Path) -> None:
    first = run("generate")
    assert first.exit_code == 0
    assert first.stdout.startswith("generated/zoo_client: ")
    assert "client.py" in first.stdout
    assert "Everything in it is new." in first.stdout
    written = tree(zoo / "generated")
    times = {path: path.stat().st_mtime_ns for path in zoo.rglob("*.py")}
    again = run("generate")
    assert again.exit_code == 0
    assert again.stdout.startswith("generated/zoo_client is up to date")
    assert tree(zoo / "generated") == written
    # What stays the same is not even touched: no editor reads it again.
    assert {path: path.stat().st_mtime_ns for path in zoo.rglob("*.py")} == times


def test_how_lines_end_is_a_matter_of_git(generated: Path) -> None:
    """As git checks a package out on Windows, and as it does on other systems."""
    folder = generated / "generated/zoo_client"
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    windows = tree(generated / "generated")
    assert run("generate", "--check").exit_code == 0
    assert "is up to date" in run("generate").stdout
    assert tree(generated / "generated") == windows
    edit(generated / "queries/cats.graphql", "    name", "    name\n    weight")
    done = changes_of(run("generate", "--json").stdout)
    assert (done["breaking"], len(done["changes"])) == (0, 1)
    assert b"\r" not in (folder / "models.py").read_bytes()


def test_what_callers_notice(generated: Path) -> None:
    schema = generated / "schema/zoo.graphql"
    edit(schema, "weight: Int", "weight: Int!\n  age: Int")
    edit(schema, "CALM WILD", "CALM")
    edit(generated / "queries/cat.graphql", "    name\n", "    age\n")
    edit(generated / "queries/ticket.graphql", "$day: String", "$day: String!")
    done = run("generate")
    assert done.exit_code == 0
    breaking, safe = done.stdout.split("Breaks no caller")
    assert "Breaks callers (3)" in breaking
    assert "- field Cat.name: str" in breaking
    assert "- enum value Mood.WILD" in breaking
    assert "~ parameter ticket(day): str | None = ... -> str" in breaking
    assert "+ field Cat.age: int | None" in safe
    assert "~ field Cat.weight: int | None -> int" in safe
    assert all(len(line.rstrip()) <= 80 for line in done.stdout.splitlines())


def test_json(generated: Path) -> None:
    edit(generated / "queries/cat.graphql", "    weight\n", "")
    done = changes_of(run("generate", "--json").stdout)
    assert done["written"]
    assert done["package"] == "generated/zoo_client"
    assert done["breaking"] == 1
    assert "models.py" in done["files"]["changed"]
    assert done["changes"] == [
        {
            "sign": "removed",
            "what": "field",
            "name": "Cat.weight",
            "breaking": True,
            "why": "callers cannot read it",
            "before": "int | None",
            "after": None,
        }
    ]
    again = changes_of(run("generate", "--json").stdout)
    assert not any(again["files"].values())
    assert again["changes"] == []


def test_check_names_the_files_and_writes_nothing(generated: Path) -> None:
    assert run("generate", "--check").exit_code == 0
    before = tree(generated)
    edit(generated / "queries/cat.graphql", "    weight\n", "")
    package = generated / "generated/zoo_client"
    (package / "stale.py").write_text(f"{HEADER}\n", encoding="utf-8")
    (package / "own.py").write_text("HERE = 1\n", encoding="utf-8")
    between = tree(generated)
    checked = run("generate", "--check")
    assert checked.exit_code == 1
    assert "is out of date" in checked.stdout
    for name in ("~\N{NO-BREAK SPACE}models.py", "-\N{NO-BREAK SPACE}stale.py"):
        assert name in checked.stdout
    assert "- field Cat.weight" in checked.stdout
    assert tree(generated) == between != before
    # What nobody has generated is nobody's to remove.
    assert "own.py" not in checked.stdout
    assert run("generate").exit_code == 0
    assert {path.name for path in package.glob("[so]*.py")} >= {"own.py"}
    assert not (package / "stale.py").exists()


def test_check_where_nothing_has_been_generated(zoo: Path) -> None:
    checked = run("generate", "--check")
    assert checked.exit_code == 1
    assert "+\N{NO-BREAK SPACE}client.py" in checked.stdout
    assert not (zoo / "generated").exists()


def test_our_own_package_is_in_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy_project(tmp_path))
    checked = run("generate", "--check")
    assert checked.exit_code == 0, checked.output


def test_other_folder(zoo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (zoo / "elsewhere").mkdir()
    monkeypatch.chdir(zoo / "elsewhere")
    done = run("generate", "--config", "../codegen.toml")
    assert done.exit_code == 0, done.output
    assert (zoo / "generated/zoo_client/client.py").exists()
    assert list((zoo / "elsewhere").iterdir()) == []


def test_edited_package_is_replaced(generated: Path) -> None:
    client = generated / "generated/zoo_client/client.py"
    good = client.read_bytes()
    client.write_text("def broken(:\n", encoding="utf-8")
    assert run("generate").exit_code == 0
    assert client.read_bytes() == good


def test_nobody_sees_half_a_file(generated: Path) -> None:
    """Who reads the package all the time finds every module there, and whole."""
    package, query = (
        generated / "generated/zoo_client",
        generated / "queries/cat.graphql",
    )
    states = [tree(package)]
    fields = "    weight\n", "    friend {\n      name\n    }\n"
    edit(query, *fields)
    assert run("generate").exit_code == 0
    states.append(tree(package))
    names = {name for name in states[0] if name.endswith(".py")}
    done, torn = Event(), list[str]()

    def read() -> None:
        while not done.is_set():
            for name in names:
                try:
                    found = (package / name).read_bytes()
                except FileNotFoundError:
                    found = None
                if found not in (states[0][name], states[1][name]):
                    torn.append(name)

    reader = Thread(target=read)
    reader.start()
    try:
        for old, new in (fields[::-1], fields) * 3:
            edit(query, old, new)
            assert run("generate").exit_code == 0
    finally:
        done.set()
        reader.join()
    assert torn == []
    assert [path.name for path in (generated / "generated").iterdir()] == ["zoo_client"]


def test_without_the_generator_it_says_what_to_install() -> None:
    for command in ("generate", "diff"):
        done = in_python(
            "import sys; sys.modules['ariadne_codegen'] = None\n"
            "from authing_gen.cli.app import app\n"
            f"app(['{command}', *sys.argv[1:]])",
            *(("--schema", "x") if command == "diff" else ()),
        )
        assert done.returncode == 2
        assert done.stdout == ""
        assert "pip install 'authing-gen[codegen]'" in done.stderr


@pytest.mark.parametrize(
    "line", ["operations", "call login --help", "users list --help", "collection x"]
)
def test_other_commands_need_no_generator(line: str, tmp_path: Path) -> None:
    line = line.replace(" x", f" {tmp_path} --format http --user-pool-id 5f0e1d2c3b4a")
    done = in_python(
        "import sys; sys.modules['ariadne_codegen'] = None\n"
        "from authing_gen.cli.app import app\n"
        "app(sys.argv[1:])",
        *line.split(),
    )
    assert done.returncode == 0, done.stderr


def test_where_our_own_package_cannot_be_imported(zoo: Path) -> None:
    """A package that is broken, or not there yet, is what one generates against."""
    done = in_python(
        "import sys; sys.modules['authing_client'] = None\n"
        "from authing_gen.cli.app import app\n"
        "app(['generate'])"
    )
    assert done.returncode == 0, done.stderr


def in_python(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a Python of its own."""
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


MISTAKES = {
    "a field that does not exist": (
        ("queries/cat.graphql", "weight", "wieght"),
        """\
error: Cannot query field 'wieght' on type 'Cat'. Did you mean 'weight'?
  --> queries/cat.graphql:4:5
   |
 4 |     wieght
   |     ^^^^^^
""",
    ),
    "wrong syntax, after wide letters": (
        ("schema/zoo.graphql", "  mood: Mood, #", '  "猫" mood Mood, #'),
        """\
error: Syntax Error: Expected ':', found Name 'Mood'.
   --> schema/zoo.graphql:15:12
    |
 15 |   "猫" mood Mood, # How it is.
    |             ^^^^
""",
    ),
    "two places": (
        ("queries/cats.graphql", "$like: CatInput", "$like: Mood"),
        """\
error: Variable '$like' of type 'Mood' used in position expecting type 'CatInput'.
  --> queries/cats.graphql:1:12
   |
 1 | query cats($like: Mood) {
   |            ^^^^^^^^^^^
  --> queries/cats.graphql:2:14
   |
 2 |   cats(like: $like) {
   |              ^^^^^
""",
    ),
    "what only we refuse": (
        ("queries/cats.graphql", "  cats(", "  __schema { __typename } cats("),
        """\
error: introspection is not an operation of the client
  --> queries/cats.graphql:2:3
   |
 2 |   __schema { __typename } cats(like: $like) {
   |   ^^^^^^^^^^^^^^^^^^^^^^^
""",
    ),
    "a line that is too long": (
        (
            "queries/cats.graphql",
            "($like: CatInput) {",
            f"($like: CatInput) {{ # {'x' * 90}\n x: friend # {'y' * 90}\n",
        ),
        f"""\
error: Cannot query field 'friend' on type 'Query'.
  --> queries/cats.graphql:2:2
   |
 2 |  x: friend # {"y" * 61}…
   |  ^^^^^^^^^
""",
    ),
    "configuration": (
        ("codegen.toml", '"generated"', "generated"),
        """\
error: Invalid value
  --> codegen.toml:5:23
   |
 5 | target_package_path = generated
   |                       ^^^^^^^^^
""",
    ),
    "configuration that does not end": (
        ("codegen.toml", 'Plugin"]', 'Plugin"'),
        "error: codegen.toml: Unclosed array (at end of document)\n",
    ),
    "a folder that does not exist": (
        ("codegen.toml", '"queries"', '"quarries"'),
        "error: Provided path quarries doesn't exist.\n",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_shown_where_it_is(name: str, generated: Path) -> None:
    (file, old, new), shown = MISTAKES[name]
    before = tree(generated / "generated")
    edit(generated / file, old, new)
    refused = run("generate")
    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert refused.stderr == shown
    assert tree(generated / "generated") == before


def test_mistake_for_machines(generated: Path) -> None:
    edit(generated / "queries/cat.graphql", "weight", "wieght")
    refused = run("generate", "--json")
    assert refused.exit_code == 2
    places = [{"file": "queries/cat.graphql", "line": 4, "column": 5, "width": 6}]
    message = "Cannot query field 'wieght' on type 'Cat'. Did you mean 'weight'?"
    assert json.loads(refused.stdout) == {
        "errors": [{"message": message, "places": places}]
    }


def test_no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    refused = run("generate")
    assert refused.exit_code == 2
    assert "cannot read codegen.toml: no such file" in refused.stderr


def test_check_and_watch_exclude_each_other(zoo: Path) -> None:
    assert run("generate", "--check", "--watch").exit_code == 2


def test_watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = copy_project(tmp_path)
    monkeypatch.chdir(project)
    package = project / "generated/authing_client"
    models = package / "models.py"
    query = project / "queries/fragments/authentication.graphql"
    with on_terminal([COMMAND, "generate", "--watch"], {}) as terminal:
        terminal.wait_for("is up to date")
        save(query, "  code\n", "", models)
        shown = terminal.wait_for("- field LoginStatus.code: int | None")
        assert "Breaks callers" in shown
        # An edit that is wrong: what is there stays.
        kept = tree(package)
        terminal.forget()
        edit(query, "  message\n", "  massage\n")
        shown = terminal.wait_for("Nothing is written until this is right.")
        assert "Cannot query field 'massage' on type" in shown
        assert "--> queries/fragments/authentication.graphql:3:3" in shown
        assert "3 |   massage\n   |   ^^^^^^^\n" in shown
        assert tree(package) == kept
        # An editor that writes a new file and gives it the name of the old one.
        terminal.forget()
        staged = query.with_suffix(".tmp")
        text = query.read_text(encoding="utf-8").replace("  massage\n", "", 1)
        staged.write_text(text, encoding="utf-8")
        staged.replace(query)
        terminal.wait_for("- field LoginStatus.message")
        save(query, "  status\n", "  status\n  code\n", models)
        terminal.wait_for("+ field LoginStatus.code")
        os.kill(terminal.pid, signal.SIGINT)
        terminal.wait_for("Stopped.")
        assert terminal.finish() == 0


def save(path: Path, old: str, new: str, awaited: Path) -> None:
    """Edit a file and wait until another one changes."""
    before = awaited.read_bytes()
    edit(path, old, new)
    start = time.monotonic()
    while awaited.read_bytes() == before:
        assert time.monotonic() < start + 15
        time.sleep(0.01)


DANGERS: dict[str, tuple[tuple[str, str, str], tuple[str, str]]] = {
    # Edits; what is said.
    "PIN travels plain": (
        ("schema/zoo.graphql", "name: String! @encrypted,", "name: String!,"),
        ("encryption cat(): name -> none", "travels plain"),
    ),
    "secret field of an input is shown": (
        ("schema/zoo.graphql", "key: String @secret", "key: String"),
        ("secrecy CatInput.key: secret -> plain", "show it"),
    ),
    "secret field of a model is shown": (
        ("schema/zoo.graphql", "weight: Int @secret", "weight: Int"),
        ("secrecy Cat.weight: secret -> plain", "show it"),
    ),
    "default of an input field": (
        ("schema/zoo.graphql", "key: String @secret", 'key: String = "x" @secret'),
        ("default CatInput.key: None -> 'x'", "asks for something else"),
    ),
    "default of an argument": (
        ("schema/zoo.graphql", "ticket(day: String)", 'ticket(day: String = "x")'),
        ('default Query.ticket(day:): none -> "x"', "asks for something else"),
    ),
    "default of a variable": (
        ("queries/ticket.graphql", "($day: String)", '($day: String = "x")'),
        ('default ticket(day): none -> "x"', "asks for something else"),
    ),
    "gateway that nobody knows": (
        ("schema/directives.graphql", "enum Gateway {", "enum Gateway {\n  MOON"),
        ("gateway MOON", "AUTHING_MOON_URL"),
    ),
}


@pytest.mark.parametrize("name", DANGERS)
def test_what_is_dangerous_is_said(name: str, zoo: Path) -> None:
    edit(
        zoo / "schema/zoo.graphql",
        "cat(name: String!,",
        "cat(name: String! @encrypted,",
    )
    edit(zoo / "schema/zoo.graphql", "  weight: Int\n", "  weight: Int @secret\n")
    edit(zoo / "schema/zoo.graphql", "  mood: Mood\n}", "  key: String @secret\n}")
    assert run("generate").exit_code == 0
    (file, old, new), (told, why) = DANGERS[name]
    edit(zoo / file, old, new)
    shown = run("generate", "--check").stdout
    assert "Dangerous (1)" in shown
    said = " ".join(shown.split())
    assert told in said
    assert why in said
    as_json = json.loads(run("generate", "--check", "--json").stdout)
    assert as_json["dangerous"] == 1
    assert [each["dangerous"] for each in as_json["changes"] if "dangerous" in each]


def test_comment_in_the_schema_is_no_difference(generated: Path) -> None:
    edit(generated / "schema/zoo.graphql", "# Grams.", "# Kilograms.")
    assert run("generate", "--check").exit_code == 0
    edit(generated / "schema/zoo.graphql", '"""A cat."""', '"""A feline."""')
    assert run("generate", "--check").exit_code == 1


def test_an_example_changes_the_schema_in_the_package_alone(generated: Path) -> None:
    """Tools read it there, so it is written; no caller notices, and no server."""
    argument = "cat(name: String!"
    edit(
        generated / "schema/zoo.graphql", argument, f'{argument} @example(value: "Tom")'
    )
    query = generated / "queries/cats.graphql"
    edit(query, "CatInput)", "CatInput @example(value: null))")
    shown = run("generate", "--check")
    assert shown.exit_code == 1
    assert "1 file would change" in shown.stdout
    assert "Callers notice nothing of it." in shown.stdout
    answered = json.loads(run("generate", "--json").stdout)
    assert answered["files"]["changed"] == ["schema.graphql"]
    assert answered["changes"] == []
    assert run("generate", "--check").exit_code == 0
