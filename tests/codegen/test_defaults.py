"""Defaults of input fields, as schemas write them: briefly, and at times wrongly."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

SCHEMA = """
enum Color {{ RED class }}
scalar Json
input One @oneOf {{ a: Int b: Int }}
input Cat {{ id: ID ids: [[ID!]] size: Float colors: [Color] any: Json cat: Cat }}
input Filter {{ given: {default} }}
type Query {{ find(filter: Filter): Int }}
"""
QUERIES = "query find($filter: Filter) { find(filter: $filter) }"


@pytest.fixture
def default_of(import_text: Callable[[str, str], ModuleType]) -> Callable[[str], Any]:
    """Makes an input of nothing; the result is what its field then holds."""

    def make(default: str) -> Any:
        made: Any = import_text(SCHEMA.format(default=default), QUERIES)
        return made.Filter().model_dump(mode="json", exclude_none=True).get("given")

    return make


@pytest.mark.parametrize(
    ("default", "value"),
    [
        ("Cat = {id: 5, ids: 6}", {"id": "5", "ids": [["6"]]}),
        ("Cat = {size: 1, colors: class}", {"size": 1.0, "colors": ["class"]}),
        ("[Cat] = {cat: {colors: RED}}", [{"cat": {"colors": ["RED"]}}]),
        ('Cat = {any: [1, {a: "b"}]}', {"any": [1, {"a": "b"}]}),
        ("One = {b: 3}", {"b": 3}),
    ],
)
def test_value_that_stands_for_a_list_or_a_text(
    default: str, value: object, default_of: Callable[[str], Any]
) -> None:
    assert default_of(default) == value


@pytest.mark.parametrize(
    "default",
    [
        *("Color = BLUE", 'Color = "RED"', "[Color!] = [RED, BLUE]"),
        *('Int = "x"', "Int = 99999999999", "Int! = 1.5", 'Cat = "x"'),
        *("One = {}", "One = {a: 1, b: 2}", "One = {a: null}", "Cat = {size: RED}"),
    ],
)
def test_default_that_is_no_value_is_left_to_the_server(
    default: str, default_of: Callable[[str], Any]
) -> None:
    assert default_of(default) is None
