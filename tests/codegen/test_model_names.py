"""Names follow from the operation and the fragment: others change none."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from graphql import DocumentNode, FragmentSpreadNode, Node, Visitor, visit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authing_gen.codegen import AuthingPlugin
from authing_gen.codegen.model_names import Model
from authing_gen.codegen.project import Project

from .random_projects import Writer, random_schema, schema_of

Load = Callable[[str, str], Project]

SCHEMA = """
type Query { me: User user: User users: [User!]! }
type User { id: ID! name: String friends: [User!]! }
"""


@pytest.mark.heavy
@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_operations_rename_no_models_of_others(load: Load, seed: int) -> None:
    random = Random(seed)
    schema = random_schema(random)
    writer = Writer(schema_of(schema), random)
    document = writer.document(*[writer.operation(f"op{n}") for n in range(5)])
    whole = load(schema, document)
    some = _some(whole, random)
    names = _names(whole)
    for operation, kept in _names(some).items():
        assert kept == names[operation]


def test_one_more_operation_renames_nothing(load: Load) -> None:
    before = _names(load(SCHEMA, "query user { user { name } }"))
    more = "query me { me { id name } } query aaa { user { name } }"
    after = _names(load(SCHEMA, f"{more} query user {{ user {{ name }} }}"))
    assert before == {"user": ["User"]}
    assert after == before | {"me": ["Me"], "aaa": ["AaaUser"]}


def test_two_of_one_name_get_different_ones(load: Load) -> None:
    names = _names(
        load(
            SCHEMA,
            "query userUser { friends: user { id } }"
            " query user { user { friends { name } } }"
            " query small { user { ...small_user } }"
            " query large { user { ...SmallUser } }"
            " fragment small_user on User { id } fragment SmallUser on User { name }",
        )
    )
    assert names["user"] == ["UserUserFriends", "User"]
    assert names["userUser"] == ["UserUserFriends_"]
    assert names["small"] == ["SmallUser_"]
    assert names["large"] == ["SmallUser"]


def test_a_keyword_is_no_name(load: Load) -> None:
    names = _names(
        load(SCHEMA, "query a { me { ...none } } fragment none on User { id }")
    )
    assert names == {"a": ["None_"]}


def _names(project: Project) -> dict[str, list[str]]:
    """The names of the models of each operation."""
    plugin = AuthingPlugin(project.schema, {}, project)
    results = plugin.modules.models.results
    return {name: list(_below(model)) for name, model in results.items()}


def _below(model: Model) -> Iterator[str]:
    for models in model.inner.values():
        for each in models.classes:
            yield from _below(each)
            yield each.name


def _some(project: Project, random: Random) -> Project:
    """The same project with some of its operations, in another order."""
    operations = random.sample(project.operations, random.randint(1, 5))
    spreads = _Spreads()
    rest: list[Node] = [*operations]
    while rest:
        visit(rest.pop(), spreads)
        rest += [project.fragments[name] for name in spreads.take()]
    fragments = [project.fragments[name] for name in spreads.seen]
    definitions: list[Any] = [*operations, *fragments]
    random.shuffle(definitions)
    return replace(project, document=DocumentNode(definitions=tuple(definitions)))


class _Spreads(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._new: list[str] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
        if node.name.value not in self.seen:
            self.seen.append(node.name.value)
            self._new.append(node.name.value)

    def take(self) -> list[str]:
        new, self._new = self._new, []
        return new
