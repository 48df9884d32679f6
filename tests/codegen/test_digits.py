"""Codes, given as numbers or as texts."""

import json
from collections.abc import Callable
from types import ModuleType

import httpx
import pytest

from authing_gen.codegen.errors import CodegenError

SCHEMA = """
type Query { enter(number: Int @digits text: String! @digits door: DoorInput): Boolean }
input DoorInput { number: Int @digits texts: [String!] @digits }
"""
QUERY = """
query enter($number: Int, $text: String!, $door: DoorInput) {
  enter(number: $number, text: $text, door: $door)
}
query flat($text: String!, $texts: [String!]) {
  enter(text: $text, door: { texts: $texts })
}
"""


def test_either_is_taken_and_sent_as_the_schema_says(
    import_text: Callable[[str, str], ModuleType],
) -> None:
    package, sent = import_text(SCHEMA, QUERY), list[object]()

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content)["variables"])
        return httpx.Response(200, json={"data": {"enter": True}})

    wide = "\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}"
    with httpx.Client(transport=httpx.MockTransport(answer)) as carrier:
        client = package.Client("http://localhost", http_client=carrier)
        client.enter(number="0123", text=4711)
        client.enter(number=123, text="0123")
        client.enter(text="0", door=package.DoorInput(number=wide, texts=[1, "2"]))
        client.enter(number=None, text="", door=None)
        client.flat(text=0, texts=[1, "02"])
        with pytest.raises(ValueError, match="a code consists of digits"):
            client.enter(number="12a", text="")
    assert sent == [
        {"number": 123, "text": "4711"},
        {"number": 123, "text": "0123"},
        {"text": "0", "door": {"number": 12, "texts": ["1", "2"]}},
        {"number": None, "text": "", "door": None},
        {"text": "0", "texts": ["1", "02"]},
    ]
    with pytest.raises(ValueError, match="a code consists of digits") as refused:
        package.DoorInput(number="hunter2")
    assert "hunter2" not in str(refused.value)


def test_other_types_have_no_digits(
    import_text: Callable[[str, str], ModuleType],
) -> None:
    schema = "type Query { enter(open: Boolean @digits): Boolean }"
    with pytest.raises(CodegenError, match="works on a String or an Int"):
        import_text(schema, "query enter($open: Boolean) { enter(open: $open) }")
