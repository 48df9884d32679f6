"""Nothing of an answer is lost: schemas, operations and answers by chance."""

import sys
from collections.abc import Callable
from importlib import import_module, invalidate_caches
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from graphql import parse, validate
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from authing_gen.codegen import modules

from .random_projects import Writer, answer, random_schema, schema_of

SEEDS = st.integers(0, 2**32)
QUICKLY = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck)
)
LONG = settings(QUICKLY, max_examples=40)

_NUMBERS = count()

Check = Callable[[int], None]


@given(SEEDS)
@example(65_535)  # Fragments that only together are impossible.
@example(200)  # A field of an object and of its interface, with other types.
@example(165_743)  # A base whose `__typename` is any.
@QUICKLY
def test_the_model_holds_the_whole_answer(check: Check, seed: int) -> None:
    check(seed)


@pytest.mark.heavy
@given(SEEDS)
@QUICKLY
def test_the_same_where_each_operation_has_a_module(
    check_of_many: Check, seed: int
) -> None:
    check_of_many(seed)


@pytest.mark.heavy
@given(SEEDS)
@LONG
def test_the_model_holds_the_whole_answer_of_many(check: Check, seed: int) -> None:
    check(seed)


def _holds(whole: object, part: object) -> bool:
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(
            key in whole and _holds(whole[key], value) for key, value in part.items()
        )
    if isinstance(whole, list) and isinstance(part, list):
        return len(whole) == len(part) and all(map(_holds, whole, part))
    return whole == part


@pytest.fixture
def check(
    generate: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Check:
    """Generates by a number, answers the operations, compares models with answers."""
    monkeypatch.syspath_prepend(tmp_path)

    def run(seed: int) -> None:
        random = Random(seed)
        text = random_schema(random)
        schema = schema_of(text)
        writer = Writer(schema, random)
        names = [f"op{number}" for number in range(4)]
        document = writer.document(*[writer.operation(name) for name in names])
        (tmp_path / "schema.graphql").write_text(text, encoding="utf-8")
        (tmp_path / "queries.graphql").write_text(document, encoding="utf-8")
        package = f"random_{next(_NUMBERS)}"
        generate(
            tmp_path / "schema.graphql",
            tmp_path / "queries.graphql",
            tmp_path,
            target_package_name=package,
        )
        invalidate_caches()
        operations = import_module(f"{package}.operations").OPERATIONS
        results: Any = import_module(f"{package}.results")
        for name in names:
            model = getattr(results, f"{name.capitalize()}Data")
            sent = operations[name].document
            assert not validate(schema, parse(sent)), "a server refuses it"
            for answered in range(5):
                data = answer(schema, sent, name, answered)
                asked = answer(schema, document, name, answered)
                assert _holds(data, asked), "the document that is sent asks for less"
                read = model.model_validate(data)
                dumped = read.model_dump(mode="json", by_alias=True, exclude_unset=True)
                assert dumped == data
                assert model.model_validate(read.model_dump()) == read
        for module in [each for each in sys.modules if each.startswith(package)]:
            del sys.modules[module]

    return run


@pytest.fixture
def check_of_many(check: Check, monkeypatch: pytest.MonkeyPatch) -> Check:
    """The same of a package that is as large as to be in many modules."""
    monkeypatch.setattr(modules, "_FEW", 0)
    return check
