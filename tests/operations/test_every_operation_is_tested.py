"""No operation without a test in this folder: a new one fails here until it has one."""

import ast
from collections.abc import Iterator
from inspect import getmembers, iscoroutinefunction, unwrap
from pathlib import Path

from authing_client import OPERATIONS, AsyncClient, operations
from authing_client.operation import Operation
from authing_gen._async.oidc import AsyncOidc
from authing_gen._async.sms import AsyncSms


def test_every_operation_is_called_by_a_test() -> None:
    called = _called_by_tests()
    methods = _methods_by_operation()

    untested = [name for name in OPERATIONS if methods.get(name) not in called]

    assert untested == []


def test_every_rest_call_is_called_by_a_test() -> None:
    calls = {
        f"{place}.{name}"
        for place, owner in (("sms", AsyncSms), ("oidc", AsyncOidc))
        for name, _ in getmembers(owner, iscoroutinefunction)
        if not name.startswith("_")
    }

    assert len(calls) == 6
    assert calls <= _called_by_tests()


def _methods_by_operation() -> dict[str, str]:
    """The method of the client that sends each operation: the one that names it."""
    constants = {
        constant: operation.name
        for constant, operation in vars(operations).items()
        if isinstance(operation, Operation)
    }
    return {
        constants[constant]: name
        for name, method in getmembers(AsyncClient, iscoroutinefunction)
        for constant in unwrap(method).__code__.co_names
        if constant in constants
    }


def _called_by_tests() -> set[str]:
    """Names of what the tests of this folder await: `login`, but `oidc.login`."""
    return {
        name
        for file in Path(__file__).parent.glob("test_*.py")
        for test in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(test, ast.AsyncFunctionDef) and test.name.startswith("test_")
        for name in _awaited(test)
    }


def _awaited(test: ast.AsyncFunctionDef) -> Iterator[str]:
    for node in ast.walk(test):
        if not isinstance(node, ast.Await) or not isinstance(node.value, ast.Call):
            continue
        match node.value.func:
            case ast.Attribute(attr=name, value=ast.Attribute(attr=place)):
                yield f"{place}.{name}"
            case ast.Attribute(attr=name):
                yield name
