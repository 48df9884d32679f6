"""Whatever arrives, the answer has the service's form, and a refusal has no effect.

`FUZZ_OPERATIONS` says how many operations are sent in all: 2,400 where CI is set, else
400. `FUZZ_SEED` makes others of them.
"""

import json
import math
import os
from collections.abc import Callable
from typing import Any

import pytest
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    IntValueNode,
    ObjectFieldNode,
    OperationDefinitionNode,
    StringValueNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    build_schema,
    parse_type,
    print_ast,
    value_from_ast_untyped,
    visit,
)
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import Mode, from_schema

from authing_sandbox.graphql.schema import schema_directory

from .world import World, check

pytestmark = pytest.mark.fuzz

SCHEMA = build_schema(
    "\n".join(
        file.read_text(encoding="utf-8")
        for file in sorted(schema_directory().glob("*.graphql"))
    )
)
ROOTS = {
    name: field
    for root in (SCHEMA.query_type, SCHEMA.mutation_type)
    if isinstance(root, GraphQLObjectType)
    for name, field in root.fields.items()
}
OPERATIONS = int(os.environ.get("FUZZ_OPERATIONS", 800 if "CI" in os.environ else 400))
Test = Callable[..., None]

TEXTS = [
    *("", " ", "0", "-1", "²", "٣", "1.5", "null", "{}", "a@b", "用户@例子.中国", "💥"),
    *("9" * 30, "9" * 5000, "x" * 70_000, "' OR 1=1 --", "*)(uid=*", "\0", "a\0b"),
    *("%00", "../../etc/passwd", "${jndi:ldap://x}", "<script>", "\u202e", "\ufffe"),
]
NUMBERS = [-(2**31), -1, 0, 1, 200, 1234, 2**31 - 1]
WRONG: list[Any] = [
    None,
    7,
    -1.5,
    1e300,
    True,
    [],
    {},
    [[]],
    {"a": {"b": 1}},
    2**40,
    "\ud800",
]


def fuzzing(operations: int) -> Callable[[Test], Test]:
    """Have a test run so often; what happened before matters, so nothing is shrunk."""
    configure = settings(
        max_examples=max(operations, 1),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    chosen = seed(int(os.environ.get("FUZZ_SEED", 0)))
    return lambda test: chosen(configure(test))


class Tempting(Visitor):
    """Puts values that mean something in the place of generated ones."""

    def __init__(self, data: st.DataObject, world: World) -> None:
        super().__init__()
        self._draw = data.draw
        self._values = world.values

    def enter_argument(self, node: ArgumentNode, *_: Any) -> Any:
        return self._tempt(node)

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> Any:
        return self._tempt(node)

    def _tempt(self, node: Any) -> Any:
        known = self._values.get(node.name.value)
        if isinstance(node.value, StringValueNode):
            choices = [st.sampled_from(TEXTS), st.just(node.value.value)]
            # Mostly what is known, or hardly any call would get beyond its pool.
            choices = [*choices, *[st.sampled_from(known)] * 6] if known else choices
            return with_value(
                node, StringValueNode(value=self._draw(st.one_of(choices)))
            )
        if isinstance(node.value, IntValueNode):
            number = self._draw(st.sampled_from(NUMBERS))
            return with_value(node, IntValueNode(value=str(number)))
        return node


def with_value(node: Any, value: ValueNode) -> Any:
    return type(node)(name=node.name, value=value)


def use_variables(
    document: DocumentNode, data: st.DataObject
) -> tuple[DocumentNode, dict[str, Any]]:
    """Move some arguments into variables, some of them of a wrong type."""
    variables: dict[str, Any] = {}
    definitions: list[VariableDefinitionNode] = []

    class Moving(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> Any:
            field = ROOTS.get(node.name.value)
            for argument in node.arguments if field else ():
                declared = field.args.get(argument.name.value) if field else None
                if declared is None or not data.draw(st.booleans()):
                    continue
                name = f"v{len(variables)}"
                value = value_from_ast_untyped(argument.value)
                wrong = data.draw(st.integers(0, 5)) == 0
                variables[name] = data.draw(st.sampled_from(WRONG)) if wrong else value
                variable = VariableNode(name=argument.name.__class__(value=name))
                definitions.append(
                    VariableDefinitionNode(
                        variable=variable, type=parse_type(str(declared.type))
                    )
                )
                argument.value = variable

    visit(document, Moving())
    for node in document.definitions:
        assert isinstance(node, OperationDefinitionNode)
        node.variable_definitions = tuple(definitions)
    return document, variables


def throw(world: World, data: st.DataObject, document: DocumentNode) -> None:
    """Send a document, and check the answer and what it left behind."""
    document = visit(document, Tempting(data, world))
    document, variables = use_variables(document, data)
    gateway = data.draw(st.sampled_from(["users", "users", "oauth"]))
    token = data.draw(st.sampled_from([*world.tokens]))
    body = {"query": print_ast(document), "variables": variables}
    before = world.rows()
    answer = world.send(gateway, token, json.dumps(body).encode())
    if check(answer):
        assert world.unchanged_since(before), (answer.text, body)


@pytest.mark.parametrize("name", ROOTS)
def test_every_operation(world: World, name: str) -> None:
    documents = from_schema(SCHEMA, fields=[name], print_ast=as_is)

    @fuzzing(math.ceil(OPERATIONS * 0.75 / len(ROOTS)))
    @given(documents, st.data())
    def run(document: Any, data: st.DataObject) -> None:
        throw(world, data, document)

    run()


@pytest.mark.heavy
@pytest.mark.parametrize("mode", Mode)
def test_operations_together(world: World, mode: Mode) -> None:
    fields = st.lists(st.sampled_from([*ROOTS]), min_size=2, max_size=3, unique=True)
    documents = fields.flatmap(
        lambda names: from_schema(SCHEMA, fields=names, print_ast=as_is, mode=mode)
    )

    @fuzzing(OPERATIONS // 8)
    @given(documents, st.data())
    def run(document: Any, data: st.DataObject) -> None:
        throw(world, data, document)

    run()


def as_is(document: DocumentNode) -> DocumentNode:
    return document
