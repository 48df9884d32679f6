"""Packages of many operations: a program pays for those that it calls."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from authing_gen.codegen import modules
from authing_gen.codegen.surface.comparison import compare
from authing_gen.codegen.surface.reading import Modules, read_surface

SCHEMA = """
type Query { cat: Cat dog: Dog both: Cat }
type Cat { name: String data: Data friend: Dog }
type Dog { name: String }
type Data { at: String }
"""
QUERIES = """
query cat { cat { ...Named data { at } } }
query catOnly { cat { friend { ...Barking } } }
query Cat { cat { name } }
query dog { dog { ...Barking } }
query both { cat { name } dog { ...Barking name } }
query data { both { data { at } } }
fragment Named on Cat { name friend { ...Barking } }
fragment Barking on Dog { name }
"""
PROGRAM = """
import json, sys, httpx, made
from made.models import Barking
answer = httpx.MockTransport(
    lambda _: httpx.Response(200, json={"data": {"dog": {"name": "Rex"}}})
)
client = made.Client("https://x.test", http_client=httpx.Client(transport=answer))
dog = client.dog()
assert isinstance(dog, Barking) and made.Barking is Barking and dog.name == "Rex"
print(json.dumps([name for name in sys.modules if name.startswith("made.models")]))
"""


@pytest.fixture
def make(
    generate_text: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], Path]:
    """Generates; more operations than this number have modules of their own."""

    def run(few: int) -> Path:
        monkeypatch.setattr(modules, "_FEW", few)
        return generate_text(SCHEMA, QUERIES)

    return run


def test_what_is_not_called_is_not_imported(make: Callable[[int], Path]) -> None:
    package = make(5)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM.replace("made", package.name)],
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    found = {name.rpartition(".")[2] for name in json.loads(done.stdout)}
    assert found == {"models", "models_of_dog", "models_of_barking"}


def test_callers_notice_nothing(make: Callable[[int], Path]) -> None:
    def surface() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in package.glob("*.py")}

    package = make(6)
    one = surface()
    assert not list(package.glob("models_of_*"))
    make(5)
    many = surface()
    assert {name for name in many if name.startswith("models_of_")} == {
        f"models_of_{name}.py"
        for name in (
            "cat",
            "cat_only",
            "cat_",
            "dog",
            "both",
            "data",
            "barking",
            "named",
        )
    }
    before, after = (read_surface(files, Modules()) for files in (one, many))
    assert before.classes.keys() == after.classes.keys()
    assert "BothData" in before.classes
    assert "DogData" not in before.classes
    assert compare(before, after) == compare(after, before) == []
    make(6)
    assert surface() == one


@pytest.mark.heavy
@pytest.mark.parametrize("few", [0, 100])
def test_type_checkers_agree(make: Callable[[int], Path], few: int) -> None:
    package = make(few)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", package.name],
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.heavy
def test_pyright_knows_what_a_large_table_holds(
    generate_text: Callable[[str, str], Path],
) -> None:
    names = [f"f{number}" for number in range(257)]  # Of 256 it knows by itself.
    fields, queries = (": Int ".join(names), " ".join(map(_query, names)))
    package = generate_text(f"type Query {{ {fields}: Int }}", queries)
    strict = package.parent / "pyrightconfig.json"
    strict.write_text('{"typeCheckingMode": "strict"}', encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable),
            f"{package.name}/operations.py",
        ],
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def _query(name: str) -> str:
    return f"query {name} {{ {name} }}"
