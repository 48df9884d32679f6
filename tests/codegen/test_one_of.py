"""Inputs of which a server takes exactly one field: `@oneOf`."""

import copy
import pickle
from collections.abc import Callable
from types import ModuleType
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

SCHEMA = """
type Query { user(by: UserBy!, others: [UserBy!]): Int }
input UserBy @oneOf {
  id: ID
  userName: String
  password: String @secret
  phone: String @deprecated(reason: "Numbers change.")
  place: Place
}
input Place @oneOf { row: Int seat: Int }
"""
QUERIES = """
query user($by: UserBy!, $others: [UserBy!]) { user(by: $by, others: $others) }
"""
PHONE = "+8613012345678"


@pytest.fixture
def made(import_text: Callable[[str, str], ModuleType]) -> Any:
    return import_text(SCHEMA, QUERIES)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"id": None},
        {"id": "1", "user_name": "ada"},
        {"id": "1", "userName": None},
        {"nickname": "ada"},
        {"place": {}},
        {"place": {"row": 1, "seat": 2}},
    ],
)
def test_another_number_of_fields_is_refused(made: Any, given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="Exactly one of these") as raised:
        made.UserBy(**given)
    assert raised.value.errors()[0]["type"] == "one_of"


def test_one_field_is_sent(made: Any) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"data": {"user": 1}})

    http_client = httpx.Client(transport=httpx.MockTransport(answer))
    client = made.Client("https://example.com", http_client=http_client)
    by = made.UserBy(user_name="ada")
    others = [
        made.UserBy(phone=PHONE),
        made.UserBy(password="x"),
        made.UserBy(place={"row": 1}),
    ]
    assert client.user(by=by, others=others) == 1
    (request,) = asked
    assert b'{"by":{"userName":"ada"}' in request.content
    sent = f'[{{"phone":"{PHONE}"}},{{"password":"x"}},{{"place":{{"row":1}}}}]'
    assert sent.encode() in request.content


def test_what_is_given_cannot_become_two(made: Any) -> None:
    by = made.UserBy(id="1")
    with pytest.raises(AttributeError, match="make another one") as raised:
        by.password = "hunter2"
    assert "hunter2" not in str(raised.value)
    with pytest.raises(ValidationError, match="Exactly one of these"):
        by.model_copy(update={"user_name": "ada"})
    assert by.model_copy(update={"id": "2"}) == made.UserBy(id="2")


def test_copies_are_alike(made: Any) -> None:
    by = made.UserBy(place={"row": 1})
    for same in (copy.deepcopy(by), by.model_copy(), pickle.loads(pickle.dumps(by))):
        assert same == by
        assert same.model_dump(exclude_unset=True) == {"place": {"row": 1}}


def test_descriptions_say_it(made: Any) -> None:
    assert made.UserBy.__doc__ == "Exactly one of the fields is given, and not None."
