"""`@example`: what tools are told and callers and servers are not."""

from collections.abc import Callable
from types import ModuleType

import pytest
from graphql import GraphQLSchema, build_schema

from authing_gen.codegen.errors import CodegenError
from authing_gen.codegen.examples import read_value

Import = Callable[[str, str], ModuleType]

SCHEMA = """
type Query { find(%s): Pet }
type Pet { id: ID! name: String%s }
"""
READ = build_schema(
    """
    type Query { find(int: Int!, text: String, list: [Int!], texts: [String]
                      mood: Mood, day: Day, like: Like): Boolean }
    input Like { name: String! }
    enum Mood { CALM WILD }
    scalar Day
    """
)


def type_of(schema: GraphQLSchema, argument: str) -> object:
    assert schema.query_type is not None
    return schema.query_type.fields["find"].args[argument].type


@pytest.mark.parametrize(
    ("argument", "written", "value"),
    [
        ("int", "3", 3),
        ("text", "3", "3"),
        ("text", "{}", "{}"),
        ("list", "3", [3]),
        ("list", "[1, 2]", [1, 2]),
        ("texts", "Tom", ["Tom"]),
        ("mood", "WILD", "WILD"),
        ("day", "2026-11-27", "2026-11-27"),
        ("day", "20", 20),
        ("like", '{name: "Tom"}', {"name": "Tom"}),
    ],
)
def test_it_is_read_as_the_type_says(
    argument: str, written: str, value: object
) -> None:
    assert read_value(written, type_of(READ, argument)) == value


@pytest.mark.parametrize(
    ("argument", "written"),
    [("int", "three"), ("mood", "ANGRY"), ("list", "[1, x]"), ("like", "{name: 1}")],
)
def test_what_is_no_value_of_the_type(argument: str, written: str) -> None:
    with pytest.raises(ValueError, match="is no value of"):
        read_value(written, type_of(READ, argument))


@pytest.mark.parametrize(
    ("argument", "answered", "problem"),
    [
        ('name: Int @example(value: "Tom")', "", "'Tom' is no value of Int"),
        ('name: String @secret @example(value: "s3cret")', "", "a secret has a name"),
        ('name: String @example(name: "a b")', "", "'a b' is no name"),
        ("name: String @example(value: 1)", "", "invalid value 1"),
        ("name: String", " @example(new: true)", "has a name, and nothing else"),
    ],
)
def test_it_is_refused_where_it_cannot_work(
    argument: str, answered: str, problem: str, import_text: Import
) -> None:
    query = "query find { find { id } }"
    with pytest.raises(CodegenError, match=problem) as refused:
        import_text(SCHEMA % (argument, answered), query)
    (found,) = refused.value.problems
    assert found.places[0].line in (2, 3)


def test_of_a_variable_it_goes_before_and_never_travels(import_text: Import) -> None:
    schema = SCHEMA % ("name: String! @secret", "")
    query = "query find($name: String! %s) { find(name: $name) { id } }"
    package = import_text(schema, query % '@example(name: "pin")')
    assert "example" not in package.OPERATIONS["find"].document
    with pytest.raises(CodegenError, match="a secret has a name"):
        import_text(schema, query % '@example(value: "1234")')
    with pytest.raises(CodegenError, match="cannot leave out what is required"):
        import_text(schema, query % "@example(value: null)")


def test_a_schema_may_mean_something_else_by_it(import_text: Import) -> None:
    own = "directive @example(value: Int) on ARGUMENT_DEFINITION | VARIABLE_DEFINITION"
    schema = own + SCHEMA % ("name: String! @example(value: 3)", "")
    query = "query find($name: String! @example(value: 4)) { find(name: $name) { id } }"
    package = import_text(schema, query)
    assert "@example(value: 4)" in package.OPERATIONS["find"].document
