"""The settings: each works, or is refused with its place; none is ignored."""

import ast
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from ariadne_codegen.settings import ClientSettings, GraphQLSchemaSettings

from authing_gen.codegen import CodegenError, settings
from authing_gen.codegen.generation import load_config, render

CASES = Path(__file__).parent / "cases"
SCHEMA = """
type Query { cat(kind: Kind, in: In, fooBar: Int): Cat file(of: Upload): Int }
type Cat { lastName: String kind: Kind mood: Mood unusedKind: Unused }
enum Kind { BIG SMALL }
enum Mood { CALM WILD }
enum Unused { A B }
enum Deep { A B }
input In { deep: Deeper }
input Deeper { deep: Deep again: In }
input Unneeded { kind: Unused file: Upload }
scalar Upload
"""
QUERIES = (
    "query cat($in: In, $fooBar: Int)"
    " { cat(in: $in, fooBar: $fooBar) { lastName mood } }"
)
CONFIG = """\
[tool.ariadne-codegen]
schema_path = "schema"
queries_path = "queries"
target_package_path = "."
target_package_name = "made_of_settings"
client_name = "AsyncClient"
plugins = ["authing_gen.codegen.AuthingPlugin"]
"""

Make = Callable[..., dict[str, str]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Generates with more settings; the result is the modules."""

    def run(
        more: str = "", queries: str | bytes = QUERIES, schema: str = SCHEMA
    ) -> dict[str, str]:
        for name in ("schema", "queries"):
            (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / "schema/cats.graphql").write_text(schema)
        directives = (CASES / "directives.graphql").read_text()
        (tmp_path / "schema/directives.graphql").write_text(directives)
        text = queries.encode() if isinstance(queries, str) else queries
        (tmp_path / "queries/cats.graphql").write_bytes(text)
        (tmp_path / "codegen.toml").write_text(CONFIG + more)
        output = render(load_config(tmp_path / "codegen.toml"))
        output.write()
        return {name: text.decode() for name, text in output.files.items()}

    return run


REFUSED = {
    "remote_schema_url": '"https://x.test"',
    "remote_schema_headers": '{ a = "b" }',
    "introspection_descriptions": "true",
    "fragments_module_name": '"parts"',
    "enums_module_name": '"kinds"',
    "lazy_imports": "false",
    "defer_model_build": "true",
    "use_alias_generator": "true",
    "ignore_extra_fields": "false",
    "enable_custom_operations": "true",
    "multipart_uploads": "true",
    "async_client": "false",
    "include_comments": '"timestamp"',
    "show_deprecation_warnings": "true",
    "type_map_variable_name": '"types"',
}


@pytest.mark.parametrize("key", REFUSED)
def test_setting_is_refused_where_it_is(key: str, make: Make, tmp_path: Path) -> None:
    with pytest.raises(CodegenError, match=f"leave {key} out: ") as refused:
        make(f"# Why?\n{key} = {REFUSED[key]}\n")
    [problem] = refused.value.problems
    [place] = problem.places
    assert str(place) == f"{tmp_path}/codegen.toml:9:1"
    assert place.width == len(key)


@pytest.mark.parametrize(
    ("more", "line", "told"),
    [
        ('schema_pth = "x"\n', 8, "'schema_pth'; did you mean 'schema_path'?"),
        ('"include typename" = true\n', 8, "there is no setting 'include typename'"),
        ("include_all_enums = 1\n", 8, "include_all_enums must be true or false"),
        ("include_typename = true\n", 8, "leave include_typename out: `__typename`"),
        ("client_file_name = 1\n", 8, "client_file_name must be text"),
        ('schema_paths = "x"\n', 8, "schema_paths must be a list"),
        ("schema_paths = [3]\n", 8, "schema_paths must be a list of texts"),
        ('base_client_name = ""\n', 8, "base_client_name is empty"),
        ('client_file_name = "class"\n', 8, "must be a name in Python"),
        ('[tool.authing-gen]\nruntime = ""\n', 9, "runtime is empty"),
        (
            '[tool.ariadne-codegen.scalars.Upload]\ntype = "str"\nparser = "x"\n',
            10,
            "'parser'; did you mean 'parse'?",
        ),
        ("[tool.ariadne-codegen.scalars.Upload]\n", 8, "the scalar Upload has no type"),
        ('[tool.authing-gen]\nruntme = "x"\n', 9, "'runtme'; did you mean 'runtime'?"),
    ],
)
def test_mistake_is_named(
    more: str, line: int, told: str, make: Make, tmp_path: Path
) -> None:
    with pytest.raises(CodegenError) as refused:
        make(more)
    assert f"{tmp_path}/codegen.toml:{line}:1" in str(refused.value)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("type", "", "type is empty"),
        ("type", "a b", "type is nothing like"),
        ("type", "a..b", "type is nothing like"),
        ("type", "list[class]", "type is nothing like"),
        ("type", "list[f()]", "type is nothing like"),
        ("type", "datetime", "say where 'datetime' is"),
        ("type", "dict[str, Date]", "say where 'Date' is"),
        ("parse", "int(x)", "parse is nothing like"),
        ("serialize", "nowhere", "say where 'nowhere' is"),
        ("parse", "list[int]", "parse is nothing like"),
    ],
)
def test_scalar_that_is_nothing_of_python(
    key: str, text: str, told: str, make: Make
) -> None:
    with pytest.raises(CodegenError) as refused:
        make(
            f'[tool.ariadne-codegen.scalars.Upload]\n{key} = "{text}"\n'
            + ('type = "int"\n' if key != "type" else "")
        )
    assert told in str(refused.value)


def test_scalar_of_several_names(make: Make) -> None:
    made = make(
        '[tool.ariadne-codegen.scalars.Map]\ntype = "dict[str, Any | None]"\n',
        schema=f"{SCHEMA} scalar Map"
        " extend type Query { dict: Map maps(any: Map): [Map!] }",
        queries="query maps($any: Map) { dict maps(any: $any) }",
    )
    assert "dict_: dict[str, Any | None] | None" in made["results.py"]
    assert "maps: list[dict[str, Any | None]] | None" in made["results.py"]
    assert "any: dict[str, Any | None] | None | UnsetType" in made["client.py"]


@pytest.mark.parametrize("key", ["input_types_module_name", "client_file_name"])
@pytest.mark.parametrize("name", ["enums", "base_client", "one_of", "__init__"])
def test_two_modules_of_one_name(key: str, name: str, make: Make) -> None:
    with pytest.raises(CodegenError, match=f"would be called '{name}'"):
        make(f'{key} = "{name}"\n')


def test_all_mistakes_are_named(make: Make) -> None:
    with pytest.raises(CodegenError) as refused:
        make("schema_pth = 1\nasync_client = false\n[tool.authing-gen]\nx = 1\n")
    assert len(refused.value.problems) == 3


def test_there_is_no_key_of_ariadne_codegen_that_we_do_not_know() -> None:
    theirs = {
        field.name
        for kind in (ClientSettings, GraphQLSchemaSettings)
        for field in fields(kind)
    }
    assert theirs <= vars(settings)["_KNOWN"]


def test_harmless_values_are_taken(make: Make) -> None:
    plain = make()
    same = make(
        "lazy_imports = true\nmultipart_uploads = false\nasync_client = true\n"
        'include_comments = "stable"\nenums_module_name = "enums"\n'
    )
    assert same == plain


def classes(module: str) -> set[str]:
    return {
        each.name for each in ast.parse(module).body if isinstance(each, ast.ClassDef)
    }


def test_only_what_operations_use_is_generated(make: Make, tmp_path: Path) -> None:
    made = make()
    assert classes(made["input_types.py"]) == {"In", "Deeper"}
    assert classes(made["enums.py"]) == {"Gateway", "TokenKind", "Mood", "Deep"}
    importable(tmp_path)


def test_all_may_be_generated(make: Make) -> None:
    made = make("include_all_enums = true\n")
    assert {"Unused", "Kind"} <= classes(made["enums.py"])
    assert classes(made["input_types.py"]) == {"In", "Deeper"}


def test_all_inputs_may_be_generated(make: Make, tmp_path: Path) -> None:
    with pytest.raises(CodegenError, match=r"cats.graphql:10:31: .* sends no files"):
        make("include_all_inputs = true\n")
    schema = SCHEMA.replace(" file: Upload }", " }")
    made = make("include_all_inputs = true\n", schema=schema)
    assert classes(made["input_types.py"]) == {"In", "Deeper", "Unneeded"}
    assert "Unused" in classes(made["enums.py"])
    importable(tmp_path)


def test_names_as_in_the_schema(make: Make, tmp_path: Path) -> None:
    made = make("convert_to_snake_case = false\n")
    assert "lastName: str | None" in made["models.py"]
    assert "fooBar: int | None" in made["client.py"]
    importable(tmp_path)


def test_rules_may_be_skipped(make: Make) -> None:
    with pytest.raises(CodegenError, match="Fragment 'F' is never used"):
        make("skip_validation_rules = []\n", QUERIES + " fragment F on Cat { mood }")
    with pytest.raises(CodegenError, match="there is no rule 'Nothing'"):
        make('skip_validation_rules = ["Nothing"]\n')


def test_variable_that_is_a_file_is_refused(make: Make) -> None:
    with pytest.raises(CodegenError, match=r"cats.graphql:1:12: .* sends no files"):
        make(queries="query file($of: Upload) { file(of: $of) }")


def test_mixin_is_refused(make: Make) -> None:
    with pytest.raises(CodegenError, match=r"cats.graphql:1:17: @mixin is not ours"):
        make(queries='query cat { cat @mixin(from: "a", import: "B") { mood } }')


@pytest.mark.parametrize("text", ["", "# Nothing.\n", "\ufeff\n, ,"])
def test_file_may_hold_nothing(text: str, make: Make, tmp_path: Path) -> None:
    make()
    for folder in ("schema", "queries"):
        (tmp_path / folder / "empty.graphql").write_text(text, encoding="utf-8")
    render(load_config(tmp_path / "codegen.toml"))


def test_file_that_is_not_utf_8_is_named(make: Make, tmp_path: Path) -> None:
    with pytest.raises(
        CodegenError, match=r"queries/cats.graphql is not UTF-8: byte 2"
    ):
        make(queries=b"#\xff\n")


def importable(folder: Path) -> None:
    """Import the package, its modules, and all names in it."""
    script = "from made_of_settings import *; import made_of_settings.models"
    command = [sys.executable, "-W", "error", "-c", script]
    subprocess.run(command, cwd=folder, check=True)
