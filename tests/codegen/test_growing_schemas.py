"""What only the server knows fails no answer."""

import copy
import pickle
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

Import = Callable[[str, str], ModuleType]

SCHEMA = """
enum Color { RED GREEN title }
interface Node { id: ID! }
type Cat implements Node { id: ID! color: Color! }
type Dog implements Node { id: ID! barks: Boolean! }
type Fish implements Node { id: ID! }
union Pet = Cat | Dog | Fish
input Paint { color: Color! others: [Color] }
type Query {
  colors: [Color!]!
  pets: [Pet!]!
  nodes: [Node!]!
  node: Node
  paint(with: Paint!, color: Color): Color
}
"""
QUERIES = """
query colors { colors }
query pets { pets { ... on Cat { color } ... on Dog { barks } } }
query nodes { nodes { ...AnyNode } }
query node { node { id } }
query paint($with: Paint!, $color: Color) { paint(with: $with, color: $color) }
fragment AnyNode on Node { id ... on Cat { color } ... on Dog { barks } }
"""


@pytest.fixture
def made(import_text: Import) -> Any:
    return import_text(SCHEMA, QUERIES)


def client(made: Any, data: object, asked: list[httpx.Request] | None = None) -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        return httpx.Response(200, json={"data": data})

    http_client = httpx.Client(transport=httpx.MockTransport(answer))
    return made.Client("https://example.com", http_client=http_client)


def test_unknown_value_of_an_enum_comes_through(made: Any) -> None:
    red, blue = client(made, {"colors": ["RED", "BLUE"]}).colors()
    assert red is made.Color.RED
    assert red.is_known
    assert isinstance(blue, made.Color)
    assert not blue.is_known
    assert (blue, blue.value, blue.name) == ("BLUE", "BLUE", "BLUE")
    assert blue not in list(made.Color)
    assert {blue: 1}["BLUE"] == 1
    assert pickle.loads(pickle.dumps(blue)) == copy.deepcopy(blue) == blue


def test_value_that_is_called_like_a_method_of_text(made: Any) -> None:
    assert made.Color("title") is made.Color.title_
    assert made.Color.title_.is_known
    assert "x".title() == "X"


def test_input_takes_no_unknown_text(made: Any) -> None:
    with pytest.raises(ValidationError, match="Input should be 'RED' or 'GREEN'"):
        made.Paint(color="RDE")
    with pytest.raises(ValidationError):
        made.Paint(color="RED", others=["GREEN", "BLUE"])
    assert made.Paint(color="RED", others=[None]).color is made.Color.RED


def test_what_was_read_can_be_written_back(made: Any) -> None:
    asked: list[httpx.Request] = []
    sent = client(made, {"paint": "BLUE"}, asked)
    blue = sent.paint(with_=made.Paint(color="RED"))
    sent.paint(with_=made.Paint(color=blue, others=[blue]), color=blue)
    variables = httpx.Response(200, content=asked[1].content).json()["variables"]
    assert variables == {"with": {"color": "BLUE", "others": ["BLUE"]}, "color": "BLUE"}


def test_unknown_member_of_a_union_is_another(made: Any) -> None:
    data = {
        "pets": [
            {"__typename": "Cat", "color": "RED"},
            {"__typename": "Dog", "barks": True},
            {"__typename": "Fish"},
            {"__typename": "Bird"},
        ]
    }
    pets = client(made, data).pets()
    kinds = [made.PetsPetsCat, made.PetsPetsDog, made.PetsPetsOther, made.PetsPetsOther]
    assert [type(pet) for pet in pets] == kinds
    assert [pet.typename__ for pet in pets] == ["Cat", "Dog", "Fish", "Bird"]


def test_unknown_implementation_has_what_all_have(made: Any) -> None:
    nodes = [{"__typename": "Bird", "id": "1"}, {"__typename": "Cat", "id": "2"}]
    (bird,) = client(made, {"nodes": nodes[:1]}).nodes()
    assert isinstance(bird, made.AnyNodeOther)
    assert (bird.typename__, bird.id) == ("Bird", "1")
    # What is known is not taken for another where something is wrong with it.
    with pytest.raises(ValidationError, match="color"):
        client(made, {"nodes": nodes}).nodes()
    assert client(made, {"node": nodes[0]}).node().typename__ == "Bird"


def test_without_its_name_no_model_is_guessed(made: Any) -> None:
    with pytest.raises(ValidationError, match="tag"):
        client(made, {"pets": [{"barks": True}]}).pets()


def test_models_are_made_by_hand_too(made: Any) -> None:
    data = import_module(f"{made.__name__}.results").PetsData
    cat = made.PetsPetsCat(typename__="Cat", color="RED")
    assert data(pets=[cat]).pets == [cat]
    assert data.model_json_schema()["properties"]["pets"]["items"]["oneOf"]
    dumped = data(pets=[cat]).model_dump(by_alias=True, mode="json")
    assert dumped == {"pets": [{"__typename": "Cat", "color": "RED"}]}
