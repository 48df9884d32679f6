"""A generation that remembers the last one makes and says what a fresh one does."""

import gc
from collections.abc import Callable
from pathlib import Path

import pytest

from authing_gen.codegen.errors import CodegenError
from authing_gen.codegen.generation import load_config, render
from authing_gen.codegen.memory import Memory, Same, collecting_later

from .projects import edit

Edit = Callable[[Path], None]
SCHEMA = "schema/zoo.graphql"


def replaced(name: str, old: str, new: str) -> Edit:
    return lambda zoo: edit(zoo / name, old, new)


def written(name: str, text: str) -> Edit:
    def write(zoo: Path) -> None:
        (zoo / name).write_text(text, encoding="utf-8")

    return write


def removed(name: str) -> Edit:
    return lambda zoo: (zoo / name).unlink()


NAMED = "fragment Named on Cat { name mood }\n"
EDITS: dict[str, Edit] = {
    "nothing": lambda zoo: None,
    "a field": replaced("queries/cat.graphql", "    weight\n", ""),
    "a fragment that nobody spreads": written("queries/named.graphql", NAMED),
    "its spread": replaced("queries/cat.graphql", "    name\n", "    ...Named\n"),
    "another operation": written(
        "queries/all.graphql", "query all { cats { ...Named } }\n"
    ),
    "the fragment": replaced("queries/named.graphql", "mood", "weight"),
    "a fragment in it": written(
        "queries/named.graphql", NAMED.replace("mood", "friend { ...Light }")
    ),
    "and there it is": written(
        "queries/light.graphql", "fragment Light on Cat { weight }\n"
    ),
    "the schema's words": replaced(SCHEMA, "A cat.", "A small cat."),
    "a type": replaced(SCHEMA, "weight: Int", "weight: Int!"),
    "what operations need": replaced(SCHEMA, "  weight: Int!\n", ""),
    "and back": replaced(SCHEMA, "  mood: Mood,", "  weight: Int\n  mood: Mood,"),
    "an operation of the same name": written(
        "queries/copy.graphql", "query all { cats { name } }\n"
    ),
    "without it": removed("queries/copy.graphql"),
    "a type among the operations": written("queries/copy.graphql", "type X { a: Int }"),
    "without that": removed("queries/copy.graphql"),
    "broken syntax": written("queries/light.graphql", "fragment Light on Cat {"),
    "mended": written("queries/light.graphql", "fragment Light on Cat { name }\n"),
    "a setting": replaced("codegen.toml", "AsyncClient", "AsyncZoo"),
    "an input": replaced(SCHEMA, "input CatInput {", "input CatInput {\n  age: Int"),
}


def result(zoo: Path, memory: Memory | None) -> object:
    try:
        return render(load_config(zoo / "codegen.toml"), memory).files
    except CodegenError as error:
        return str(error)


@pytest.mark.heavy
def test_it_makes_the_same(zoo: Path) -> None:
    memory = Memory()
    seen: list[object] = []
    for name, change in EDITS.items():
        change(zoo)
        fresh = result(zoo, None)
        assert result(zoo, memory) == fresh, name
        seen.append(fresh)
    refused = [
        name for name, made in zip(EDITS, seen, strict=True) if isinstance(made, str)
    ]
    assert refused == [
        "a fragment in it",
        "what operations need",
        "an operation of the same name",
        "a type among the operations",
        "broken syntax",
    ]


def test_what_no_generation_needs_is_forgotten() -> None:
    memory = Memory()
    memory.begin("one")
    assert memory.once("a", lambda: 1) == memory.once("a", lambda: 2) == 1
    memory.once("b", lambda: 1)
    memory.end()
    memory.begin("one")
    assert memory.once("a", lambda: 2) == 1
    memory.end()
    memory.begin("one")
    assert (memory.knows("a"), memory.knows("b")) == (True, False)
    memory.begin("another")
    assert not memory.knows("a")


def test_same_are_only_the_very_same() -> None:
    one, other = [1], [1]
    assert Same(one, other) == Same(one, other) != Same(other, one)
    assert Same(one) != one
    assert len({Same(one), Same(one), Same(other)}) == 2


@pytest.mark.parametrize("is_on", [True, False])
def test_garbage_waits(is_on: bool) -> None:
    was_on = gc.isenabled()
    try:
        (gc.enable if is_on else gc.disable)()
        with collecting_later():
            assert not gc.isenabled()
        assert gc.isenabled() == is_on
    finally:
        (gc.enable if was_on else gc.disable)()
