"""From arguments to variables: the pool is filled in, passwords are encrypted."""

from dataclasses import replace

import pytest

from authing_client import operations
from authing_client.base_model import UNSET
from authing_client.inputs import UserRegisterInput
from authing_client.operation import Operation
from authing_gen.variables import prepare


def _encrypt(text: str) -> str:
    return f"<{text}>"


def operation(*encrypted: str, user_pool: str | None = None) -> Operation:
    return replace(operations.LOGIN, encrypted=encrypted, user_pool=user_pool)


PLAIN = operation()


@pytest.mark.parametrize(
    ("record", "arguments", "variables"),
    [
        (PLAIN, {"a": UNSET, "b": None, "c": 0}, {"b": None, "c": 0}),
        (PLAIN, {"a": ("x", "y")}, {"a": ["x", "y"]}),
        (operation(user_pool="p"), {}, {"p": "pool"}),
        (operation(user_pool="p"), {"p": UNSET}, {"p": "pool"}),
        (operation(user_pool="p"), {"p": None}, {"p": "pool"}),
        (operation(user_pool="p"), {"p": "mine"}, {"p": "mine"}),
        (operation(user_pool="i.p"), {"i": {}}, {"i": {"p": "pool"}}),
        (operation(user_pool="i.p"), {"i": {"p": "mine"}}, {"i": {"p": "mine"}}),
        (operation(user_pool="i.p"), {"i": None}, {"i": None}),
        (operation(user_pool="i.p"), {}, {}),
        (operation("w"), {"w": "s"}, {"w": "<s>"}),
        (operation("w"), {"w": ""}, {"w": "<>"}),
        (operation("w"), {"w": None}, {"w": None}),
        (operation("w"), {}, {}),
        (operation("v", "w"), {"v": "1", "w": "2"}, {"v": "<1>", "w": "<2>"}),
        (operation("i.w"), {"i": {"w": "s"}}, {"i": {"w": "<s>"}}),
        (operation("i.j.w"), {"i": {"j": {"w": "s"}}}, {"i": {"j": {"w": "<s>"}}}),
        (operation("i.j.w"), {"i": {"j": None}}, {"i": {"j": None}}),
        (operation("i.j.w"), {"i": {}}, {"i": {}}),
        (
            operation("i.w", user_pool="i.p"),
            {"i": [{"w": "1"}, {"p": "mine"}, None]},
            {"i": [{"w": "<1>", "p": "pool"}, {"p": "mine"}, None]},
        ),
        (operation("w"), {"w": ["1", "2", None]}, {"w": ["<1>", "<2>", None]}),
        (operation("i.w"), {"i": {"w": ["1"]}}, {"i": {"w": ["<1>"]}}),
    ],
)
def test_prepare(
    record: Operation, arguments: dict[str, object], variables: dict[str, object]
) -> None:
    assert prepare(record, arguments, "pool", _encrypt) == variables


def test_arguments_stay_as_they_are() -> None:
    inner: dict[str, object] = {"w": "s"}
    model = UserRegisterInput(email="ada@example.com", password="s")
    prepare(operation("i.w", user_pool="i.p"), {"i": inner}, "pool", _encrypt)
    prepare(
        operation("i.password", user_pool="i.registerInClient"),
        {"i": model},
        "pool",
        _encrypt,
    )
    assert inner == {"w": "s"}
    assert model.password == "s"
    assert model.register_in_client is None


def test_an_input_object_travels_by_schema_names_without_unset_fields() -> None:
    model = UserRegisterInput(email="ada@example.com", password="s", nickname=None)
    sent = prepare(
        operation("i.password", user_pool="i.registerInClient"),
        {"i": model},
        "pool",
        _encrypt,
    )
    assert sent["i"] == {
        "email": "ada@example.com",
        "password": "<s>",
        "nickname": None,
        "registerInClient": "pool",
    }
