"""Values that callers should not give, and answers that services should not."""

import json
import types
import typing
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

import authing_client
from authing_client.base_model import UNSET, UnsetType
from authing_client.inputs import UserRegisterInput, UserUpdateInput

SECRET = "s3cret-0f-ada"
"""Part of many values; no error may hold it."""


def _circular(kind: type[Any]) -> Any:
    circle = kind()
    if isinstance(circle, dict):
        circle[SECRET] = circle
    else:
        circle.append(circle)
    return circle


def nested(levels: int, kind: type[Any] = list) -> Any:
    """A list in a list in a list, or so with dicts."""
    inner: Any = SECRET
    for _ in range(levels):
        inner = [inner] if kind is list else {"a": inner}
    return inner


class _Refuses:
    """Does not want to be looked at."""

    def __repr__(self) -> str:
        raise RuntimeError(SECRET)

    __str__ = __bytes__ = __repr__


class _Text(str):
    """Is text, and more."""


class _Kind(Enum):
    SECRET = SECRET


HOSTILE: tuple[Callable[[], Any], ...] = (
    *(lambda value=value: value for value in (None, True, False, UNSET, Ellipsis)),
    *(lambda value=value: value for value in (0, -1, 2**63, 2**64, 10**400)),
    *(lambda value=value: value for value in (float("nan"), float("inf"), -0.0, 1e308)),
    *(lambda value=value: value for value in (b"", SECRET.encode(), b"\xff\xfe", 1j)),
    lambda: 10**5000,
    lambda: "",
    lambda: "\0",
    lambda: f"{SECRET}\0",
    lambda: f"{SECRET}\ud800",
    lambda: f"\udfff{SECRET}",
    lambda: f"{SECRET}\r\nX-Injected: yes",
    lambda: f'{SECRET}"\\',
    lambda: SECRET * 20_000,
    lambda: _Text(SECRET),
    lambda: [f"{SECRET}\ud800"],
    lambda: {f"{SECRET}\ud800": 1},
    lambda: {5: SECRET, None: SECRET, ("a",): 1},
    lambda: _circular(list),
    lambda: _circular(dict),
    lambda: nested(5_000),
    lambda: nested(5_000, dict),
    lambda: nested(200),
    lambda: {SECRET},
    lambda: (SECRET, [SECRET, {"a": SECRET}]),
    lambda: iter([SECRET]),
    lambda: (one for one in [SECRET]),
    lambda: object(),
    lambda: _Refuses(),
    lambda: len,
    lambda: int,
    lambda: datetime(2026, 1, 1),
    lambda: Decimal("NaN"),
    lambda: Decimal("1e999"),
    lambda: _Kind.SECRET,
    lambda: ValueError(SECRET),
    lambda: memoryview(b"x"),
    lambda: bytearray(b"\xff"),
    lambda: UserRegisterInput(),
    lambda: UserRegisterInput(password=SECRET),
    lambda: UserRegisterInput.model_construct(password=nested(5_000)),
    lambda: UserRegisterInput.model_construct(password=_circular(list)),
    lambda: UserUpdateInput.model_construct(password=object()),
    lambda: UserUpdateInput.model_construct(password=[SECRET]),
    lambda: UserUpdateInput.model_construct(password=f"{SECRET}\ud800"),
)


def hostile() -> st.SearchStrategy[Any]:
    """Any value that is no good argument, or by chance is one."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    json_values = st.recursive(
        leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
    surrogates = st.text(st.characters(categories=["Cs", "Ll", "Cc"]))
    made = st.sampled_from(HOSTILE).map(lambda make: make())
    return made | surrogates | st.binary() | json_values


@cache
def names_of_types() -> dict[str, Any]:
    """What annotations of the generated clients name."""
    names = {name: getattr(authing_client, name) for name in authing_client.__all__}
    return names | {"UnsetType": UnsetType, "Sequence": Sequence}


def fitting(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type of an argument."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([fitting(argument) for argument in arguments])
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is not None and issubclass(origin, Iterable):
        return st.lists(fitting(arguments[0]), max_size=3)
    if hint is str:
        return st.just(SECRET) | st.text(max_size=20)
    if hint is UnsetType:
        return st.just(UNSET)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return st.builds(hint.model_construct)
    return st.from_type(hint)


# Answers

KEYS = ("data", "errors", "message", "code", "error", "error_description", "path")


def answers() -> st.SearchStrategy[bytes]:
    """Bodies, hardly any of which is what was asked for."""
    numbers = st.sampled_from([10**400, -(10**19), 2004, 2206, 1e308, 0, -0.0])
    leaves = st.none() | st.booleans() | st.integers() | numbers | st.text(max_size=20)
    leaves |= st.floats()
    keys = st.sampled_from(KEYS) | st.text(max_size=5)
    values = st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
        ),
    )
    objects = st.dictionaries(st.sampled_from(KEYS), values, max_size=4)
    encodings = st.sampled_from(["utf-8", "utf-16", "utf-32-be", "utf-8-sig"])
    texts = (objects | values).map(json.dumps)
    return st.one_of(
        st.binary(max_size=200),
        st.sampled_from(STRANGE),
        st.builds(lambda text, encoding: text.encode(encoding), texts, encodings),
    )


STRANGE = (
    b"",
    b"null",
    b"\xef\xbb\xbf{}",
    b'{"data":' + b"[" * 100_000,
    b'{"data":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    b'{"errors":' + b'{"message":' * 5_000 + b"1" + b"}" * 5_000 + b"}",
    b'{"errors":[{"message":{"code":' + b"9" * 5_000 + b"}}]}",
    b'{"errors":[{"message":{"code":1e400}}]}',
    b'{"code":NaN,"message":Infinity}',
    b'{"errors":[{"message":"\\ud800"}]}',
    b'{"error":"\\udc00","error_description":"\\ud83d"}',
    b'{"data":{"user":{"_id":"\\ud800"}}}',
    b'{"data":null,"data":{"data":null}}',
    b'{"errors":[{"message":{"message":{"message":{}}}}]}',
    b'{"errors":"' + b"x" * 300_000 + b'"}',
    b'{"errors":[[[]]],"data":0}',
    b'{"code":200}',
    b'{"code":true,"message":[]}',
    b'{"access_token":5,"token_type":null,"expires_in":1e999}',
)


def mutated(good: Any) -> st.SearchStrategy[bytes]:
    """Good answers that something is wrong with, at one place or at several."""
    wrong: st.SearchStrategy[Any] = st.sampled_from(
        [None, "", "x", -1, 1e308, 10**30, [], {}, [[]], True]
    )
    places = list(_places(good))

    def change(changes: list[tuple[tuple[Any, ...], Any]]) -> bytes:
        body = json.loads(json.dumps(good))
        for place, value in changes:
            _set(body, place, value)
        return json.dumps(body).encode()

    return st.lists(st.tuples(st.sampled_from(places), wrong), max_size=3).map(change)


def _places(node: Any, here: tuple[Any, ...] = ()) -> Iterable[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else ()
    for name, value in enumerate(node) if isinstance(node, list) else inner:
        yield (*here, name)
        yield from _places(value, (*here, name))


def _set(node: Any, place: tuple[Any, ...], value: Any) -> None:
    *way, last = place
    for name in way:
        try:
            node = node[name]
        except (KeyError, IndexError, TypeError):
            return  # Another change has taken it away.
    if isinstance(node, dict) or (isinstance(node, list) and last in range(len(node))):
        node[last] = value


def heads() -> st.SearchStrategy[dict[str, str]]:
    """Headers, many of which mean something, few of which mean it well."""
    known = {
        "content-type": ["", "text/html", "application/json; charset=koi8-r", "\xff"],
        "content-encoding": [
            "gzip",
            "br",
            "identity",
            "gzip, gzip",
            "deflate",
            "",
            ",",
        ],
        "retry-after": ["0", "-1", "nan", "1e400", "soon", "9" * 400, "٣"],
        "date": ["", "now", "Wed, 99 Foo 9999 99:99:99 GMT"],
        "set-cookie": [f"session={SECRET}", "=", ";"],
        "location": ["http://127.0.0.1:1/", "//", "\xe9"],
        "x-request-id": ["", "\xff", "x" * 5_000],
        "www-authenticate": ["Basic", ""],
        "transfer-encoding": ["identity", "gzip"],
        "connection": ["upgrade", "close", ""],
        "upgrade": ["h2c"],
    }
    pairs = [(name, value) for name, values in known.items() for value in values]
    return st.lists(st.sampled_from(pairs), max_size=3).map(dict)
